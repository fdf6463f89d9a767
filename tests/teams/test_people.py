"""Roles given, people put out, sessions that move: who belongs to a workspace, and who is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from reachly import accounts, actions, database, mail, spending, teams, workplaces
from reachly.accounts import Person
from reachly.database import scope, scoped
from reachly.invitations import NotForYou
from reachly.teams import IsOwner, NoSuchColleague, NotYours
from tests.conftest import Team, new_team
from tests.generate.finding import find
from tests.profiles.kept import keep
from tests.teams.conftest import Company, at_work, invited, join, owner_rows, roles, told


def test_who_runs_the_workspace_gives_roles_and_whom_it_concerns_is_told(company: Company, outside: Any) -> None:
    admin = at_work(company.admin, company)
    assert teams.set_role(admin, company.viewer.user_id, "member")
    assert not teams.set_role(admin, company.viewer.user_id, "member")
    assert roles(company.workspace_id)[company.viewer.user_id] == "member"
    assert told(company.viewer) == ["Alice made you a member of Alice."]
    mail.send_due()
    (letter,) = outside.inbox(company.viewer.email)
    assert letter["subject"] == "You are a member of Alice now"
    (act,) = actions.feed(company.workspace_id, company.owner.user_id).actions
    assert (act.kind, act.data["role"], act.data["before"]) == ("members.role", "member", "viewer")


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_the_others_give_no_roles_and_put_nobody_out(company: Company, role: str) -> None:
    person = at_work(company.of(role), company)
    with pytest.raises(NotYours):
        teams.set_role(person, company.admin.user_id, "viewer")
    with pytest.raises(NotYours):
        teams.remove(person, company.admin.user_id)
    with pytest.raises(NotYours):
        teams.rename(person, "Ours")
    with pytest.raises(NotYours):
        teams.offer(person, company.admin.user_id)
    assert roles(company.workspace_id)[company.admin.user_id] == "admin"


def test_nobody_touches_the_owner_and_the_owner_does_not_leave(company: Company) -> None:
    admin = at_work(company.admin, company)
    for attempt in (
        lambda: teams.set_role(admin, company.owner.user_id, "member"),
        lambda: teams.remove(admin, company.owner.user_id),
        lambda: teams.leave(at_work(company.owner)),
    ):
        with pytest.raises(IsOwner):
            attempt()
    with pytest.raises(NoSuchColleague):
        teams.remove(admin, new_team().user_id)
    assert roles(company.workspace_id)[company.owner.user_id] == "owner"


def test_whoever_is_put_out_loses_sessions_keys_and_lists_and_nothing_of_their_own(
    company: Company, outside: Any
) -> None:
    member = company.member
    here = accounts.start_session(member.user_id, company.workspace_id)
    own = accounts.start_session(member.user_id, member.workspace_id)
    person = accounts.find_session(here)
    assert person is not None
    key = accounts.create_key(person, "CRM").secret
    made = scoped(
        company.workspace_id,
        member.user_id,
        "INSERT INTO lists (workspace_id, owner_id, name, visibility)"
        " VALUES (scope_workspace(), scope_user(), 'Mine', 'personal') RETURNING id",
    )
    assert made is not None
    teams.remove(at_work(company.owner), member.user_id)
    assert accounts.find_session(here) is None
    assert accounts.find_key(key) is None
    assert workplaces.put_out(here) == "Alice"
    assert workplaces.put_out(own) is None
    assert accounts.find_session(own) is not None
    assert owner_rows("SELECT owner_id FROM lists WHERE id = %s", made["id"]) == [(company.owner.user_id,)]
    assert told(member) == ["You were removed from Alice."]
    mail.send_due()
    assert [each["subject"] for each in outside.inbox(member.email)] == ["You were removed from Alice"]


def test_whoever_left_is_still_known_by_name_in_what_they_did(company: Company) -> None:
    owner_rows("UPDATE users SET name = 'Bob Berg' WHERE id = %s", company.member.user_id)
    with scope(company.workspace_id, company.member.user_id):
        actions.note("test.did")
    teams.leave(at_work(company.member, company))
    acts = actions.feed(company.workspace_id, company.owner.user_id).actions
    assert {(act.kind, act.user) for act in acts} == {("test.did", "Bob Berg"), ("members.leave", "Bob Berg")}
    stranger = new_team()
    with scope(stranger.workspace_id, stranger.user_id):
        assert database.rows("SELECT id FROM users WHERE id = %s", (str(company.member.user_id),)) == []


def test_the_shared_demo_invites_nobody_and_loses_nobody(team: Team) -> None:
    bob = join(team)
    owner_rows("UPDATE workspaces SET demo = true WHERE id = %s", team.workspace_id)
    demo = at_work(team)
    for attempt in (
        lambda: teams.invite(demo, "x@people.example", "member"),
        lambda: teams.remove(demo, bob.user_id),
        lambda: teams.set_role(demo, bob.user_id, "admin"),
        lambda: teams.offer(demo, bob.user_id),
        lambda: teams.rename(demo, "Ours"),
    ):
        with pytest.raises(teams.SharedDemo):
            attempt()


def test_whoever_leaves_is_gone_and_who_runs_the_workspace_is_told(company: Company) -> None:
    teams.leave(at_work(company.viewer, company))
    assert company.viewer.user_id not in roles(company.workspace_id)
    assert told(company.owner) == ["Alice left Alice."]
    assert told(company.admin) == ["Alice left Alice."]
    assert told(company.member) == []


def test_two_admins_who_remove_each_other_at_once_leave_one(team: Team) -> None:
    for _ in range(8):
        bob, carol = join(team, "admin"), join(team, "admin")
        pair = [(at_work(bob, team), carol), (at_work(carol, team), bob)]

        def remove(who: tuple[Person, Team]) -> bool:
            try:
                teams.remove(who[0], who[1].user_id)
            except (NotYours, NoSuchColleague):
                return False
            return True

        with ThreadPoolExecutor(2) as both:
            assert sorted(both.map(remove, pair)) == [False, True]
        assert len({bob.user_id, carol.user_id} & set(roles(team.workspace_id))) == 1


def test_invited_people_get_a_mail_and_whoever_invited_them_hears_that_they_came(team: Team, outside: Any) -> None:
    alice, bob = at_work(team), new_team()
    made = teams.invite(alice, bob.email, "viewer")
    mail.send_due()
    (letter,) = outside.inbox(bob.email)
    assert made.token in letter["text"]
    assert told(bob) == ["Alice invites you to Alice as a viewer. The link is in your mail."]
    teams.accept(made.token, at_work(bob))
    assert told(team) == ["Alice joined Alice as a viewer."]
    mail.send_due()
    assert [each["subject"] for each in outside.inbox(team.email)] == ["Alice joined Alice as a viewer"]
    kinds = [act.kind for act in actions.feed(team.workspace_id, team.user_id).actions]
    assert kinds == ["invitations.accept", "invitations.invite"]
    with pytest.raises(teams.AlreadyIn):
        teams.invite(alice, bob.email.upper(), "member")
    with pytest.raises(accounts.Invalid):
        teams.invite(alice, "nobody", "king")


def test_a_session_moves_only_to_where_its_person_belongs(team: Team, other_team: Team) -> None:
    bob = join(team)
    token = accounts.start_session(bob.user_id, bob.workspace_id)
    assert workplaces.move(token, bob.user_id, bob.workspace_id, team.workspace_id)
    person = accounts.find_session(token)
    assert person is not None
    assert (person.workspace_id, person.workspace_role) == (team.workspace_id, "member")
    assert workplaces.last(bob.user_id, bob.workspace_id) == team.workspace_id
    assert not workplaces.move(token, bob.user_id, team.workspace_id, other_team.workspace_id)
    mine = accounts.start_session(team.user_id, team.workspace_id)
    assert not workplaces.move(mine, bob.user_id, bob.workspace_id, bob.workspace_id)
    teams.remove(at_work(team), bob.user_id)
    assert workplaces.last(bob.user_id, bob.workspace_id) == bob.workspace_id


def test_a_limit_that_comes_close_is_told_to_who_can_do_something_about_it(company: Company, outside: Any) -> None:
    spending.set_caps(company.workspace_id, company.owner.user_id, {company.member.user_id: 10})
    find(Team(company.workspace_id, company.member.user_id, ""), 9)
    assert told(company.member)[0].startswith("80 % of the limit of Alice in Alice, 10 credits a month")
    assert told(company.owner) == told(company.member) == told(company.admin)
    assert told(company.viewer) == []
    mail.send_due()
    assert len(outside.inbox(company.member.email)) == len(outside.inbox(company.owner.email)) == 1
    assert outside.inbox(company.admin.email) == []


def test_invitations_end_with_whoever_made_them_being_put_out(company: Company) -> None:
    again, bob = new_team(), new_team()
    admin = Team(company.workspace_id, company.admin.user_id, "")
    theirs, ours = invited(admin, again.email, "admin"), invited(company.owner, bob.email)
    teams.remove(at_work(company.owner), company.admin.user_id)
    with pytest.raises(NotForYou):
        teams.accept(theirs.token, at_work(again))
    teams.accept(ours.token, at_work(bob))
    assert again.user_id not in roles(company.workspace_id)
    assert roles(company.workspace_id)[bob.user_id] == "member"


def test_searches_of_whoever_is_put_out_pass_to_the_owner_paused(company: Company) -> None:
    member = Team(company.workspace_id, company.member.user_id, "")
    timed, by_hand = keep(member), keep(member, schedule="off")
    teams.remove(at_work(company.owner), member.user_id)
    assert owner_rows("SELECT owner_id, paused, next_run_at FROM icp_profiles WHERE id = %s", timed) == [
        (company.owner.user_id, True, None)
    ]
    assert owner_rows("SELECT owner_id, paused FROM icp_profiles WHERE id = %s", by_hand) == [
        (company.owner.user_id, False)
    ]
    assert told(company.owner) == [
        "Alice belongs to the workspace no more. A search that ran by itself is yours now, and paused."
    ]
