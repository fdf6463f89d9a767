"""Calls of tags: make, change, delete, put on many leads at once and take off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint

from reachly import leads, tags
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.problem import Problem
from reachly.api.schemas.tags import (
    CountedTag,
    DeletedTag,
    LeadTags,
    NewTag,
    Tag,
    TagChange,
    TaggedLeads,
    TagLeads,
    Tags,
)

bp = Blueprint("api_tags", __name__)
WRONG = "Some fields cannot be taken as they are."


@contextmanager
def told() -> Iterator[None]:
    """Failures of tags as a program is told them."""
    try:
        yield
    except (tags.NoSuchTag, leads.NoSuchLead):
        raise Problem(404) from None


def _who(person: Person) -> tuple[UUID, UUID]:
    return person.workspace_id, person.user_id


@call(bp, "GET", "/api/tags", scope="read", answers={200: Tags})
def list_tags(person: Person) -> Tags:
    """The workspace's tags by name, with how many leads have each."""
    have = tags.of_leads(*_who(person), leads.LeadQuery())
    found = tags.all_tags(*_who(person))
    told = [{"id": each.id, "name": each.name, "colour": each.colour, "leads": have.get(each.id, 0)} for each in found]
    return Tags(data=[CountedTag.model_validate(each) for each in told])


@call(bp, "POST", "/api/tags", scope="write", asks=NewTag, answers={201: Tag})
def create_tag(person: Person, body: NewTag) -> tuple[Tag, int]:
    """Make a tag. A name that another tag has is refused, whatever its case."""
    return Tag.model_validate(tags.make(*_who(person), body.name, body.colour)), 201


@call(bp, "PATCH", "/api/tags/<uuid:tag_id>", scope="write", asks=TagChange, answers={200: Tag}, problems=(404,))
def change_tag(person: Person, tag_id: UUID, body: TagChange) -> Tag:
    """Change a tag's name or colour."""
    with told():
        return Tag.model_validate(tags.change(*_who(person), tag_id, body.name, body.colour))


@call(bp, "DELETE", "/api/tags/<uuid:tag_id>", scope="write", answers={200: DeletedTag}, problems=(404,))
def delete_tag(person: Person, tag_id: UUID) -> DeletedTag:
    """Delete a tag: no lead has it any more. Taking that back gives it to those who had it."""
    with told():
        _, had, act = tags.delete(*_who(person), tag_id)
    return DeletedTag(leads=had, action_id=act)


@call(bp, "POST", "/api/leads/tag", scope="write", asks=TagLeads, answers={200: TaggedLeads})
def tag_leads(person: Person, body: TagLeads) -> TaggedLeads:
    """Put tags on leads and take others off: on those named, or on all that match filters."""
    wanted = body.wanted()
    if wanted is None:
        raise Problem(422, WRONG, errors=[("lead_ids", "Give `lead_ids` or `filters`.")])
    if not body.add and not body.remove:
        raise Problem(422, WRONG, errors=[("add", "Give tags to put on, or in `remove` such as to take off.")])
    done = tags.tag(*_who(person), wanted, body.add, body.remove, colour=body.colour)
    return TaggedLeads(changed=done.count, action_id=done.action)


@call(bp, "GET", "/api/leads/<uuid:lead_id>/tags", scope="read", answers={200: LeadTags}, problems=(404,))
def list_tags_of_lead(person: Person, lead_id: UUID) -> LeadTags:
    """The tags of one lead by name."""
    with told():
        contact = leads.get(*_who(person), lead_id).lead.contact_id
    found = tags.of_contacts(*_who(person), [contact]).get(contact, [])
    return LeadTags(data=[Tag.model_validate(each) for each in found])
