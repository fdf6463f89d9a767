"""Saved views: ways to look at leads kept under a name, one's own or the team's, and how a person has the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from reachly import actions, plain
from reachly.accounts import Invalid
from reachly.actions import Action
from reachly.database import execute, one, rows, scope

COLUMNS = (
    *("company", "email", "phone", "tags", "location", "source", "seniority", "department", "company_size"),
    *("company_domain", "linkedin_url", "created_at"),
)
"""What a view of the leads may show, beside who they are."""
DENSITIES = {"comfortable": "Comfortable", "compact": "Compact"}
LONGEST_NAME = 60
LONGEST_QUERY = 8_000
MOST = 100


class NoSuchView(Exception):
    """There is no such view, it was deleted, or it is somebody's own."""


class MayNotChange(Exception):
    """The view is the team's and somebody else's: save it under another name."""


@dataclass(frozen=True, slots=True)
class View:
    """A view. ``query`` stands in an address as it is; ``columns`` are in order, ``None`` for the usual ones.

    ``mine`` and ``editable`` tell of the person who asks.
    """

    id: UUID
    name: str
    shared: bool
    query: str
    columns: list[str] | None
    density: str
    owner: str
    mine: bool
    editable: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """How one person has a page: the views they see, the one it opens with, what they chose in the one shown."""

    views: list[View]
    opens_with: UUID | None
    columns: tuple[str, ...] | None
    density: str | None


_SELECT = (
    "SELECT v.id, v.name, v.shared, v.query, v.columns, v.density, v.owner_id = scope_user() AS mine,"
    " v.owner_id = scope_user() OR scope_runs() AS editable,"
    " coalesce((SELECT u.name FROM users u WHERE u.id = v.owner_id), '') AS owner"
    " FROM saved_views v WHERE v.deleted_at IS NULL"
)


def desk(workspace_id: UUID | str, user_id: UUID | str, page: str, shown: UUID | None = None) -> Desk:
    """How this person has ``page`` with the view ``shown``, or without one."""
    with scope(workspace_id, user_id):
        views = [View(**row) for row in rows(f"{_SELECT} ORDER BY v.created_at, v.id LIMIT {MOST}")]
        place = _place(page, shown)
        chosen = one(
            "SELECT (SELECT columns FROM saved_columns WHERE user_id = scope_user() AND page = %s) AS columns,"
            " (SELECT density FROM page_choices WHERE user_id = scope_user() AND page = %s) AS density,"
            " (SELECT view_id FROM page_choices WHERE user_id = scope_user() AND page = %s) AS view_id",
            (place, place, page),
        )
    assert chosen is not None
    opens_with = chosen["view_id"] if any(view.id == chosen["view_id"] for view in views) else None
    columns = None if chosen["columns"] is None else tuple(chosen["columns"])
    return Desk(views, opens_with, columns, chosen["density"])


def get(workspace_id: UUID | str, user_id: UUID | str, view_id: UUID | str) -> View:
    """One view; raises :class:`NoSuchView`."""
    with scope(workspace_id, user_id):
        return _found(view_id)


def save(
    workspace_id: UUID | str,
    user_id: UUID | str,
    name: str,
    query: str,
    columns: Sequence[str] | None,
    density: str,
    shared: bool = False,
) -> View:
    """Keep a view under a name; raises ``Invalid``."""
    with scope(workspace_id, user_id):
        kept = one("SELECT count(*) AS views FROM saved_views WHERE deleted_at IS NULL")
        if kept and kept["views"] >= MOST:
            raise Invalid({"name": f"There are {MOST} views already. Delete some first."})
        row = one(
            "INSERT INTO saved_views (workspace_id, owner_id, name, shared, query, columns, density)"
            " VALUES (scope_workspace(), scope_user(), %s, %s, %s, %s, %s) RETURNING id",
            (_named(name), shared, _asked(query), None if columns is None else list(columns), _dense(density)),
        )
        assert row is not None
        made = _found(row["id"])
        actions.note("view.save", subject_id=made.id, data=_told(made))
    return made


