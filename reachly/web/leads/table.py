"""The table of leads: which columns, which rows, where the pages go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from reachly import tags, unlock
from reachly.leads import SORTS, BadCursor, Counted, count, page
from reachly.models import Lead
from reachly.search import marks
from reachly.tags import Tag
from reachly.vocabulary import COUNTRY_CODES
from reachly.web.leads.address import Asked, label
from reachly.web.leads.columns import density, shown_columns
from reachly.web.leads.desk import workspace_tags
from reachly.web.session import me

ROWS = 50
COUNTED, COUNTED_BY_WORD = 10_000, 1_000
"""How far is counted; a search by words has to look at each lead."""
CLOSE = "No lead of yours has “{}”. These come close."


def table(asked: Asked) -> dict[str, Any]:
    """The names that `leads/_table.html` needs; raises ``BadCursor``."""
    who = me()
    cursor = asked.before or asked.after
    if cursor and asked.before and asked.after:
        raise BadCursor
    found = page(*who, asked.query, cursor, ROWS, backwards=bool(asked.before))
    reach = reached(found.leads)
    tagged = tags.of_contacts(*who, [lead.contact_id for lead in found.leads]) if workspace_tags() else {}
    counted = number(asked)
    at = asked.at if cursor else 1
    until = at + len(found.leads)
    back, on = found.previous_cursor, found.next_cursor
    return {
        "leads": [row(lead, tagged.get(lead.contact_id, []), reach) for lead in found.leads],
        "columns": shown_columns(asked),
        "density": density(asked),
        "count": as_shown(counted),
        "said": f"{at:,}–{until - 1:,} of {counted}" if found.leads else "0 leads",
        "page": {
            "previous": asked.url(before=back, at=max(1, at - ROWS)) if back else None,
            "next": asked.url(after=on, at=until) if on else None,
        },
        "pairs": asked.pairs,
        "query_string": asked.query_string,
        "query": asked.query,
        "problems": [*asked.problems.values(), *([CLOSE.format(asked.query.q)] if found.close else [])],
        "marks": marks(asked.query.q, _searched(found.leads), found.close),
        "sorts": [{"value": value, "label": words} for value, words in SORTS.items()],
        "export_url": asked.url("/exports/new"),
    }


def _searched(found: Sequence[Lead]) -> Iterator[str | None]:
    """The texts in which search looks."""
    for lead in found:
        yield from (lead.name, lead.title, lead.company, lead.company_domain, lead.email)


def number(asked: Asked) -> Counted:
    """How many leads the query matches, as far as a person wants to know."""
    return count(*me(), asked.query, COUNTED_BY_WORD if asked.query.q else COUNTED)


def as_shown(counted: Counted) -> dict[str, Any]:
    """A count as the templates take it."""
    return {"value": counted.number, "exact": not counted.capped}


Reach = Mapping[UUID, frozenset[str]]


def reached(found: Sequence[Lead]) -> Reach:
    """What can be unlocked of those who lack something."""
    lacking = [lead.contact_id for lead in found if not (lead.email and lead.phone)]
    return unlock.reach(*me(), lacking)


def row(lead: Lead, tagged: list[Tag] | None = None, reach: Reach | None = None) -> dict[str, Any]:
    """One lead as a row shows it; where nobody says which tags it has and what can be unlocked, that is looked up."""
    if reach is None:
        reach = reached([lead])
    if tagged is None:
        who = me()
        tagged = tags.of_contacts(*who, [lead.contact_id]).get(lead.contact_id, [])
    told = {name: getattr(lead, name) for name in (*Lead._meta.sorted_field_names, "name")}
    return told | {
        "reach": reach.get(lead.contact_id, frozenset()),
        "tags": [{"name": tag.name, "colour": tag.colour} for tag in tagged],
        "location": place(lead.city, lead.country),
        "source": label("source", lead.source),
        "seniority": label("seniority", lead.seniority or ""),
        "company_size": label("company_size", lead.company_size or ""),
    }


def place(city: str | None, country: str | None) -> str:
    """City and country, the country by its two letters where there is a city."""
    if city and country:
        return f"{city}, {COUNTRY_CODES.get(country.casefold(), country)}"
    return city or (label("country", country) if country else "")
