"""What happens to a merged lead before its merge is taken back: bounces, changes, further merges, jobs beside it."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest

from reachly import database, lists, unlock
from reachly.actions import UndoOver, undo
from reachly.database import connected, owner_database, scope
from reachly.merging import Merged, merge
from reachly.settings import settings
from tests.conftest import Team
from tests.generate.finding import rows
from tests.planted import as_owner, people, plant
from tests.unlock.held import held, lead, row


def _two(team: Team) -> tuple[UUID, UUID, UUID]:
    """A locked lead, and one whose e-mail was paid; and whom that one is."""
    kept, contact = lead(team, held(None)), held()
    gone = lead(team, contact)
    assert unlock.ask(team.workspace_id, team.user_id, [contact], ["email"]).charged == 1
    return kept, gone, contact


def _noted(team: Team, lead_id: UUID) -> None:
    with scope(team.workspace_id, team.user_id):
        database.execute(
            "INSERT INTO lead_notes (workspace_id, contact_id, user_id, text)"
            " SELECT workspace_id, contact_id, scope_user(), 'hers' FROM leads WHERE id = %s",
            (str(lead_id),),
        )


def _merge(team: Team, kept: UUID, gone: UUID) -> Merged:
    return merge(team.workspace_id, team.user_id, kept, gone)


def _bounced(team: Team, lead_id: UUID) -> str:
    return unlock.bounced(team.workspace_id, team.user_id, lead_id).outcome


def test_what_changed_since_a_merge_stays_when_it_is_taken_back(team: Team) -> None:
    kept, gone, _ = _two(team)
    as_owner("UPDATE leads SET has_email = false, provenance = provenance - 'email' WHERE id = %s", (kept,))
    made = _merge(team, kept, gone)
    as_owner(
        "UPDATE leads SET email = 'new@firm.example', email_status = 'unknown', phone = '+4930123456',"
        " has_phone = true,"
        ' provenance = provenance || \'{"email": {"source": "import"}, "phone": {"source": "import"}}\''
        " WHERE id = %s",
        (kept,),
    )
    undo(team.workspace_id, team.user_id, made.action_id)
    after = row(team, kept)
    assert (after["email"], after["email_status"], after["phone"]) == ("new@firm.example", "unknown", "+4930123456")
    assert (after["has_email"], after["has_phone"]) == (True, True)
    assert after["provenance"]["email"] == after["provenance"]["phone"] == {"source": "import"}


def test_what_was_given_goes_with_all_that_was_said_of_it(team: Team) -> None:
    kept, gone, _ = _two(team)
    before = row(team, kept)
    made = _merge(team, kept, gone)
    assert _bounced(team, kept) == "refunded"
    undo(team.workspace_id, team.user_id, made.action_id)
    after = row(team, kept)
    for name in ("email", "email_status", "has_email", "provenance"):
        assert after[name] == before[name], name


def test_merges_are_taken_back_last_first_and_notes_stay_with_their_person(team: Team) -> None:
    middle, first, last = plant(team, *people(3, email=None))
    _noted(team, first)
    inner, outer = _merge(team, middle, first), _merge(team, last, middle)
    where = "SELECT l.id FROM lead_notes n JOIN leads l USING (workspace_id, contact_id)"
    with pytest.raises(UndoOver) as over:
        undo(team.workspace_id, team.user_id, inner.action_id)
    assert over.value.words == (
        "Merges are taken back last first. Take back first that First0000 Last0000 was merged into First0002 Last0002."
    )
    assert over.value.first == outer.action_id
    assert rows(team, where) == [{"id": last}]
    assert row(team, first)["hidden"]
    undo(team.workspace_id, team.user_id, outer.action_id)
    assert undo(team.workspace_id, team.user_id, inner.action_id).count == 2
    assert rows(team, where) == [{"id": first}]


def test_a_page_of_the_same_people_and_a_merge_do_not_wait_for_each_other_in_a_ring(team: Team) -> None:
    kept, gone, _ = _two(team)
    wrong: list[BaseException] = []

    def act() -> None:
        try:
            with connected():
                _merge(team, kept, gone)
        except BaseException as error:
            wrong.append(error)

    beside = threading.Thread(target=act)
    owner = owner_database(settings())
    with owner.connection_context(), owner.atomic():
        # What deliver_page locks, in its order.
        owner.execute_sql(
            "SELECT FROM contacts WHERE id IN (SELECT contact_id FROM leads WHERE id IN (%s, %s))"
            " ORDER BY id FOR UPDATE",
            (kept, gone),
        )
        beside.start()
        beside.join(0.4)
        assert beside.is_alive()
        owner.execute_sql("SET LOCAL lock_timeout = '5s'")
        owner.execute_sql("SELECT hiding_gate(%s, false)", (team.workspace_id,))
    beside.join(10)
    assert not beside.is_alive()
    assert wrong == []
    assert row(team, gone)["hidden"]


def test_adding_to_a_list_waits_for_a_merge_of_the_same_and_neither_stops_the_other(team: Team) -> None:
    kept, _gone, _ = _two(team)
    into = lists.create(team.workspace_id, team.user_id, "Both")
    wrong: list[BaseException] = []

    def put() -> None:
        try:
            with connected():
                lists.add(team.workspace_id, team.user_id, into.id, [kept])
        except BaseException as error:
            wrong.append(error)

    beside = threading.Thread(target=put)
    owner = owner_database(settings())
    with owner.connection_context(), owner.atomic():
        # What lead_merge locks, in its order; the rows of lists come last.
        owner.execute_sql("SELECT hiding_gate(%s, true)", (team.workspace_id,))
        owner.execute_sql("SELECT FROM leads WHERE id = %s FOR UPDATE", (kept,))
        beside.start()
        beside.join(0.4)
        assert beside.is_alive()
        owner.execute_sql("SET LOCAL lock_timeout = '5s'")
        owner.execute_sql(
            "INSERT INTO list_contacts (workspace_id, list_id, contact_id, position)"
            " SELECT workspace_id, %s, contact_id, 1 FROM leads WHERE id = %s ON CONFLICT DO NOTHING",
            (into.id, kept),
        )
    beside.join(10)
    assert not beside.is_alive()
    assert wrong == []
