"""An address is confirmed by the link that was mailed to it; before that nobody is invited by mail in its name."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from pydantic import SecretStr

from reachly import accounts, lists, notices, plain, sharing, teams
from reachly.accounts import Account, Invalid, Person, verifying
from reachly.database import one, scope
from reachly.settings import settings
from tests.conftest import Team
from tests.planted import as_owner
from tests.web.browsing import Browser, words

PASSWORD = "long beats clever"


@pytest.fixture(autouse=True)
def _mail_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a server for mail, which nobody asks in these tests."""
    monkeypatch.setattr(settings(), "smtp_url", SecretStr("smtp+plain://127.0.0.1:9"))
    monkeypatch.setattr(settings(), "sandbox_inbox", "")


@pytest.fixture
def eva() -> Account:
    """Eva, who has just registered."""
    return accounts.register(f"{uuid4().hex}@new.example", "Eva", PASSWORD, True)


def person(account: Account) -> Person:
    found = accounts.find_session(accounts.start_session(account.user_id, account.workspace_id, "test"))
    assert found is not None
    return found


def letters(account: Account) -> list[tuple[str, str]]:
    return as_owner(
        "SELECT recipient, text FROM mails WHERE user_id = %s AND kind = 'account.verify' ORDER BY created_at",
        (account.user_id,),
    )


def link(account: Account) -> str:
    found = re.search(r"/verify/\S+", letters(account)[-1][1])
    assert found
    return found[0]


def test_whoever_registers_gets_a_link_and_is_reminded_until_it_is_followed(eva: Account) -> None:
    browser = Browser(Team(eva.workspace_id, eva.user_id, person(eva).email))
    assert "is yours: the link is in your mail" in words(browser.get("/settings"))
    anybody = Browser(None)
    asked = anybody.get(link(eva))
    assert (asked.status_code, person(eva).email_verified) == (200, False)
    assert person(eva).email in words(asked)
    for _ in range(2):
        assert "is confirmed" in words(anybody.post(link(eva)))
    assert person(eva).email_verified
    assert "the link is in your mail" not in words(browser.get("/settings"))


def test_nobody_is_invited_by_mail_before(eva: Account) -> None:
    made = lists.create(eva.workspace_id, eva.user_id, "Autumn")
    for invite in (
        lambda: teams.invite(person(eva), "jonas@example.com", "member"),
        lambda: sharing.share(person(eva), made.id, "jonas@example.com", "viewer"),
    ):
        with pytest.raises(Invalid, match="Confirm your own address first"):
            invite()
        assert verifying.confirm(eva.user_id, person(eva).email)
        invite()
        as_owner("UPDATE users SET email_verified_at = NULL WHERE id = %s", (eva.user_id,))


def test_nobody_is_told_in_the_app_what_was_sent_to_an_address_before_it_is_theirs(eva: Account) -> None:
    """Anybody may register with any address, and would read who invites it to what."""
    host = accounts.register(f"{uuid4().hex}@host.example", "Ann", PASSWORD, True)
    assert verifying.confirm(host.user_id, person(host).email)
    made = lists.create(host.workspace_id, host.user_id, "Secret plans")
    sharing.share(person(host), made.id, person(eva).email, "viewer")
    teams.invite(person(host), person(eva).email, "member")
    assert notices.recent(eva.workspace_id, eva.user_id).notices == []
    assert verifying.confirm(eva.user_id, person(eva).email)
    sharing.share(person(host), made.id, person(eva).email, "viewer")
    assert ["Secret plans" in each.words for each in notices.recent(eva.workspace_id, eva.user_id).notices] == [True]


@pytest.mark.parametrize("said", ["Reachly Support http://evil.example/x", "www.evil.example", "Pay at evil.example"])
def test_a_name_is_no_link_in_a_mail_to_people_who_do_not_know_it(said: str) -> None:
    """A mail of ours to anybody would carry anybody's link."""
    host = accounts.register(f"{uuid4().hex}@host.example", said, PASSWORD, True, company=said)
    assert verifying.confirm(host.user_id, person(host).email)
    made = lists.create(host.workspace_id, host.user_id, said, said)
    sharing.share(person(host), made.id, "jonas@people.example", "viewer")
    teams.invite(person(host), "jonas@people.example", "member")
    found = as_owner("SELECT subject || text FROM mails WHERE workspace_id = %s", (str(host.workspace_id),))
    assert len(found) == 3
    for (mail,) in found:
        assert "evil.example" not in mail
        assert "http://evil" not in mail
        assert "www.evil" not in mail


@pytest.mark.parametrize("name", ["J.R. Müller", "Anna-Maria", "St. Gallen 2.0", "Acme, Inc."])
def test_a_name_stands_in_mails_as_it_is(name: str) -> None:
    assert plain.unlinked(name) == name


def test_without_mail_to_confirm_by_they_are_told(eva: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "smtp_url", SecretStr(""))
    host = accounts.register(f"{uuid4().hex}@host.example", "Ann", PASSWORD, True)
    teams.invite(person(host), person(eva).email, "member")
    assert len(notices.recent(eva.workspace_id, eva.user_id).notices) == 1


def test_a_first_run_and_one_without_mail_ask_nobody_to_wait(eva: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "sandbox_inbox", "http://127.0.0.1:1/inbox")
    assert (verifying.asked(person(eva)), verifying.needed(person(eva))) == (True, False)
    monkeypatch.setattr(settings(), "smtp_url", SecretStr(""))
    assert (verifying.asked(person(eva)), verifying.needed(person(eva))) == (False, False)
    other = accounts.register(f"{uuid4().hex}@new.example", "Eva", PASSWORD, True)
    assert letters(other) == []


