"""The page of one list, its rows, and what is changed beside one lead."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly import lists, sharing
from reachly.accounts import Invalid
from reachly.leads import BadCursor
from reachly.web.asked import fragment, identifier, toast
from reachly.web.lists.shown import member, over, page_args, table
from reachly.web.session import me, safe_next


def page(list_id: UUID) -> ResponseReturnValue:
    """The list; with htmx its table alone. What is shared with somebody from elsewhere has a page of its own."""
    try:
        of = lists.get(*me(), list_id)
    except lists.NoSuchList:
        try:
            sharing.get(*me(), list_id)
        except lists.NoSuchList:
            return over(list_id)
        return redirect(f"/shared/{list_id}", 302)
    try:
        shown = table(of, **page_args())
    except BadCursor:
        return redirect(f"/lists/{list_id}", 302)
    if fragment():
        return render_template("lists/_table.html", **shown)
    return render_template("list.html", **shown)


def path_shown() -> str:
    """The page from which a fragment asks."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    return safe_next(shown.path + (f"?{shown.query}" if shown.query else ""), "/lists")


def change(
    list_id: UUID,
    contact_id: UUID,
    home: str,
    row: Callable[[UUID, UUID], str],
    table_: Callable[[UUID], str],
) -> ResponseReturnValue:
    """Write a note or tags, of which only what differs from what the page showed is meant; or move the lead.

    ``home`` is the list's page; with htmx ``row`` or ``table_`` is what that shows now.
    """
    back = safe_next(request.form.get("next"), home)
    if way := request.form.get("move"):
        if way in lists.WAYS:
            beside = request.form.get("beside")
            lists.move(*me(), list_id, contact_id, way, identifier(beside) if beside else None)
        return table_(list_id) if fragment() else redirect(f"{back}#at-{contact_id}", 303)
    try:
        note, tags = _new("note"), _tags()
        if note is not None or tags is not None:
            lists.annotate(*me(), list_id, contact_id, note, tags)
    except Invalid as wrong:
        words = " ".join(wrong.errors.values())
        if fragment():
            return toast(words, "error")
        flash(words, "error")
        return redirect(back, 303)
    return row(list_id, contact_id) if fragment() else redirect(f"{back}#at-{contact_id}", 303)


def _new(name: str) -> str | None:
    """What stands in a field by now, ``None`` where that is what stood there before."""
    value = request.form.get(name)
    if value is None or value == request.form.get(f"was_{name}"):
        return None
    return value.replace("\0", "")


def _tags() -> list[str] | None:
    given = _new("tags")
    return None if given is None else lists.tags_of(given)


def row(list_id: UUID, contact_id: UUID) -> str:
    """One row as the page shows it now."""
    of = lists.get(*me(), list_id)
    seen = lists.listed_contact(*me(), list_id, contact_id)
    return render_template("lists/_row.html", row=member(seen), list={"id": str(of.id), "editable": of.editable})


def fresh(list_id: UUID) -> str:
    """The table of the page that is open, or the first one where that is gone."""
    of = lists.get(*me(), list_id)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path_shown()).query).items()}
    try:
        shown = table(of, asked.get("after"), asked.get("before"), asked.get("at"))
    except BadCursor:
        shown = table(of)
    return render_template("lists/_table.html", **shown)
