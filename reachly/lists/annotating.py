"""Notes and tags of the leads on a list."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from reachly import actions, plain
from reachly.accounts import Invalid
from reachly.actions import Action
from reachly.database import as_json, execute, one, rows, scope
from reachly.leads import where
from reachly.lists.adding import Removed, Which, query_of
from reachly.lists.members import NotOnList
from reachly.lists.row import MayNotEdit, edited, patiently

MOST_TAGS = 20
LONGEST_TAG = 40
LONGEST_NOTE = 4_000


def tags_of(given: str | Iterable[str]) -> list[str]:
    """The tags somebody typed with commas between them, or gave one by one, each once; raises ``Invalid``."""
    parts = given.replace(";", ",").split(",") if isinstance(given, str) else given
    kept: dict[str, str] = {}
    for part in parts:
        tag = plain.line(plain.line(part).lstrip("#"))
        if len(tag) > LONGEST_TAG:
            raise Invalid({"tags": f"A tag has at most {LONGEST_TAG} characters."})
        if tag:
            kept.setdefault(tag.casefold(), tag)
    if len(kept) > MOST_TAGS:
        raise Invalid({"tags": f"Somebody has at most {MOST_TAGS} tags on a list."})
    return list(kept.values())


def annotate(
    workspace_id: UUID | str,
    user_id: UUID | str,
    list_id: UUID | str,
    contact_id: UUID | str,
    note: str | None = None,
    tags: list[str] | None = None,
) -> None:
    """Write a note or tags beside somebody on a list, instead of what was there; ``None`` leaves it as it is.

    Works for who may edit the list, guests too. Raises ``Invalid``, :class:`NotOnList` and ``MayNotEdit``.
    """
    if note is not None and len(note) > LONGEST_NOTE:
        raise Invalid({"note": f"A note has at most {LONGEST_NOTE:,} characters."})
    kept = None if tags is None else tags_of(tags)
    who = (str(list_id), str(contact_id))
    with scope(workspace_id, user_id):
        if one("SELECT m.note FROM list_contacts m WHERE m.list_id = %s AND m.contact_id = %s", who) is None:
            raise NotOnList(str(contact_id))
        row = one(
            "UPDATE list_contacts m SET note = coalesce(%s, m.note), tags = coalesce(%s::text[], m.tags)"
            " WHERE m.list_id = %s AND m.contact_id = %s RETURNING m.workspace_id = scope_workspace() AS ours",
            (note if note is None else plain.lines(note), kept, *who),
        )
        if row is None:
            raise MayNotEdit(str(list_id))
        if row["ours"]:
            told = edited(list_id).told
            actions.note("list.annotate", subject_id=list_id, data=told, contacts=[contact_id])
        else:
            execute("SELECT shared_note(%s, %s, 'list.annotate')", who)


def tag(
    workspace_id: UUID | str,
    user_id: UUID | str,
    list_id: UUID | str,
    which: Which,
    add: list[str],
    drop: list[str] = [],  # noqa: B006 - never changed
) -> Removed:
    """Put tags on many leads of a list and take others off, in one statement; leads with twenty keep those they have.

    Raises ``Invalid``, ``NoSuchList`` and ``MayNotEdit``. Gives how many leads changed, and the act that takes it back.
    """
    add, drop = tags_of(add), tags_of(drop)
    condition, params = where(query_of(which))
    with scope(workspace_id, user_id):
        of = edited(list_id)
        patiently()
        act = actions.note("list.tag", 0, subject_id=list_id, data=of.told | {"add": add, "drop": drop}, undoable=True)
        count = actions.touch(
            act,
            "SELECT m.contact_id, jsonb_build_object('tags', m.tags) FROM list_contacts m"
            " WHERE m.workspace_id = scope_workspace() AND m.list_id = %s"
            f" AND m.contact_id IN (SELECT l.contact_id FROM leads l WHERE {condition})"
            " AND (NOT m.tags @> %s OR m.tags && %s)",
            [str(list_id), *params, add, drop],
        )
        execute(
            "UPDATE list_contacts m SET tags = (SELECT coalesce(array_agg(t.tag ORDER BY t.n), '{}') FROM"
            " (SELECT u.tag, min(u.n) AS n FROM unnest(m.tags || %s) WITH ORDINALITY u(tag, n)"
            f"   WHERE u.tag <> ALL (%s) GROUP BY u.tag ORDER BY min(u.n) LIMIT {MOST_TAGS}) t)"
            " FROM action_items i WHERE m.workspace_id = scope_workspace() AND m.list_id = %s"
            " AND i.workspace_id = m.workspace_id AND i.action_id = %s AND i.contact_id = m.contact_id",
            (add, drop, str(list_id), str(act)),
        )
        execute("UPDATE actions SET count = %s WHERE id = %s", (count, str(act)))
    return Removed(of, count, act if count else None)


@actions.undoes("list.tag")
def _untag(action: Action) -> int:
    """Tags that this act put on go, those it took off come back; what came since stays."""
    patiently()
    return execute(
        "UPDATE list_contacts m SET tags = ARRAY("
        "  SELECT t FROM unnest(ARRAY(SELECT jsonb_array_elements_text(i.before->'tags')) || m.tags)"
        "  WITH ORDINALITY u(t, n) WHERE t <> ALL (ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))"
        "   OR i.before->'tags' ? t GROUP BY t ORDER BY min(n) LIMIT 20)"
        " FROM action_items i WHERE m.workspace_id = scope_workspace() AND m.list_id = %s"
        " AND i.workspace_id = m.workspace_id AND i.action_id = %s AND i.contact_id = m.contact_id",
        (as_json(action.data.get("add", [])), str(action.subject_id), str(action.id)),
    ).rowcount


def known_tags(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str, most: int = 50) -> list[str]:
    """The tags used on a list, the commonest first."""
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT t.tag FROM list_contacts m, unnest(m.tags) t(tag) WHERE m.workspace_id = scope_workspace()"
            " AND m.list_id = %s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s",
            (str(list_id), most),
        )
    return [row["tag"] for row in found]