def test_a_link_that_is_changed_too_old_or_for_another_purpose_opens_nothing(eva: Account) -> None:
    email = person(eva).email
    good = verifying.token(eva.user_id, email)
    session, _seconds = accounts.issue_token(eva.user_id, eva.workspace_id)
    head, body, sign = good.split(".")
    for wrong in (
        verifying.token(eva.user_id, email, -1),
        f"{head}.{body}.{sign[::-1]}",
        session,
        verifying.token(uuid4(), email),
        verifying.token(eva.user_id, "other@new.example"),
        "x" * 3000,
    ):
        assert not verifying.verify(wrong)
        assert Browser(None).post(f"/verify/{wrong}").status_code == 410
    assert accounts.find_token(good) is None
    assert not person(eva).email_verified
    assert verifying.verify(good)


def test_another_address_is_confirmed_anew(eva: Account) -> None:
    before = link(eva)
    assert verifying.confirm(eva.user_id, person(eva).email)
    fresh = f"{uuid4().hex}@new.example"
    accounts.change_profile(person(eva), email=fresh, current_password=PASSWORD)
    assert not person(eva).email_verified
    assert letters(eva)[-1][0] == fresh
    assert Browser(None).post(before).status_code == 410
    assert "is confirmed" in words(Browser(None).post(link(eva)))
    assert person(eva).email_verified


def test_a_new_link_is_sent_five_times_an_hour_at_most(eva: Account) -> None:
    browser = Browser(Team(eva.workspace_id, eva.user_id, person(eva).email))
    for _ in range(4):
        browser.post("/verify")
    assert len(letters(eva)) == 5
    browser.post("/verify")
    assert "5 links went to your address within the hour." in words(browser.get("/settings"))
    assert len(letters(eva)) == 5


def test_whoever_comes_by_a_link_that_was_mailed_has_the_address(eva: Account, team) -> None:
    made = teams.invite(person(Account(team.user_id, team.workspace_id)), person(eva).email, "member")
    teams.accept(made.token, person(eva))
    assert person(eva).email_verified


def test_nobody_confirms_for_somebody_else(eva: Account, team) -> None:
    with scope(team.workspace_id, team.user_id):
        assert one("SELECT account_verify(%s) AS done", (person(eva).email,)) == {"done": False}
    assert not person(eva).email_verified


def test_pages_and_programs_say_why_nobody_is_invited_yet(eva: Account) -> None:
    made = lists.create(eva.workspace_id, eva.user_id, "Autumn")
    browser = Browser(Team(eva.workspace_id, eva.user_id, person(eva).email))
    verifying.confirm(eva.user_id, person(eva).email)
    sent = teams.invite(person(eva), "jonas@example.com", "member")
    as_owner("UPDATE users SET email_verified_at = NULL WHERE id = %s", (eva.user_id,))
    why = "Confirm your own address first"
    again = browser.post(f"/team/invitations/{sent.id}/resend")
    assert again.status_code == 303
    assert why in words(browser.get("/team"))
    invite = browser.post("/team/invitations", {"email": "ada@example.com", "role": "member"})
    share = browser.post(f"/lists/{made.id}/share", {"email": "ada@example.com", "role": "viewer"}, at="/lists")
    assert (invite.status_code, share.status_code) == (422, 422)
    assert why in words(invite)
    assert why in words(share)
    token, _seconds = accounts.issue_token(eva.user_id, eva.workspace_id)
    for path, body in (
        ("/api/workspace/invitations", {"email": "ada@example.com", "role": "member"}),
        (f"/api/workspace/invitations/{sent.id}/resend", {}),
        ("/functions/share-list", {"list_id": str(made.id), "email": "ada@example.com", "role": "viewer"}),
    ):
        answer = browser.client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "email"), path


def test_to_and_fro_between_addresses_is_refused_in_words_once_enough_links_went_out(eva: Account) -> None:
    first, second = person(eva).email, f"{uuid4().hex}@new.example"
    accounts.change_profile(person(eva), email=second, current_password=PASSWORD)
    browser = Browser(Team(eva.workspace_id, eva.user_id, second))
    for _ in range(4):
        browser.post("/verify")
    accounts.change_profile(person(eva), email=first, current_password=PASSWORD)
    told = browser.post("/settings/profile", {"name": "Eva", "email": second, "profile_password": PASSWORD})
    assert (told.status_code, second in told.text) == (422, True)
    assert "5 links went to your address within the hour." in words(told)
    with pytest.raises(Invalid, match="within the hour"):
        accounts.change_profile(person(eva), email=second, current_password=PASSWORD)
    assert person(eva).email == first


def test_a_link_that_was_shown_and_not_mailed_confirms_nothing(eva: Account, team, monkeypatch) -> None:
    owner = person(Account(team.user_id, team.workspace_id))
    monkeypatch.setattr(settings(), "smtp_url", SecretStr(""))
    made = teams.invite(owner, person(eva).email, "member")
    monkeypatch.setattr(settings(), "smtp_url", SecretStr("smtp+plain://127.0.0.1:9"))
    assert teams.accept(made.token, person(eva)).joined
    assert not person(eva).email_verified


def test_a_link_that_was_shown_first_and_mailed_anew_confirms(eva: Account, team, monkeypatch) -> None:
    owner = person(Account(team.user_id, team.workspace_id))
    monkeypatch.setattr(settings(), "smtp_url", SecretStr(""))
    made = teams.invite(owner, person(eva).email, "member")
    monkeypatch.setattr(settings(), "smtp_url", SecretStr("smtp+plain://127.0.0.1:9"))
    again = teams.resend(owner, made.id)
    assert again is not None
    teams.accept(again.token, person(eva))
    assert person(eva).email_verified
