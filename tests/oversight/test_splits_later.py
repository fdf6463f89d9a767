"""A merge of the catalogue is taken back after a workspace hid, merged or imported: nothing comes apart by half."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest

from reachly import database
from reachly.actions import UndoOver, undo
from reachly.database import connected, owner_database, scope
from reachly.hidden import hide_contacts
from reachly.merging import merge
from reachly.oversight import NOT_MERGED, NOT_SPLIT
from reachly.settings import settings
from tests.engine.work import ask
from tests.generate.finding import rows
from tests.oversight.alike import breaches, everything, organization, paid, person, save, seen, told
from tests.planted import as_owner


@pytest.fixture
def twice() -> tuple[UUID, UUID]:
    """Anna, twice."""
    return person("acme"), person("acme-gmbh")


def lead_of(team, contact: UUID) -> UUID:
    [found] = rows(team, "SELECT id FROM leads WHERE contact_id = %s", str(contact))
    return found["id"]


def theirs(team, kept: UUID, gone: UUID):
    return merge(team.workspace_id, team.user_id, lead_of(team, kept), lead_of(team, gone))


def noted(team, contact: UUID) -> None:
    with scope(team.workspace_id, team.user_id):
        database.execute(
            "INSERT INTO lead_notes (workspace_id, contact_id, user_id, text) VALUES (scope_workspace(), %s,"
            " scope_user(), 'met in Graz')",
            (str(contact),),
        )


def in_sight(team) -> set[UUID]:
    return {row["contact_id"] for row in seen(team)}


def test_a_split_waits_while_a_workspace_merged_its_lead_on(team, desk, twice) -> None:
    kept, gone = twice
    other = person("other")
    save(team, kept, gone, other)
    done = desk.merge("contact", kept, gone)
    made = theirs(team, other, kept)
    before = everything()
    assert desk.split(done.id).outcome == "theirs"
    assert everything() == before
    [(undone,)] = as_owner("SELECT count(*) FROM actions WHERE undone_at IS NOT NULL AND subject_id = %s", (made.kept,))
    assert undone == 0
    undo(team.workspace_id, team.user_id, made.action_id)
    assert desk.split(done.id).outcome == "done"
    assert in_sight(team) == {kept, gone, other}


def test_a_workspaces_own_merge_stands_through_a_split_and_is_taken_back_by_itself(team, desk, twice) -> None:
    kept, gone = twice
    other = person("other")
    save(team, gone, other)
    noted(team, gone)
    done = desk.merge("contact", kept, gone)
    made = theirs(team, other, kept)
    assert desk.split(done.id).outcome == "done"
    assert in_sight(team) == {other}
    assert as_owner("SELECT lead_hidden(%s, %s, NULL, NULL)", (team.workspace_id, kept)) == [(False,)]
    assert undo(team.workspace_id, team.user_id, made.action_id).count == 2
    assert in_sight(team) == {gone, other}
    assert rows(team, "SELECT contact_id FROM lead_notes") == [{"contact_id": gone}]
    with pytest.raises(UndoOver):
        undo(team.workspace_id, team.user_id, made.action_id)


@pytest.mark.parametrize("had", [("gone",), ("kept", "gone")])
def test_whom_a_workspace_hid_meanwhile_stays_hidden_as_both(team, desk, twice, had) -> None:
    kept, gone = twice
    save(team, *({"kept": kept, "gone": gone}[name] for name in had))
    done = desk.merge("contact", kept, gone)
    hidden = hide_contacts(team.workspace_id, team.user_id, [str(kept)])
    assert desk.split(done.id).outcome == "done"
    assert seen(team) == []
    undo(team.workspace_id, team.user_id, hidden.action_id)
    assert in_sight(team) == {{"kept": kept, "gone": gone}[name] for name in had}


def test_whom_a_workspace_hid_before_is_alone_in_that_after_a_split(team, desk, twice) -> None:
    kept, gone = twice
    save(team, gone)
    hide_contacts(team.workspace_id, team.user_id, [str(kept)])
    before = everything()
    done = desk.merge("contact", kept, gone)
    assert seen(team) == []
    desk.split(done.id)
    assert everything() == before
    assert in_sight(team) == {gone}


def test_people_whom_a_workspace_merged_the_other_way_are_not_merged(team, desk, twice) -> None:
    kept, gone = twice
    save(team, kept, gone)
    paid(team, kept, "email", "anna@acme.example")
    theirs(team, gone, kept)
    before = everything()
    assert desk.merge("contact", kept, gone).outcome == "turned"
    assert everything() == before
    done = desk.merge("contact", gone, kept)
    assert done.outcome == "done"
    assert in_sight(team) == {gone}
    assert breaches(team) == []
    assert desk.split(done.id).outcome == "done"
    assert everything() == before


def test_somebody_whom_a_workspace_merged_into_a_third_is_not_merged(team, desk, twice) -> None:
    kept, gone = twice
    third = person("third")
    save(team, kept, gone, third)
    theirs(team, third, gone)
    assert desk.merge("contact", kept, gone).outcome == "turned"
    done = desk.merge("contact", gone, kept)
    assert done.outcome == "done"
    assert in_sight(team) == {third}
    assert desk.split(done.id).outcome == "done"
    assert in_sight(team) == {kept, third}


def test_what_is_paid_stays_whole_where_the_one_that_stays_stands_behind_a_third(team, desk, twice) -> None:
    kept, gone = twice
    third = person("third")
    save(team, kept, gone, third)
    paid(team, gone, "email", "anna@acme.example")
    theirs(team, third, kept)
    before = everything()
    done = desk.merge("contact", kept, gone)
    assert seen(team) == [{"contact_id": third, "email": "anna@acme.example", "phone": None}]
    assert breaches(team) == []
    assert desk.split(done.id).outcome == "done"
    assert everything() == before


def test_what_was_imported_since_stays_with_its_lead(team, desk, twice) -> None:
    kept, gone = twice
    save(team, gone)
    key = "INSERT INTO imported_keys (workspace_id, key, contact_id) VALUES (%s, %s, %s)"
    as_owner(key, (team.workspace_id, "e:before@kept.example", kept))
    done = desk.merge("contact", kept, gone)
    as_owner(key, (team.workspace_id, "e:since@both.example", kept))
    desk.split(done.id)
    known = "SELECT key, contact_id FROM imported_keys WHERE workspace_id = %s ORDER BY key"
    assert as_owner(known, (team.workspace_id,)) == [
        ("e:before@kept.example", kept),
        ("e:since@both.example", gone),
    ]


def test_a_job_that_ended_is_tried_again_for_whoever_stands_there_now(team, desk, twice) -> None:
    kept, gone = twice
    save(team, gone)
    job_id = ask(team).job_id
    as_owner(
        "INSERT INTO job_contacts (workspace_id, job_id, contact_id, place) VALUES (%s, %s, %s, 1)",
        (team.workspace_id, job_id, gone),
    )
    assert desk.merge("contact", kept, gone).outcome == "busy"
    as_owner("UPDATE jobs SET status = 'cancelled', finished_at = now() WHERE id = %s", (job_id,))
    done = desk.merge("contact", kept, gone)
    asked = "SELECT contact_id FROM job_contacts"
    assert rows(team, asked) == [{"contact_id": kept}]
    as_owner("UPDATE jobs SET status = 'queued', finished_at = NULL WHERE id = %s", (job_id,))
    assert desk.split(done.id).outcome == "busy"
    as_owner("UPDATE jobs SET status = 'cancelled', finished_at = now() WHERE id = %s", (job_id,))
    assert desk.split(done.id).outcome == "done"
    assert rows(team, asked) == [{"contact_id": gone}]


def test_too_much_for_one_merge_is_refused(desk) -> None:
    small, big = (organization("Big", domain=f"{uuid4().hex}.example") for _ in range(2))
    as_owner("INSERT INTO contacts (organization_id) SELECT %s FROM generate_series(1, 5001)", (big,))
    try:
        assert desk.merge("organization", small, big).outcome == "large"
        done = desk.merge("organization", big, small)
        assert done.outcome == "done"
        assert desk.split(done.id).outcome == "done"
    finally:
        as_owner("DELETE FROM contacts WHERE organization_id = %s", (big,))


def test_a_merge_that_cannot_start_at_once_lets_others_go_on(desk, twice) -> None:
    owner = owner_database(settings())
    told: list[str] = []

    def act() -> None:
        with connected():
            told.append(desk.merge("contact", *twice).outcome)

    with owner.connection_context(), owner.atomic():
        owner.execute_sql("SELECT merging_gate(false)")
        beside = threading.Thread(target=act)
        beside.start()
        beside.join(4)
        assert told == ["busy"]
    assert desk.merge("contact", *twice).outcome == "done"


def test_many_namesakes_with_profiles_of_their_own_do_not_crowd_out_a_pair(desk) -> None:
    mark = uuid4().hex[:10]
    place = organization(mark, domain=f"{mark}.example")
    most = 50 + len(desk.pairs("contact", 2_000))  # other tests' pairs are there too
    as_owner(
        "INSERT INTO contacts (first_name, last_name, organization_id, linkedin_url)"
        " SELECT 'Twin' || n, %s, %s, 'https://www.linkedin.com/in/' || %s || n || '-' || x"
        " FROM generate_series(1, %s) n, generate_series(1, 2) x",
        (mark, place, mark, 4 * most + 5),
    )
    one, two = (person(mark, last_name=f"Rare {mark}", title="Chief", organization_id=None) for _ in range(2))
    try:
        found = {frozenset((pair.kept_id, pair.gone_id)) for pair in desk.pairs("contact", most)}
        assert frozenset((one, two)) in found
        assert not [pair for pair in told(desk, "contact") if len(pair & {one, two}) == 1]
    finally:
        as_owner("DELETE FROM contacts WHERE last_name = %s", (mark,))


def test_every_refusal_has_its_words() -> None:
    assert set(NOT_MERGED) == {"gone", "merged", "busy", "turned", "large", "domain"}
    assert set(NOT_SPLIT) == {"gone", "later", "theirs", "busy"}