def change(
    workspace_id: UUID | str,
    user_id: UUID | str,
    view_id: UUID | str,
    *,
    name: str | None = None,
    shared: bool | None = None,
    look: tuple[str, Sequence[str] | None, str] | None = None,
) -> View:
    """The view with another name, for others, or with another look: query, columns and density.

    Raises ``Invalid``, :class:`NoSuchView` and :class:`MayNotChange`.
    """
    with scope(workspace_id, user_id):
        before = _editable(view_id)
        if shared is False and not before.mine:
            raise MayNotChange(before.name)
        query, columns, density = look or (before.query, before.columns, before.density)
        execute(
            "UPDATE saved_views SET name = %s, shared = %s, query = %s, columns = %s, density = %s, updated_at = now()"
            " WHERE id = %s",
            (
                before.name if name is None else _named(name),
                before.shared if shared is None else shared,
                _asked(query),
                None if columns is None else list(columns),
                _dense(density),
                str(view_id),
            ),
        )
        after = _found(view_id)
        actions.note("view.change", subject_id=view_id, data=_told(after))
    return after


def delete(workspace_id: UUID | str, user_id: UUID | str, view_id: UUID | str) -> tuple[View, UUID]:
    """Delete a view; gives it and the act that brings it back. Raises :class:`NoSuchView` and :class:`MayNotChange`."""
    with scope(workspace_id, user_id):
        gone = _editable(view_id)
        execute("UPDATE saved_views SET deleted_at = now() WHERE id = %s", (str(view_id),))
        act = actions.note("view.delete", subject_id=view_id, data=_told(gone), undoable=True)
    return gone, act


@actions.undoes("view.delete")
def _undelete(action: Action) -> int:
    return execute(
        "UPDATE saved_views SET deleted_at = NULL WHERE id = %s AND deleted_at IS NOT NULL", (str(action.subject_id),)
    ).rowcount


def choose(
    workspace_id: UUID | str, user_id: UUID | str, page: str, shown: UUID | None, columns: Sequence[str], density: str
) -> None:
    """Remember which columns this person wants, in this order, and how dense, in the view shown or without one."""
    place = _place(page, shown)
    with scope(workspace_id, user_id):
        execute(
            "INSERT INTO saved_columns (workspace_id, user_id, page, columns)"
            " VALUES (scope_workspace(), scope_user(), %s, %s)"
            " ON CONFLICT (workspace_id, user_id, page) DO UPDATE SET columns = excluded.columns",
            (place, list(columns)),
        )
        _choose(place, "density", _dense(density))


def forget_look(workspace_id: UUID | str, user_id: UUID | str, page: str, shown: UUID) -> None:
    """Show a view again as it was saved."""
    place = _place(page, shown)
    with scope(workspace_id, user_id):
        execute("DELETE FROM saved_columns WHERE user_id = scope_user() AND page = %s", (place,))
        execute("DELETE FROM page_choices WHERE user_id = scope_user() AND page = %s", (place,))


def open_with(workspace_id: UUID | str, user_id: UUID | str, page: str, view_id: UUID | None) -> None:
    """Let a page open with a view, or with none; raises :class:`NoSuchView`."""
    with scope(workspace_id, user_id):
        if view_id is not None:
            _found(view_id)
        _choose(page, "view_id", str(view_id) if view_id else None)


def _choose(place: str, name: str, value: str | None) -> None:
    assert name in ("density", "view_id")
    execute(
        f"INSERT INTO page_choices (workspace_id, user_id, page, {name}) SELECT scope_workspace(), scope_user(), %s, %s"
        f" ON CONFLICT (workspace_id, user_id, page) DO UPDATE SET {name} = excluded.{name}",
        (place, value),
    )


def _place(page: str, shown: UUID | None) -> str:
    return f"{page}/{shown}" if shown else page


def _found(view_id: UUID | str) -> View:
    row = one(f"{_SELECT} AND v.id = %s", (str(view_id),))
    if row is None:
        raise NoSuchView(str(view_id))
    return View(**row)


def _editable(view_id: UUID | str) -> View:
    view = _found(view_id)
    if not view.editable:
        raise MayNotChange(view.name)
    return view


def _told(view: View) -> dict[str, object]:
    """What an act says of it; acts on what is one's own are told to nobody else."""
    return {"name": view.name} | ({} if view.shared else {"personal": True})


def _named(name: str) -> str:
    kept = plain.line(name)
    if not kept:
        raise Invalid({"name": "Give the view a name."})
    if len(kept) > LONGEST_NAME:
        raise Invalid({"name": f"A name has at most {LONGEST_NAME} characters."})
    return kept


def _asked(query: str) -> str:
    if len(query) > LONGEST_QUERY:
        raise Invalid({"name": "This picks too many leads by hand for a view: put them on a list."})
    return query


def _dense(density: str) -> str:
    return density if density in DENSITIES else "comfortable"
