"""Lists and the leads on them, as the pages show them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from reachly import lists, sharing
from reachly.leads import BadCursor, Counted, LeadQuery, count
from reachly.lists.row import EDITINGS, VISIBILITIES
from reachly.web.asked import chosen as read
from reachly.web.asked import fragment
from reachly.web.leads.table import COUNTED, Reach, as_shown, reached, row
from reachly.web.session import me

ROWS = 50
MOST_CHOICES = 100
"""Lists that a dialog offers to choose from, those that changed last."""


def card(of: lists.List) -> dict[str, Any]:
    """A list as a row of lists, and at the head of its own page."""
    names = ("name", "description", "visibility", "editing", "owner", "mine", "editable", "personal", "guests")
    told = {name: getattr(of, name) for name in (*names, "created_at", "updated_at")}
    return told | {"id": str(of.id), "count": as_shown(of.leads), "url": f"/lists/{of.id}"}


def options() -> dict[str, Any]:
    """Who may see a list and who edits it, to choose from."""
    return {"visibilities": VISIBILITIES, "editings": EDITINGS}


def choices(editable: bool = True) -> list[dict[str, Any]]:
    """The lists that a dialog offers."""
    return [card(each) for each in lists.lists(*me(), limit=MOST_CHOICES, editable=editable).lists]


def over(list_id: UUID) -> ResponseReturnValue:
    """That a list is shared no more, for whom it was; raises ``NoSuchList`` for everybody else."""
    ended = None if fragment() else sharing.ended(*me(), list_id)
    if ended is None:
        raise lists.NoSuchList(str(list_id))
    return render_template("shared_ended.html", ended=ended), 410


def page_args() -> dict[str, Any]:
    """Which page of a list's leads an address asks for."""
    return {name: request.args.get(name) for name in ("after", "before", "at")}


def table(of: lists.List, after: str | None = None, before: str | None = None, at: Any = None) -> dict[str, Any]:
    """The names that `lists/_table.html` needs; raises ``BadCursor``."""
    if after and before:
        raise BadCursor
    found = lists.members(*me(), of.id, after or before, ROWS, backwards=bool(before))
    counted, reach = number(of.id), reached([each.lead for each in found.members])
    place = max(1, read(at, int) or 1) if after or before else 1
    until = place + len(found.members)

    def url(**more: Any) -> str:
        return f"/lists/{of.id}?{urlencode({name: value for name, value in more.items() if value})}"

    back, on = found.previous_cursor, found.next_cursor
    return {
        "list": card(of),
        "rows": [member(each, reach) for each in found.members],
        "count": as_shown(counted),
        "said": f"{place:,}–{until - 1:,} of {counted}" if found.members else "0 leads",
        "page": {
            "previous": url(before=back, at=max(1, place - ROWS)) if back else None,
            "next": url(after=on, at=until) if on else None,
        },
    }


def number(list_id: UUID) -> Counted:
    """How many leads are on a list, as far as a person wants to know."""
    return count(*me(), LeadQuery(list_id=list_id), COUNTED)


def member(of: lists.Listed, reach: Reach | None = None) -> dict[str, Any]:
    """One lead as a row of a list shows it."""
    told = row(of.lead, [], reach) | {"note": of.note, "tags": of.tags, "added_at": of.added_at}
    return told | {"contact_id": str(of.lead.contact_id)}
