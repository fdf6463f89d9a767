"""A link lets the person of its address in, once, while it stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest

from reachly import database, invitations, notices
from reachly.database import scope
from reachly.invitations import NotForYou
from tests.conftest import new_team
from tests.teams.conftest import invited, join, owner_rows


def _members(workspace_id) -> dict:
    return dict(owner_rows("SELECT user_id, role FROM memberships WHERE workspace_id = %s", workspace_id))


def _refused(token, person) -> str:
    with pytest.raises(NotForYou) as refusal:
        invitations.accept(token, person.workspace_id, person.user_id)
    return refusal.value.reason


def test_a_link_lets_its_person_in_once(team) -> None:
    bob = new_team()
    made = invited(team, bob.email.upper(), "viewer")
    found = invitations.find(made.token)
    assert found is not None
    assert (found.state, found.role, found.name, found.invited_by, found.known) == (
        "open",
        "viewer",
        "Acme",
        "Alice",
        True,
    )
    accepted = invitations.accept(made.token, bob.workspace_id, bob.user_id)
    assert (accepted.workspace_id, accepted.role, accepted.joined) == (team.workspace_id, "viewer", True)
    assert _members(team.workspace_id)[bob.user_id] == "viewer"
    assert _members(bob.workspace_id) == {bob.user_id: "owner"}
    assert _refused(made.token, bob) == "used"


def test_only_the_hash_of_a_token_is_kept(team) -> None:
    made = invited(team, "carol@people.example")
    (kept,) = owner_rows("SELECT invitations::text FROM invitations WHERE id = %s", made.id)
    assert made.token not in kept[0]


def test_a_link_is_worth_nothing_to_others_or_after_its_time(team) -> None:
    bob, eve = new_team(), new_team()
    made = invited(team, bob.email)
    assert _refused(made.token, eve) == "stranger"
    assert _refused("made-up", bob) == "missing"
    owner_rows("UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = %s", made.id)
    assert _refused(made.token, bob) == "expired"
    with scope(team.workspace_id, team.user_id):
        again = invitations.renew(made.id)
        assert again is not None
    assert _refused(made.token, bob) == "missing"
    with scope(team.workspace_id, team.user_id):
        assert invitations.revoke(made.id) is not None
        assert invitations.revoke(made.id) is None
    assert _refused(again.token, bob) == "revoked"
    assert bob.user_id not in _members(team.workspace_id)


def test_a_second_invitation_of_an_address_takes_the_place_of_the_first(team) -> None:
    bob = new_team()
    first, second = invited(team, bob.email), invited(team, bob.email, "admin")
    assert _refused(first.token, bob) == "revoked"
    with scope(team.workspace_id, team.user_id):
        assert [row["id"] for row in invitations.standing()] == [second.id]


def test_of_ten_who_accept_at_once_one_is_let_in(team) -> None:
    bob = new_team()
    made = invited(team, bob.email)

    def accept(_: int) -> str:
        try:
            invitations.accept(made.token, bob.workspace_id, bob.user_id)
        except NotForYou as refusal:
            return refusal.reason
        return "accepted"

    with ThreadPoolExecutor(10) as many:
        assert sorted(many.map(accept, range(10))) == ["accepted"] + ["used"] * 9


def test_whoever_is_in_keeps_their_role(team) -> None:
    bob = join(team, "admin")
    accepted = invitations.accept(invited(team, bob.email, "viewer").token, bob.workspace_id, bob.user_id)
    assert (accepted.joined, accepted.role) == (False, "admin")


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_only_who_runs_the_workspace_invites_into_it(company, role) -> None:
    who = company.of(role)
    with pytest.raises(peewee.ProgrammingError) as refusal, scope(company.workspace_id, who.user_id):
        invitations.invite("x@people.example", "member", name="Acme")
    assert database.sqlstate(refusal.value) == "42501"


def test_an_invitation_to_a_list_lets_into_the_list_and_not_into_the_workspace(team) -> None:
    bob = new_team()
    with scope(team.workspace_id, team.user_id):
        made = database.one(
            "INSERT INTO lists (workspace_id, owner_id, name) VALUES (%s, %s, 'Fairs') RETURNING id",
            (team.workspace_id, team.user_id),
        )
    token = invited(team, bob.email, "editor", list_id=made["id"]).token
    accepted = invitations.accept(token, bob.workspace_id, bob.user_id)
    assert (accepted.list_id, accepted.role) == (made["id"], "editor")
    assert bob.user_id not in _members(team.workspace_id)
    told = owner_rows("SELECT role, invited_by FROM list_members WHERE user_id = %s", bob.user_id)
    assert told == [("editor", team.user_id)]


def test_people_read_their_notices_wherever_they_work_and_nobody_elses(team, other_team) -> None:
    with scope(team.workspace_id, team.user_id):
        notices.tell(team.user_id, "test.told", "To Alice")
        notices.tell_address(other_team.email, "test.told", "To Bob", "/leads")
        notices.tell_address("nobody@people.example", "test.told", "To nobody")
    (told,) = notices.recent(other_team.workspace_id, other_team.user_id).notices
    assert (told.words, told.workspace_id, told.read_at) == ("To Bob", team.workspace_id, None)
    assert notices.read(other_team.workspace_id, other_team.user_id) == 1
    assert [each.words for each in notices.recent(team.workspace_id, team.user_id).notices] == ["To Alice"]
    assert notices.get(team.workspace_id, team.user_id, told.id) is None
