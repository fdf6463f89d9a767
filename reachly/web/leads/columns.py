"""The columns of the table: which, in which order, how dense, as this person wants them in the view that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reachly import views
from reachly.views import DENSITIES
from reachly.web.leads.address import Asked
from reachly.web.leads.desk import PAGE, desk, shown_view, workspace_tags
from reachly.web.session import me

COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "company": ("Company", ("company",)),
    "email": ("Work e-mail", ()),
    "phone": ("Phone", ()),
    "tags": ("Tags", ()),
    "location": ("Location", ()),
    "source": ("Source", ()),
    "seniority": ("Seniority", ()),
    "department": ("Department", ()),
    "company_size": ("Size", ()),
    "company_domain": ("Domain", ()),
    "linkedin_url": ("LinkedIn", ()),
    "created_at": ("Age", ("newest", "oldest")),
}
"""Each column's name, its heading, and the orders it stands for: the first one on the first click."""
USUAL = ("company", "email", "phone", "location", "source", "created_at")
TAGGED = ("company", "email", "phone", "tags", "location", "source", "created_at")
"""The usual columns of a workspace that uses tags."""


def usual() -> tuple[str, ...]:
    """The columns of who never chose any."""
    return TAGGED if workspace_tags() else USUAL


def chosen_columns(asked: Asked) -> tuple[str, ...]:
    """The columns that this person sees, in order: chosen by them, else kept with the view, else the usual ones."""
    mine, view = desk(asked).columns, shown_view(asked)
    if mine is None and view is not None and view.columns is not None:
        mine = tuple(view.columns)
    return usual() if mine is None else tuple(name for name in mine if name in COLUMNS)


def density(asked: Asked) -> str:
    """How dense the table is."""
    view = shown_view(asked)
    return desk(asked).density or (view.density if view else "comfortable")


def shown_columns(asked: Asked) -> list[dict[str, Any]]:
    """Every column, those that are shown first and in their order, with where its heading leads."""
    mine = chosen_columns(asked)
    rest = [name for name in COLUMNS if name not in mine]
    return [_column(name, asked, name in mine) for name in (*mine, *rest)]


def choose(asked: Asked, names: Sequence[str], dense: str) -> None:
    """Remember the choice of this person in the order given; names that are no columns are passed over."""
    kept = [name for name in dict.fromkeys(names) if name in COLUMNS]
    wanted = dense if dense in DENSITIES else density(asked)
    views.choose(*me(), PAGE, asked.view_id, kept, wanted)


def _column(name: str, asked: Asked, shown: bool) -> dict[str, Any]:
    heading, orders = COLUMNS[name]
    now = asked.query.sort
    way = None
    if now in orders:
        # "Newest" has the youngest age first, and so the column of ages ascends.
        way = "ascending" if now in ("newest", "company") else "descending"
    then = orders[(orders.index(now) + 1) % len(orders)] if now in orders else orders[0] if orders else None
    url = asked.sorted_by(then) if then and then != now else None
    return {"name": name, "label": heading, "shown": shown, "sort_url": url, "sorted": way}
