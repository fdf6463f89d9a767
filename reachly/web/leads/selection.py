"""Which leads a form means: those picked by hand, or all that its query matches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request
from werkzeug.datastructures import MultiDict

from reachly.leads import LeadQuery, count
from reachly.web.leads.address import Asked, of_args
from reachly.web.session import me

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Selection:
    """The leads, how the next form says the same again, and whether somebody picked them by hand."""

    query: LeadQuery
    pairs: Pairs
    by_hand: bool

    def number(self) -> int:
        """How many there are now, exactly."""
        return count(*me(), self.query, cap=None).number


def of_form() -> Selection | None:
    """The selection of this request; ``None`` when nothing was picked, or something that is no lead."""
    given = request.values
    if given.get("all_matching"):
        return of_query(of_args(given))
    picked, problems = LeadQuery.from_args(MultiDict({"lead_ids": given.getlist("ids")}))
    if problems or not picked.lead_ids:
        return None
    query = replace(picked, sort=of_args(given).query.sort)
    pairs = [("ids", str(lead_id)) for lead_id in picked.lead_ids]
    return Selection(query, pairs + ([("sort", query.sort)] if query.sort != "newest" else []), by_hand=True)


def of_query(asked: Asked) -> Selection:
    """All that a query matches."""
    return Selection(asked.query, [*asked.pairs, ("all_matching", "1")], by_hand=False)
