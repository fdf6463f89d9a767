"""Registering, logging in and out, the profile and the credits, as a program sees them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import time_machine

from tests.api.conftest import PASSWORD, Program, person_of


def test_whoever_registers_gets_a_token_and_the_trials_credits(alice: Program) -> None:
    me = alice.get("/api/auth/me").get_json()
    assert me == alice.user
    assert set(me) == {"id", "email", "name", "role", "plan", "email_verified", "created_at"}
    assert (me["role"], me["plan"], me["email_verified"]) == ("member", "trial", False)
    assert me["created_at"].endswith("Z")
    credits = alice.get("/api/users/credits").get_json()
    assert credits | {"period_start": None} == {
        "balance": 100,
        "reserved": 0,
        "available": 100,
        "limit": 100,
        "used": 0,
        "plan": "trial",
        "period_start": None,
        "period_end": None,
    }
    history = alice.get("/api/users/credits/transactions").get_json()
    assert [(each["type"], each["credits"]) for each in history["data"]] == [("grant", 100)]
    assert history["next_cursor"] is None


def test_logging_in_answers_like_registering(alice: Program, stranger: Program) -> None:
    assert alice.user
    told = stranger.post("/api/auth/login", {"email": alice.user["email"].upper(), "password": PASSWORD}).get_json()
    assert set(told) == {"user", "access_token", "token_type", "expires_in"}
    assert told["user"] == alice.user
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] == 3600


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "x" * 250 + "@team.example"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "A\x00B"}, "name"),
        ({"name": 7}, "name"),
        ({"accept_terms": False}, "accept_terms"),
        ({"accept_terms": "yes"}, "accept_terms"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_what_is_wrong_with_a_registration_is_said_field_by_field(
    stranger: Program, change: dict[str, object], field: str
) -> None:
    body = {"email": "carol@team.example", "password": PASSWORD, "name": "Carol", "accept_terms": True} | change
    answer = stranger.post("/api/auth/register", body)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_a_missing_field_is_named(stranger: Program) -> None:
    answer = stranger.post("/api/auth/register", {"email": "carol@team.example"})
    assert {error["field"] for error in answer.get_json()["errors"]} == {"password", "name", "accept_terms"}


def test_an_email_registers_once(alice: Program, stranger: Program) -> None:
    assert alice.user
    body = {"email": alice.user["email"].upper(), "password": PASSWORD, "name": "Again", "accept_terms": True}
    answer = stranger.post("/api/auth/register", body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "email"


def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(alice: Program, stranger: Program) -> None:
    assert alice.user
    wrong = stranger.post("/api/auth/login", {"email": alice.user["email"], "password": "not this one"})
    unknown = stranger.post("/api/auth/login", {"email": "nobody@team.example", "password": "not this one"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.data == unknown.data


def test_a_token_is_refused_after_logging_out(alice: Program) -> None:
    assert alice.post("/api/auth/logout").status_code == 204
    answer = alice.get("/api/auth/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_refused_after_its_time(alice: Program) -> None:
    with time_machine.travel(time.time() + 3601, tick=True):
        assert alice.get("/api/auth/me").status_code == 401


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer x.y.z", "Bearer rk_nothing", "Bearer " + "x" * 5000, "Bearer é"],
)
def test_whoever_cannot_be_recognised_is_told_so(stranger: Program, header: str) -> None:
    answer = stranger.get("/api/jobs", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.get_json()["status"] == 401


def test_a_token_signed_by_somebody_else_is_refused(alice: Program) -> None:
    from joserfc import jwt
    from joserfc.jwk import OctKey

    head, claims, _ = alice.token.split(".")
    forged = jwt.encode({"alg": "HS256"}, {"sid": "x", "exp": int(time.time()) + 60}, OctKey.import_key(b"y" * 32))
    for token in (forged, f"{head}.{claims}.", f"eyJhbGciOiJub25lIn0.{claims}."):
        assert Program(alice.client, token).get("/api/auth/me").status_code == 401


def test_a_browsers_cookie_opens_nothing_here(alice: Program) -> None:
    from reachly import accounts

    person = person_of(alice)
    secret = accounts.start_session(person.user_id, person.workspace_id)
    with alice.client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    assert Program(alice.client).get("/api/auth/me").status_code == 401
    assert Program(alice.client, secret).get("/api/auth/me").status_code == 401


def test_the_profile_changes_what_it_is_given(alice: Program) -> None:
    answer = alice.put("/api/users/profile", {"name": "  Alice   Ada "})
    assert answer.status_code == 200
    assert answer.get_json()["name"] == "Alice Ada"
    assert alice.get("/api/users/profile").get_json()["name"] == "Alice Ada"


def test_a_new_email_or_password_needs_the_current_one(alice: Program, stranger: Program) -> None:
    assert alice.user
    for change in ({"email": "new@team.example"}, {"password": "quite another one"}):
        for proof in ({}, {"current_password": "wrong"}):
            answer = alice.put("/api/users/profile", change | proof)
            assert answer.status_code == 422
            assert answer.get_json()["errors"][0]["field"] == "current_password"
    second = stranger.post("/api/auth/login", {"email": alice.user["email"], "password": PASSWORD}).get_json()
    changed = {"password": "quite another one", "current_password": PASSWORD}
    assert alice.put("/api/users/profile", changed).status_code == 200
    assert alice.get("/api/auth/me").status_code == 200
    assert Program(alice.client, second["access_token"]).get("/api/auth/me").status_code == 401
    body = {"email": alice.user["email"], "password": "quite another one"}
    assert stranger.post("/api/auth/login", body).status_code == 200


def test_somebody_elses_email_cannot_be_taken(alice: Program, bob: Program) -> None:
    assert bob.user
    answer = alice.put("/api/users/profile", {"email": bob.user["email"], "current_password": PASSWORD})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "email"


def test_log_in_attempts_on_one_account_are_limited(alice: Program, stranger: Program) -> None:
    assert alice.user
    body = {"email": alice.user["email"], "password": "wrong, wrong, wrong"}
    answers = [stranger.post("/api/auth/login", body).status_code for _ in range(9)]
    assert answers == [401] * 8 + [429]
    right = stranger.post("/api/auth/login", body | {"password": PASSWORD})
    assert right.status_code == 429
    assert 1 <= int(right.headers["Retry-After"]) <= 901
    assert "minutes" in right.get_json()["detail"]


def test_keys_act_within_their_scopes_until_they_are_revoked(alice: Program) -> None:
    from reachly import accounts

    person = person_of(alice)
    reading = accounts.create_key(person, "reads only", ["read"])
    program = Program(alice.client, reading.secret)
    assert program.get("/api/jobs").status_code == 200
    assert program.put("/api/users/profile", {"name": "X"}).status_code == 403
    assert accounts.list_keys(person)[0]["used_at"] is not None
    assert accounts.revoke_key(person, reading.id)
    assert program.get("/api/jobs").status_code == 401


def test_the_credit_history_is_paged_without_gap_or_repeat(make_program: Callable[..., Program]) -> None:
    from tests.conftest import Team, grant

    alice = make_program()
    person = person_of(alice)
    for credits in range(1, 8):
        grant(Team(person.workspace_id, person.user_id, person.email), credits)
    seen: list[int] = []
    path: str | None = "/api/users/credits/transactions?limit=3&count=exact"
    while path:
        answer = alice.get(path)
        told = answer.get_json()
        assert told["total"] == 8
        seen += [each["credits"] for each in told["data"]]
        link = answer.headers.get("Link")
        assert bool(link) == bool(told["next_cursor"])
        path = link[1 : link.index(">")] if link else None
    assert seen == [7, 6, 5, 4, 3, 2, 1, 100]
