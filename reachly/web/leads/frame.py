"""The page around the table of leads, and what is sent beside a fresh table."""

from __future__ import annotations

from typing import Any

from flask import render_template

from reachly.leads import BadCursor
from reachly.sources import sources_of
from reachly.web.leads.address import Asked, chosen, of_page
from reachly.web.leads.menu import menu
from reachly.web.leads.table import table
from reachly.web.leads.views import tabs
from reachly.web.session import me


def whole(asked: Asked, shown: dict[str, Any], lead: dict[str, Any] | None) -> str:
    """The page, with the panel of ``lead`` open where there is one."""
    empty = not shown["leads"] and not asked.query.narrowed
    return render_template(
        "leads.html",
        **shown,
        **filters(asked),
        **tabs(asked),
        lead=lead,
        close_url=asked.page_url(),
        sources=sources() if empty else [],
    )


def beside_table(asked: Asked) -> str:
    """The chips of the query and the views, to be swapped in beside the table."""
    chips = render_template("leads/_chips.html", **filters(asked), oob=True)
    return chips + beside_columns(asked)


def beside_columns(asked: Asked) -> str:
    """The views, of which the one shown may be another by now than it was saved."""
    return render_template("leads/_views.html", **tabs(asked), oob=True)


def filters(asked: Asked) -> dict[str, Any]:
    """What narrows the list now, and what could."""
    return {"chosen": chosen(asked.query), "menu": menu(asked.query)}


def table_of_page() -> dict[str, Any]:
    """The table as the page from which a fragment asks shows it, or its first page where that one is gone."""
    asked = of_page()
    try:
        return table(asked)
    except BadCursor:
        return table(Asked(asked.query, asked.problems, view=asked.view))


def sources() -> list[dict[str, str]]:
    """The sources as steps towards the first leads."""
    told = []
    for source in sources_of(*me()):
        state, kind = {"ready": ("Ready", "ok"), "paused": ("Paused", "warn")}.get(source.state, ("No key", "neutral"))
        told.append({"label": source.label, "detail": source.reason or source.note, "state": state, "kind": kind})
    return told
