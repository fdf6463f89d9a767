"""Calls of the notes about a lead: read, write, change one's own, delete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint

from reachly import leads, notes
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.paging import link, refused
from reachly.api.problem import Problem
from reachly.api.schemas.parts import Paged
from reachly.api.schemas.tags import Note, Notes, NoteText

bp = Blueprint("api_notes", __name__)


@contextmanager
def told() -> Iterator[None]:
    """Failures of notes as a program is told them: what is not somebody's to change is not there for them."""
    try:
        yield
    except (notes.NoSuchNote, leads.NoSuchLead):
        raise Problem(404) from None


def _who(person: Person) -> tuple[UUID, UUID]:
    return person.workspace_id, person.user_id


@call(
    bp,
    "GET",
    "/api/leads/<uuid:lead_id>/notes",
    scope="read",
    reads=Paged,
    answers={200: Notes},
    problems=(404,),
    headers=("Link",),
)
def list_notes(person: Person, lead_id: UUID, query: Paged) -> tuple[Notes, int, dict[str, str]]:
    """The notes about a lead, the newest first."""
    try:
        before = UUID(query.cursor) if query.cursor else None
    except ValueError:
        raise refused() from None
    with told():
        contact = leads.get(*_who(person), lead_id).lead.contact_id
    found = notes.of(*_who(person), contact, query.limit + 1, before)
    following = str(found[query.limit - 1].id) if len(found) > query.limit else None
    shown = [Note.model_validate(each) for each in found[: query.limit]]
    return Notes(data=shown, next_cursor=following), 200, link(following)


@call(
    bp,
    "POST",
    "/api/leads/<uuid:lead_id>/notes",
    scope="write",
    asks=NoteText,
    answers={201: Note},
    problems=(404,),
    idempotent=True,
)
def write_note(person: Person, lead_id: UUID, body: NoteText) -> tuple[Note, int]:
    """Write a note about a lead. The same `Idempotency-Key` with the same body is the same note."""
    with told():
        made = notes.write(*_who(person), lead_id, body.text)
        return Note.model_validate(notes.get(*_who(person), made)), 201


@call(bp, "PATCH", "/api/notes/<uuid:note_id>", scope="write", asks=NoteText, answers={200: Note}, problems=(404,))
def change_note(person: Person, note_id: UUID, body: NoteText) -> Note:
    """Say something else in a note that you wrote."""
    with told():
        notes.change(*_who(person), note_id, body.text)
        return Note.model_validate(notes.get(*_who(person), note_id))


@call(bp, "DELETE", "/api/notes/<uuid:note_id>", scope="write", answers={204: None}, problems=(404,))
def delete_note(person: Person, note_id: UUID) -> tuple[None, int]:
    """Delete a note: your own, or anybody's where you run the workspace."""
    with told():
        notes.delete(*_who(person), note_id)
    return None, 204
