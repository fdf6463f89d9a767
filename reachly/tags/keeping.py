"""The tags themselves: made when somebody uses a name first, renamed, coloured, deleted with an undo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import peewee

from reachly import actions, plain
from reachly.accounts import Invalid
from reachly.actions import Action
from reachly.database import execute, one, rows, scope, sqlstate

COLOURS = {"neutral": "Grey", "active": "Indigo", "info": "Blue", "ok": "Green", "warn": "Amber", "error": "Red"}
"""By the name that the design tokens have for them."""
LONGEST = 40
MOST = 200
"""So many tags a workspace has at most."""
TAKEN = "23505"


class NoSuchTag(Exception):
    """There is no such tag in this workspace, or it was deleted."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; ``colour`` is one of :data:`COLOURS`."""

    id: UUID
    name: str
    colour: str


def names_of(given: str | Iterable[str]) -> list[str]:
    """The names somebody typed with commas between them, or gave one by one, each once; raises ``Invalid``."""
    parts = given.replace(";", ",").split(",") if isinstance(given, str) else given
    kept: dict[str, str] = {}
    for part in parts:
        name = plain.line(plain.line(part).lstrip("#"))
        if len(name) > LONGEST:
            raise Invalid({"tags": f"A tag has at most {LONGEST} characters."})
        if name:
            kept.setdefault(name.casefold(), name)
    return list(kept.values())


def all_tags(workspace_id: UUID | str, user_id: UUID | str | None) -> list[Tag]:
    """The workspace's tags by name."""
    with scope(workspace_id, user_id):
        return known()


def known() -> list[Tag]:
    """As :func:`all_tags`, inside a scope."""
    found = rows("SELECT id, name, colour FROM tags WHERE deleted_at IS NULL ORDER BY lower(unaccent(name)), name")
    return [Tag(**row) for row in found]


def made(names: list[str], colour: str = "neutral") -> list[Tag]:
    """The tags of these names, inside a scope; those that are not there yet are made. Raises ``Invalid``."""
    for name in names:
        fresh = execute(
            "INSERT INTO tags (workspace_id, name, colour) VALUES (scope_workspace(), %s, %s)"
            " ON CONFLICT (workspace_id, lower(name)) WHERE deleted_at IS NULL DO NOTHING",
            (name, colour if colour in COLOURS else "neutral"),
        ).rowcount
        if fresh:
            actions.note("tag.make", data={"name": name})
    if names and len(known()) > MOST:
        raise Invalid({"tags": f"A workspace has at most {MOST} tags. Delete some first."})
    return named(names)


def named(names: list[str]) -> list[Tag]:
    """Those of the names that are tags, inside a scope."""
    found = rows(
        "SELECT id, name, colour FROM tags WHERE deleted_at IS NULL"
        " AND lower(name) IN (SELECT lower(n) FROM unnest(%s::text[]) n) ORDER BY lower(unaccent(name)), name",
        (names,),
    )
    return [Tag(**row) for row in found]


def make(workspace_id: UUID | str, user_id: UUID | str, name: str, colour: str = "neutral") -> Tag:
    """A new tag; raises ``Invalid``, also where there is one of that name."""
    wanted = names_of([name])
    if not wanted:
        raise Invalid({"name": "Give the tag a name."})
    if colour not in COLOURS:
        raise Invalid({"colour": "Choose one of the colours."})
    with scope(workspace_id, user_id):
        if named(wanted):
            raise Invalid({"name": "There is a tag of that name already."})
        (tag,) = made(wanted, colour)
    return tag


def change(
    workspace_id: UUID | str,
    user_id: UUID | str,
    tag_id: UUID | str,
    name: str | None = None,
    colour: str | None = None,
) -> Tag:
    """The tag with another name or colour; raises ``Invalid`` and :class:`NoSuchTag`."""
    wanted = names_of([name]) if name is not None else []
    if name is not None and not wanted:
        raise Invalid({"name": "Give the tag a name."})
    if colour is not None and colour not in COLOURS:
        raise Invalid({"colour": "Choose one of the colours."})
    try:
        with scope(workspace_id, user_id):
            row = one(
                "UPDATE tags SET name = coalesce(%s, name), colour = coalesce(%s, colour)"
                " WHERE id = %s AND deleted_at IS NULL RETURNING id, name, colour",
                (wanted[0] if wanted else None, colour, str(tag_id)),
            )
            if row is None:
                raise NoSuchTag(str(tag_id))
            actions.note("tag.change", subject_id=tag_id, data={"name": row["name"]})
    except peewee.IntegrityError as error:
        if sqlstate(error) != TAKEN:
            raise
        raise Invalid({"name": "There is a tag of that name already."}) from None
    return Tag(**row)


def delete(workspace_id: UUID | str, user_id: UUID | str, tag_id: UUID | str) -> tuple[Tag, int, UUID]:
    """Delete a tag; gives it, how many leads had it, and the act that brings it back. Raises :class:`NoSuchTag`."""
    with scope(workspace_id, user_id):
        row = one(
            "UPDATE tags SET deleted_at = now() WHERE id = %s AND deleted_at IS NULL RETURNING id, name, colour",
            (str(tag_id),),
        )
        if row is None:
            raise NoSuchTag(str(tag_id))
        had = _had(tag_id)
        act = actions.note("tag.delete", had, subject_id=tag_id, data={"name": row["name"]}, undoable=True)
    return Tag(**row), had, act


@actions.undoes("tag.delete")
def _undelete(action: Action) -> int:
    """Where another tag took the name meanwhile, the leads get that one."""
    tag_id = str(action.subject_id)
    with_name = one(
        "SELECT n.id FROM tags t JOIN tags n ON n.workspace_id = t.workspace_id AND lower(n.name) = lower(t.name)"
        " AND n.deleted_at IS NULL WHERE t.id = %s",
        (tag_id,),
    )
    if with_name is None:
        execute("UPDATE tags SET deleted_at = NULL WHERE id = %s", (tag_id,))
        return _had(tag_id)
    return execute(
        "INSERT INTO lead_tags (workspace_id, contact_id, tag_id, added_by)"
        " SELECT workspace_id, contact_id, %s, added_by FROM lead_tags WHERE tag_id = %s ON CONFLICT DO NOTHING",
        (str(with_name["id"]), tag_id),
    ).rowcount


def _had(tag_id: UUID | str) -> int:
    row = one(
        "SELECT count(*) AS leads FROM lead_tags t JOIN leads l ON l.workspace_id = t.workspace_id"
        " AND l.contact_id = t.contact_id WHERE t.tag_id = %s AND l.deleted_at IS NULL",
        (str(tag_id),),
    )
    assert row is not None
    return int(row["leads"])
