"""`/shared/ID`: a list of another workspace, as far as it is shared with this person."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly import lists, sharing
from reachly.leads import BadCursor
from reachly.web import errors
from reachly.web.asked import chosen, fragment, go, identifier, members_only
from reachly.web.leads.table import as_shown, place
from reachly.web.lists import one
from reachly.web.lists.shown import ROWS, over
from reachly.web.session import me

bp = members_only(Blueprint("shared", __name__))


@bp.errorhandler(lists.NoSuchList)
@bp.errorhandler(lists.NotOnList)
def _gone(_error: Exception) -> ResponseReturnValue:
    """As what never was: whoever it was never shared with learns nothing."""
    return errors.page(404)


@bp.errorhandler(lists.MayNotEdit)
def _look_only(_error: Exception) -> ResponseReturnValue:
    return errors.page(403, {"words": "This list is shared with you to look at."})


@bp.get("/shared/<list_id>")
def shown(list_id: str) -> ResponseReturnValue:
    """The list with its leads in order."""
    made = identifier(list_id)
    try:
        names = _table(made, request.args)
    except lists.NoSuchList:
        return over(made)
    except BadCursor:
        return redirect(f"/shared/{made}", 302)
    return render_template("lists/_shared_table.html" if fragment() else "shared.html", **names)


@bp.post("/shared/<list_id>/leads/<contact_id>")
def member(list_id: str, contact_id: str) -> ResponseReturnValue:
    """Write a note or tags beside a lead, or move it, as an editor."""
    made, contact = identifier(list_id), identifier(contact_id)
    return one.change(made, contact, f"/shared/{made}", _row, _fresh)


@bp.post("/shared/<list_id>/leave")
def leave(list_id: str) -> ResponseReturnValue:
    """Give the list back."""
    made = identifier(list_id)
    name = sharing.get(*me(), made).name
    if sharing.leave(*me(), made):
        flash(f"You have left “{name}”. Only a new invitation brings it here again.", "ok")
    return go("/lists")


def card(of: sharing.Shared) -> dict[str, Any]:
    """A list as a row of those that are shared."""
    names = ("name", "description", "role", "by", "workspace", "expires_at", "updated_at", "editable")
    return {name: getattr(of, name) for name in names} | {"id": str(of.id), "count": as_shown(of.leads)}


def cards() -> list[dict[str, Any]]:
    """All that others share with this person."""
    return [card(each) for each in sharing.shared(*me())]


def _table(list_id: UUID, args: Any) -> dict[str, Any]:
    of = sharing.get(*me(), list_id)
    after, before = args.get("after"), args.get("before")
    if after and before:
        raise BadCursor
    found = sharing.leads(*me(), list_id, after or before, ROWS, backwards=bool(before))
    at = max(1, chosen(args.get("at"), int) or 1) if after or before else 1
    until = at + len(found.leads)

    def url(**more: Any) -> str:
        return f"/shared/{list_id}?{urlencode({name: value for name, value in more.items() if value})}"

    back, on = found.previous_cursor, found.next_cursor
    return {
        "list": card(of),
        "rows": [_shown(each) for each in found.leads],
        "said": f"{at:,}–{until - 1:,} of {of.leads}" if found.leads else "0 leads",
        "page": {
            "previous": url(before=back, at=max(1, at - ROWS)) if back else None,
            "next": url(after=on, at=until) if on else None,
        },
    }


def _shown(of: sharing.SharedLead) -> dict[str, Any]:
    names = ("name", "title", "company", "industry", "email", "email_status", "phone", "note", "tags", "sample")
    told = {name: getattr(of, name) for name in names}
    return told | {"contact_id": str(of.contact_id), "location": place(of.city, of.country)}


def _row(list_id: UUID, contact_id: UUID) -> str:
    of = sharing.get(*me(), list_id)
    seen = sharing.lead(*me(), list_id, contact_id)
    return render_template("lists/_shared_row.html", row=_shown(seen), list=card(of))


def _fresh(list_id: UUID) -> str:
    """The table of the page that is open, or the first one where that is gone."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(one.path_shown()).query).items()}
    try:
        return render_template("lists/_shared_table.html", **_table(list_id, asked))
    except BadCursor:
        return render_template("lists/_shared_table.html", **_table(list_id, {}))
