"""The main button of the search page: it says what a press would start, or why there is nothing to start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reachly.generate.asking import most_in_all, most_per_lead
from reachly.sources import Source
from reachly.web.find.form import Form


def button(form: Form, sums: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What it says, and whether it can be pressed; ``sums`` is the estimate, where somebody was asked."""
    search = form.search()
    count = f"{search.limit:,} lead{'' if search.limit == 1 else 's'}"
    if form.errors:
        return {"ready": False, "says": "Find leads" if "limit" in form.errors else f"Find {count}", "priced": False}
    if sums and sums["matches"] and not sums["matches"]["value"]:
        return {"ready": False, "says": "Nobody to find", "priced": False}
    short = bool(sums and sums["short_by"])
    return {"ready": not short and not search.filters.empty, "says": f"Find {count}", "priced": True}


def most(form: Form, sources: Sequence[Source], prices: Mapping[str, int]) -> int:
    """The most the search can cost, from the price list alone."""
    search = form.search()
    chosen = [source for source in sources if source.name in search.sources]
    return most_in_all(search, most_per_lead({field: prices[field] for field in search.reveal}, chosen))
