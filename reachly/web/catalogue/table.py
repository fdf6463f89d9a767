"""The table of the catalogue: what a row shows, and where the pages go on."""

from __future__ import annotations

from typing import Any

from reachly import catalogue, unlock
from reachly.catalogue import Somebody
from reachly.web.catalogue.address import Asked, chips, menu
from reachly.web.leads.address import label
from reachly.web.leads.table import Reach, as_shown, place
from reachly.web.session import me

ROWS = 50


def table(asked: Asked) -> dict[str, Any]:
    """The names that `catalogue/_table.html` needs."""
    who = me()
    found = catalogue.page(*who, asked.query, asked.after, ROWS)
    counted = catalogue.count(*who, asked.query)
    reach = unlock.reach(*who, [one.id for one in found.people if not (one.email and one.phone)])
    at = len(asked.via) + 1 if asked.after else 0
    first, here = at * ROWS + 1, str(asked.after) if asked.after else ""
    back = asked.url(after=asked.via[-1] if asked.via else None, via=list(asked.via[:-1]))
    return {
        "people": [row(one, reach) for one in found.people],
        "count": as_shown(counted),
        "said": f"{first:,}–{first + len(found.people) - 1:,} of {counted}" if found.people else "0 people",
        "close": found.close,
        "page": {
            "previous": back if asked.after else None,
            "next": asked.url(after=found.next, via=[*asked.via, here] if here else []) if found.next else None,
        },
        "pairs": asked.query.pairs,
        "query": asked.query,
        "narrowed": asked.query.narrowed,
        "problems": list(asked.problems.values()),
    }


def frame(asked: Asked) -> dict[str, Any]:
    """What narrows the search now, and what could."""
    return {"chosen": chips(asked.query), "menu": menu()}


def row(one: Somebody, reach: Reach | None = None) -> dict[str, Any]:
    """One person as a row shows them; where nobody says what can be unlocked, that is looked up."""
    if reach is None:
        reach = unlock.reach(*me(), [one.id])
    return {
        "id": one.id,
        "lead_id": one.lead_id,
        "name": one.name,
        "title": one.title,
        "company": one.company,
        "industry": one.industry,
        "location": place(one.city, one.country),
        "seniority": label("seniority", one.seniority or ""),
        "company_size": label("company_size", one.company_size or ""),
        "email": one.email,
        "phone": one.phone,
        "masked": {"email": one.masked_email, "phone": one.masked_phone},
        "at": {"email": one.email_at, "phone": one.phone_at},
        "email_status": one.email_status if one.email or one.masked_email else None,
        "sample": one.sample,
        "reach": reach.get(one.id, frozenset()),
    }
