"""How this person has the page of leads, asked once for each request: their views and choices, the workspace's tags."""

from __future__ import annotations

from flask import g

from reachly import tags, views
from reachly.tags import Tag
from reachly.views import Desk, View
from reachly.web.leads.address import Asked
from reachly.web.session import me

PAGE = "leads"


def desk(asked: Asked) -> Desk:
    """The views this person sees, and what they chose in the one that is shown."""
    kept: dict[object, Desk] = g.setdefault("leads_desk", {})
    if asked.view_id not in kept:
        kept[asked.view_id] = views.desk(*me(), PAGE, asked.view_id)
    return kept[asked.view_id]


def shown_view(asked: Asked) -> View | None:
    """The view that is shown, as far as there is such a view for this person."""
    return next((view for view in desk(asked).views if view.id == asked.view_id), None)


def forget() -> None:
    """Ask again: something was chosen since."""
    g.pop("leads_desk", None)
    g.pop("leads_tags", None)


def workspace_tags() -> list[Tag]:
    """The workspace's tags by name."""
    if "leads_tags" not in g:
        g.leads_tags = tags.all_tags(*me())
    found: list[Tag] = g.leads_tags
    return found
