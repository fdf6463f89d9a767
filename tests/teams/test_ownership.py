"""A workspace handed over: one owner always, whoever does what at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import peewee
import pytest

from reachly import accounts, database, teams, workplaces
from reachly.database import owner_database, scope
from reachly.settings import settings
from reachly.teams import IsOwner, NoSuchColleague, NotOffered, NotYours
from tests.conftest import Team
from tests.teams.conftest import Company, at_work, join, owner_rows, roles


def test_the_database_keeps_exactly_one_owner(company: Company) -> None:
    owner = owner_database(settings())
    scoped_to = "SELECT set_config('reachly.workspace', %s, true)"
    for sql in (
        "UPDATE memberships SET role = 'admin' WHERE workspace_id = %s AND role = 'owner'",
        "UPDATE memberships SET role = 'owner' WHERE workspace_id = %s AND role = 'admin'",
        "DELETE FROM memberships WHERE workspace_id = %s AND role = 'owner'",
    ):
        with owner.connection_context(), pytest.raises(peewee.IntegrityError):
            owner.execute_sql(f"{scoped_to}; {sql}", (str(company.workspace_id), company.workspace_id))


def test_a_workspace_is_handed_over_in_two_steps(company: Company) -> None:
    owner, admin = at_work(company.owner), at_work(company.admin, company)
    with pytest.raises(NotOffered):
        teams.take(admin)
    teams.offer(owner, company.admin.user_id)
    assert roles(company.workspace_id)[company.owner.user_id] == "owner"
    with pytest.raises(NotOffered):
        teams.take(at_work(company.member, company))
    teams.take(admin)
    now = roles(company.workspace_id)
    assert (now[company.owner.user_id], now[company.admin.user_id]) == ("admin", "owner")
    with pytest.raises(NotOffered):
        teams.take(admin)


def test_whoever_hands_their_own_workspace_over_gets_another_and_can_leave(team: Team) -> None:
    bob = join(team)
    alice = at_work(team)
    teams.offer(alice, bob.user_id)
    teams.take(at_work(bob, team))
    own = accounts.home(team.user_id)
    assert own.workspace_id != team.workspace_id
    assert roles(own.workspace_id) == {team.user_id: "owner"}
    with scope(own.workspace_id, team.user_id):
        assert database.one("SELECT balance FROM accounts WHERE name = 'available'") == {"balance": 0}
    teams.leave(at_work(team, team))
    assert roles(team.workspace_id) == {bob.user_id: "owner"}
    assert [place.personal for place in workplaces.mine(own.workspace_id, team.user_id)] == [True]


@pytest.mark.parametrize("against", ["withdraw", "remove", "offer to another", "take again"])
def test_whatever_happens_while_a_workspace_is_taken_it_has_one_owner(team: Team, against: str) -> None:
    for _ in range(4):
        bob, carol = join(team), join(team)
        (before,) = owner_rows(
            "SELECT user_id FROM memberships WHERE workspace_id = %s AND role = 'owner'", team.workspace_id
        )
        holder = Team(team.workspace_id, before[0], "")
        owner = at_work(holder)
        teams.offer(owner, bob.user_id)
        taking = at_work(bob, team)
        other = {
            "withdraw": lambda owner=owner: teams.withdraw(owner),
            "remove": lambda owner=owner, bob=bob: teams.remove(owner, bob.user_id),
            "offer to another": lambda owner=owner, carol=carol: teams.offer(owner, carol.user_id),
            "take again": lambda taking=taking: teams.take(taking),
        }[against]

        def attempt(act: Any) -> str:
            try:
                act()
            except (NotYours, NotOffered, NoSuchColleague, IsOwner) as refusal:
                return type(refusal).__name__
            return "done"

        with ThreadPoolExecutor(2) as both:
            came = list(both.map(attempt, [lambda taking=taking: teams.take(taking), other]))
        owners = [user for user, role in roles(team.workspace_id).items() if role == "owner"]
        assert len(owners) == 1, came
        assert owners[0] in (bob.user_id, holder.user_id)
        if against != "withdraw":
            assert "done" in came


def test_an_offer_ends_with_whoever_made_it_or_was_to_take_it(company: Company) -> None:
    owner = at_work(company.owner)
    teams.offer(owner, company.member.user_id)
    assert teams.offered(company.workspace_id, company.viewer.user_id) is not None
    teams.remove(owner, company.member.user_id)
    assert teams.offered(company.workspace_id, company.owner.user_id) is None
