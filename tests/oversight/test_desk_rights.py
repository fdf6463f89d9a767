"""The database itself decides who is an operator, and what they see is nothing about leads."""

from __future__ import annotations

import inspect
from dataclasses import fields
from typing import Any
from uuid import uuid4

import peewee
import pytest

from reachly.database import execute, scope, transaction
from reachly.oversight import Act, Call, Desk, NotAdmin, OpenJob, Picked, as_admin
from tests.oversight.made import call, claimed
from tests.planted import as_owner

ASKED: dict[str, tuple[Any, ...]] = {
    "overview": (),
    "jobs": ("stuck",),
    "attempt": (uuid4(),),
    "these": ([Picked(uuid4(), 1)],),
    "unknown": (),
    "acts": (),
    "mails": (),
    "retry": (Picked(uuid4(), 1),),
    "release": (Picked(uuid4(), 1), "because"),
    "look": (uuid4(), "note"),
    "pairs": ("contact",),
    "merges": (),
    "merge": ("contact", uuid4(), uuid4(), "one and the same"),
    "split": (uuid4(), "two after all"),
}


def test_every_way_of_the_desk_is_tried_here() -> None:
    ways = {name for name, _ in inspect.getmembers(Desk, inspect.isfunction) if not name.startswith("_")}
    assert ways == set(ASKED)


@pytest.mark.parametrize("name", ASKED)
def test_whoever_is_no_administrator_gets_nothing(team, desk, name: str) -> None:
    with pytest.raises(NotAdmin):
        getattr(as_admin(team.workspace_id, team.user_id), name)(*ASKED[name])
    getattr(desk, name)(*ASKED[name])


def test_an_administrator_who_was_switched_off_is_none(operator, desk) -> None:
    desk.overview()
    as_owner("UPDATE users SET active = false WHERE id = %s", (operator.user_id,))
    with pytest.raises(NotAdmin):
        desk.overview()


def test_without_a_person_in_scope_there_is_no_desk() -> None:
    with pytest.raises(peewee.ProgrammingError, match="only an administrator"), transaction():
        execute("SELECT operations_overview('1 s', '1 s')")


@pytest.mark.parametrize("function", ["desk_overview('1 s', '1 s')", "desk_release(NULL, NULL, 1, 'x')"])
def test_the_application_cannot_go_around_the_check(operator, function: str) -> None:
    with (
        pytest.raises(peewee.ProgrammingError, match="permission denied"),
        scope(operator.workspace_id, operator.user_id),
    ):
        execute(f"SELECT {function}")


def test_nobody_makes_themselves_an_administrator(team) -> None:
    with pytest.raises(peewee.ProgrammingError, match="permission denied"), scope(team.workspace_id, team.user_id):
        execute("UPDATE users SET role = 'admin' WHERE id = %s", (team.user_id,))


def test_the_record_of_acts_is_out_of_the_applications_reach_and_stays(team, desk) -> None:
    claim = claimed(team)
    desk.release(Picked(claim.id, 1), "tried")
    for sql in ("SELECT * FROM operator_acts", "DELETE FROM operator_acts"):
        with pytest.raises(peewee.ProgrammingError, match="permission denied"), scope(team.workspace_id, team.user_id):
            execute(sql)
    for sql in ("UPDATE operator_acts SET reason = 'x'", "DELETE FROM operator_acts"):
        with pytest.raises(peewee.ProgrammingError, match="written down for good"):
            as_owner(sql)


def test_nothing_of_what_operators_see_is_about_leads(team, desk) -> None:
    claim = claimed(team, name="People of secret.example", params={"filters": {"keywords": ["secret.example"]}})
    call(team, claim.id)
    told = repr([desk.jobs("open", most=1000), desk.unknown(most=1000), desk.overview(), desk.acts()])
    assert str(claim.id) in told
    assert "secret" not in told
    shown = {field.name for kind in (OpenJob, Call, Act) for field in fields(kind)}
    assert shown.isdisjoint({"name", "params", "result", "checkpoint", "request", "body", "email"})
