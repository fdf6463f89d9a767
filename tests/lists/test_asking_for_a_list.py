"""A query can ask for the leads of a list and for tags, and finds what its person may see."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from reachly.database import one, scope
from reachly.leads import LeadQuery, count, page
from tests.planted import as_owner, people, plant


def _list(team, leads: list[UUID], tags: tuple[str, ...] = (), visibility: str = "team") -> UUID:
    with scope(team.workspace_id, team.user_id):
        made = one(
            "INSERT INTO lists (workspace_id, owner_id, name, visibility)"
            " VALUES (scope_workspace(), scope_user(), 'Autumn', %s) RETURNING id",
            (visibility,),
        )
        assert made is not None
        one(
            "INSERT INTO list_contacts (workspace_id, list_id, contact_id, position, tags)"
            " SELECT scope_workspace(), %s, contact_id, 1, %s FROM leads WHERE id = ANY (%s) RETURNING list_id",
            (made["id"], list(tags), leads),
        )
    return made["id"]


def _found(team, query: LeadQuery) -> set[UUID]:
    return {lead.id for lead in page(team.workspace_id, team.user_id, query).leads}


def test_a_list_and_a_tag_narrow_the_leads(team) -> None:
    ada, ben, cleo = plant(team, *people(3))
    first, second = _list(team, [ada, ben], ("hot", "EU")), _list(team, [cleo], ("hot",))
    assert _found(team, LeadQuery(list_id=first)) == {ada, ben}
    assert _found(team, LeadQuery(tag=("hot", "none"))) == {ada, ben, cleo}
    assert _found(team, LeadQuery(tag=("hot",), list_id=second)) == {cleo}
    assert _found(team, LeadQuery(tag=("cold",))) == set()
    assert _found(team, LeadQuery(list_id=uuid4())) == set()
    query, errors = LeadQuery.from_args(LeadQuery(list_id=first, tag=("EU",)).as_args())
    assert (query, errors) == (LeadQuery(list_id=first, tag=("EU",)), {})
    assert LeadQuery.from_args({"list_id": "7"})[1] == {"list_id": "There is no such list."}


def test_a_deleted_list_and_one_of_others_find_nobody(team, other_team) -> None:
    (ada,) = plant(team, *people(1))
    listed = LeadQuery(list_id=_list(team, [ada]))
    assert count(team.workspace_id, team.user_id, listed).number == 1
    assert count(other_team.workspace_id, other_team.user_id, listed).number == 0
    as_owner("UPDATE lists SET deleted_at = now() WHERE id = %s", (listed.list_id,))
    assert count(team.workspace_id, team.user_id, listed).number == 0


def test_what_a_colleague_keeps_to_themselves_is_not_asked(team, other_team) -> None:
    (ada,) = plant(team, *people(1))
    own = LeadQuery(list_id=_list(team, [ada], ("mine",), "personal"))
    as_owner(
        "INSERT INTO memberships (workspace_id, user_id, role) VALUES (%s, %s, 'admin')",
        (team.workspace_id, other_team.user_id),
    )
    for query in (own, replace(own, list_id=None, tag=("mine",))):
        assert count(team.workspace_id, team.user_id, query).number == (1 if query.list_id or query.tag else 0)
        assert count(team.workspace_id, other_team.user_id, query).number == 0
