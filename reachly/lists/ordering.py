"""Putting a list in order: one lead at a time, between two others, whoever else does the same."""

from __future__ import annotations

from uuid import UUID

from reachly.database import execute, one, scope
from reachly.lists.members import NotOnList
from reachly.lists.row import MayNotEdit, in_turn

WAYS = ("up", "down", "top", "bottom", "before", "after")

_BESIDE = {
    "before": "(m.position, m.contact_id) < (%s, %s::uuid) ORDER BY m.position DESC, m.contact_id DESC",
    "after": "(m.position, m.contact_id) > (%s, %s::uuid) ORDER BY m.position, m.contact_id",
}


def move(
    workspace_id: UUID | str,
    user_id: UUID | str,
    list_id: UUID | str,
    contact_id: UUID | str,
    way: str,
    beside: UUID | str | None = None,
) -> None:
    """Move somebody on a list one up or down, to its top or bottom, or before or after ``beside``.

    Works for who may edit the list, guests too; raises :class:`NotOnList` and ``MayNotEdit``. Moves of one list come
    one after the other, so that what two people do at once is what the one did and then the other.
    """
    if way not in WAYS:
        raise ValueError(way)
    with scope(workspace_id, user_id):
        in_turn(list_id)
        for tried in range(2):
            target = _target(str(list_id), str(contact_id), way, str(beside) if beside else None)
            if target is None:
                return
            low, high = target
            position = _between(low, high)
            if position is not None:
                break
            if tried or not _renumber(str(list_id)):
                raise MayNotEdit(str(list_id))
        assert position is not None
        done = execute(
            "UPDATE list_contacts m SET position = %s WHERE m.list_id = %s AND m.contact_id = %s",
            (position, str(list_id), str(contact_id)),
        ).rowcount
        if not done:
            raise MayNotEdit(str(list_id))
        # Of a guest alone: the function tells nothing of the workspace's own people.
        execute("SELECT shared_note(%s, %s, 'list.order')", (str(list_id), str(contact_id)))


def _target(list_id: str, contact_id: str, way: str, beside: str | None) -> tuple[float | None, float | None] | None:
    """Between which positions the lead goes, ``None`` for an open end; ``None`` in all where it stays."""
    mine = _position(list_id, contact_id)
    if way in ("top", "bottom"):
        row = one("SELECT min(m.position) AS low, max(m.position) AS high FROM list_contacts m WHERE m.list_id = %s",
                  (list_id,))  # fmt: skip
        assert row is not None
        return (None, row["low"]) if way == "top" else (row["high"], None)
    if way in ("up", "down"):
        way = "before" if way == "up" else "after"
        neighbour = _beside(list_id, contact_id, way, (mine, contact_id))
        if neighbour is None:
            return None
        beside = neighbour[1]
    if beside is None or beside == contact_id:
        return None
    pivot = _position(list_id, beside)
    other = _beside(list_id, contact_id, way, (pivot, beside))
    end = other[0] if other else None
    return (end, pivot) if way == "before" else (pivot, end)


def _position(list_id: str, contact_id: str) -> float:
    row = one(
        "SELECT m.position FROM list_contacts m WHERE m.list_id = %s AND m.contact_id = %s", (list_id, contact_id)
    )
    if row is None:
        raise NotOnList(contact_id)
    return float(row["position"])


def _beside(list_id: str, contact_id: str, way: str, of: tuple[float, str]) -> tuple[float, str] | None:
    """Who stands next to a place on this side of it, leaving out whoever is being moved."""
    row = one(
        f"SELECT m.position, m.contact_id FROM list_contacts m WHERE m.list_id = %s AND m.contact_id <> %s"
        f" AND {_BESIDE[way]} LIMIT 1",
        (list_id, contact_id, *of),
    )
    return (float(row["position"]), str(row["contact_id"])) if row else None


def _between(low: float | None, high: float | None) -> float | None:
    """A number truly between two others; ``None`` where there is none left."""
    if low is None:
        return high - 1 if high is not None and high - 1 < high else None
    if high is None:
        return low + 1 if low + 1 > low else None
    middle = low + (high - low) / 2
    return middle if low < middle < high else None


def _renumber(list_id: str) -> int:
    """Give the whole list places one apart, in the order it has."""
    return execute(
        "UPDATE list_contacts m SET position = n.n FROM (SELECT c.contact_id,"
        " row_number() OVER (ORDER BY c.position, c.contact_id) AS n FROM list_contacts c WHERE c.list_id = %s) n"
        " WHERE m.list_id = %s AND m.contact_id = n.contact_id",
        (list_id, list_id),
    ).rowcount
