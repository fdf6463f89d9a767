"""The page of lists, and the forms that make and change them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import render_template, request
from flask_login import current_user

from reachly import lists
from reachly.web import shared
from reachly.web.asked import fragment, turning
from reachly.web.lists.shown import card, choices, options

FIELDS = ("name", "description", "visibility", "editing")


def index(page: lists.ListPage, cursor: str | None) -> str:
    """The page of lists."""
    shown = [card(each) for each in page.lists]
    whole = not cursor and not page.next_cursor
    return render_template(
        "lists.html",
        lists=shown,
        page=turning(_url, page.next_cursor),
        said=f"{len(shown):,} of {len(shown):,}" if whole else f"{len(shown):,} shown",
        workspace=current_user.workspace,
        shared=shared.cards() if not cursor else [],
    )


def _url(**more: Any) -> str:
    words = urlencode([(name, value) for name, value in more.items() if value], doseq=True)
    return f"/lists?{words}" if words else "/lists"


def typed() -> dict[str, Any]:
    """What somebody typed into the form of a list."""
    told = {name: request.form.get(name, "").replace("\0", "") for name in FIELDS}
    return told | {"visibility": told["visibility"] or "team", "editing": told["editing"] or "team"}


def edit(
    of: lists.List | None, form: dict[str, Any] | None = None, errors: dict[str, str] | None = None, key: str = ""
) -> str:
    """The form of a new list, or of one that is there, with what was typed."""
    usual = {"name": "", "description": "", "visibility": "team", "editing": "team"}
    told = card(of) if of else None
    names = {
        "list": told,
        "form": form or (told and {name: told[name] for name in FIELDS}) or usual,
        "errors": errors or {},
        "idempotency_key": key or str(uuid4()),
        **options(),
    }
    return shown("lists/_form.html", "New list" if of is None else f"Edit “{of.name}”", names)


def combination(form: dict[str, Any], errors: dict[str, str] | None = None) -> str:
    """The form of a list out of others."""
    usual = {"name": "", "description": "", "visibility": "team", "how": "union", "first": "", "lists": []}
    names = {"form": usual | form, "errors": errors or {}, "choices": choices(editable=False), "hows": lists.HOW}
    return shown("lists/_combine.html", "Combine lists", names | options())


def shown(template: str, heading: str, names: dict[str, Any]) -> str:
    """A dialog, or without htmx the page of it."""
    if fragment():
        return render_template(template, **names)
    return render_template("dialog.html", fragment=template, active="lists", heading=heading, **names)
