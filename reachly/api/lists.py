"""Calls of lists: make, fill, order, combine, delete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Blueprint

from reachly import leads, lists
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.paging import link, refused
from reachly.api.problem import Problem
from reachly.api.schemas.lists import (
    AddedLeads,
    Combine,
    LeadChange,
    List,
    ListChange,
    ListedLead,
    ListedLeads,
    Lists,
    NewList,
    RemovedLeads,
    Which,
    list_,
    listed,
)
from reachly.api.schemas.parts import Paged
from reachly.lists.showing import number

bp = Blueprint("api_lists", __name__)
WRONG = "Some fields cannot be taken as they are."
LOOK_ONLY = "You may look at this list, not change it."


@contextmanager
def told() -> Iterator[None]:
    """Failures of lists as a program is told them: what somebody may not see is not there."""
    try:
        yield
    except (lists.NoSuchList, lists.NotOnList, leads.NoSuchLead):
        raise Problem(404) from None
    except lists.MayNotEdit:
        raise Problem(403, LOOK_ONLY) from None
    except leads.BadCursor:
        raise refused() from None


def _who(person: Person) -> tuple[UUID, UUID]:
    return person.workspace_id, person.user_id


@call(bp, "GET", "/api/lists", scope="read", reads=Paged, answers={200: Lists}, headers=("Link",))
def list_lists(person: Person, query: Paged) -> tuple[Lists, int, dict[str, str]]:
    """The lists you see: the team's and your own, what changed last first."""
    with told():
        page = lists.lists(*_who(person), query.cursor, query.limit)
    found: dict[str, Any] = {"data": [list_(each) for each in page.lists], "next_cursor": page.next_cursor}
    if query.count:
        found["total"] = number(*_who(person))
    return Lists.model_validate(found), 200, link(page.next_cursor)


@call(
    bp,
    "POST",
    "/api/lists",
    scope="write",
    asks=NewList,
    answers={201: List},
    headers=("Location",),
    idempotent=True,
)
def create_list(person: Person, body: NewList) -> tuple[List, int, dict[str, str]]:
    """Make a list. The same `Idempotency-Key` with the same body is the same list."""
    return _made(lists.create(*_who(person), body.name, body.description, body.visibility, body.editing))


@call(
    bp,
    "POST",
    "/api/lists/combine",
    scope="write",
    asks=Combine,
    answers={201: List},
    headers=("Location",),
    idempotent=True,
)
def combine_lists(person: Person, body: Combine) -> tuple[List, int, dict[str, str]]:
    """Make a list of those who stand on others.

    They come in the order of the lists named; note and tags are those of the first list that somebody stands on.
    """
    try:
        made, _ = lists.combine(*_who(person), body.how, body.list_ids, body.name, body.description, body.visibility)
    except lists.NoSuchList as missing:
        at = [str(each) for each in body.list_ids].index(str(missing))
        raise Problem(422, WRONG, errors=[(f"list_ids.{at}", "There is no such list.")]) from None
    return _made(made)


@call(bp, "GET", "/api/lists/<uuid:list_id>", scope="read", answers={200: List}, problems=(404,))
def get_list(person: Person, list_id: UUID) -> List:
    """One list."""
    with told():
        return list_(lists.get(*_who(person), list_id))


@call(bp, "PATCH", "/api/lists/<uuid:list_id>", scope="write", asks=ListChange, answers={200: List}, problems=(404,))
def change_list(person: Person, list_id: UUID, body: ListChange) -> List:
    """Change what a list is called, what it is for, who sees it and who edits it."""
    with told():
        return list_(lists.change(*_who(person), list_id, **body.model_dump(exclude_unset=True)))


@call(bp, "DELETE", "/api/lists/<uuid:list_id>", scope="write", answers={204: None}, problems=(404,))
def delete_list(person: Person, list_id: UUID) -> tuple[None, int]:
    """Delete a list. Its leads stay; whoever it was shared with sees it no more."""
    with told():
        lists.delete(*_who(person), list_id)
    return None, 204


@call(
    bp,
    "GET",
    "/api/lists/<uuid:list_id>/leads",
    scope="read",
    reads=Paged,
    answers={200: ListedLeads},
    problems=(404,),
    headers=("Link",),
)
def list_leads_of_list(person: Person, list_id: UUID, query: Paged) -> tuple[ListedLeads, int, dict[str, str]]:
    """The leads on a list in its order, with their notes and tags. `GET /api/leads?list_id=` filters and sorts them."""
    with told():
        page = lists.members(*_who(person), list_id, query.cursor, query.limit)
    found: dict[str, Any] = {"data": [listed(each) for each in page.members], "next_cursor": page.next_cursor}
    if query.count:
        found["total"] = leads.count(*_who(person), leads.LeadQuery(list_id=list_id), cap=None).number
    return ListedLeads.model_validate(found), 200, link(page.next_cursor)


@call(
    bp,
    "POST",
    "/api/lists/<uuid:list_id>/leads",
    scope="write",
    asks=Which,
    answers={200: AddedLeads},
    problems=(404,),
    idempotent=True,
)
def add_leads_to_list(person: Person, list_id: UUID, body: Which) -> AddedLeads:
    """Put leads at the end of a list: those named, or all that match filters. Who is on it already stays in place."""
    with told():
        done = lists.add(*_who(person), list_id, _which(body))
    return AddedLeads(added=done.count, already=done.already)


@call(
    bp,
    "DELETE",
    "/api/lists/<uuid:list_id>/leads",
    scope="write",
    asks=Which,
    answers={200: RemovedLeads},
    problems=(404,),
)
def remove_leads_from_list(person: Person, list_id: UUID, body: Which) -> RemovedLeads:
    """Take leads off a list; they stay leads. Which ones is said in the body, as for putting them on."""
    with told():
        return RemovedLeads(removed=lists.remove(*_who(person), list_id, _which(body)).count)


@call(
    bp,
    "PATCH",
    "/api/lists/<uuid:list_id>/leads/<uuid:lead_id>",
    scope="write",
    asks=LeadChange,
    answers={200: ListedLead},
    problems=(404,),
)
def change_lead_on_list(person: Person, list_id: UUID, lead_id: UUID, body: LeadChange) -> ListedLead:
    """Write a note or tags beside a lead on a list, or move it: up, down, to an end, before or after another."""
    given = {name: getattr(body, name) for name in ("move", "before", "after") if getattr(body, name) is not None}
    if len(given) > 1:
        raise Problem(422, WRONG, errors=[(name, "Say one of: move, before, after.") for name in given])
    with told():
        of = lists.listed(*_who(person), list_id, lead_id).lead
        who = (*_who(person), list_id, of.contact_id)
        if body.note is not None or body.tags is not None:
            lists.annotate(*who, body.note, body.tags)
        for name, value in given.items():
            if name == "move":
                lists.move(*who, value)
            else:
                lists.move(*who, name, lists.listed(*_who(person), list_id, value).lead.contact_id)
        return listed(lists.listed(*_who(person), list_id, lead_id))


def _which(body: Which) -> leads.LeadQuery:
    wanted = body.wanted()
    if wanted is None:
        raise Problem(422, WRONG, errors=[("lead_ids", "Give `lead_ids` or `filters`.")])
    return wanted


def _made(made: lists.List) -> tuple[List, int, dict[str, str]]:
    return list_(made), 201, {"Location": f"/api/lists/{made.id}"}
