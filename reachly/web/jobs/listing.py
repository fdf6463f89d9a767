"""The list of jobs: which ones, in which order, which page of them, and how that reads in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from reachly.engine import choice, look
from reachly.engine.choice import Choice, Place
from reachly.models import Job
from reachly.web.asked import chosen, text
from reachly.web.jobs import shown, words

PAGE = 50
TABS = (("", "All"), ("open", "Open"), ("finished", "Finished"), ("failed", "Failed"), ("cancelled", "Stopped"))
KINDS = (
    ("generate_leads", "Find leads"),
    ("export_leads", "Export"),
    ("import_leads", "Import"),
    ("enrich_leads", "Unlock"),
)
ORDERS = (("newest", "Newest first"), ("oldest", "Oldest first"), ("credits", "Most credits first"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The list's address in parts; what cannot be read is as if it were not there."""

    choice: Choice
    state: str = ""
    before: Place | None = None
    after: Place | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """The parts of a query."""
        state, kind, order = query.get("state", ""), query.get("kind", ""), query.get("sort", "")
        state = state if state in look.STATES else ""
        wanted = Choice(
            statuses=look.STATES.get(state, ()),
            kind=kind if kind in words.KINDS else None,
            user_id=chosen(query.get("by"), UUID),
            since=chosen(query.get("since"), date.fromisoformat),
            until=chosen(query.get("until"), _last_day),
            q=text(query.get("q")),
            problems=query.get("problems") == "yes",
            order=order if order in choice.ORDERS else "newest",
        )
        parts = len(choice.ORDERS[wanted.order][0].split(", "))
        return cls(wanted, state, _place(query.get("before"), parts), _place(query.get("after"), parts))

    def parts(self) -> dict[str, Any]:
        """The filters by their names in an address, those that are not set left empty."""
        wanted = self.choice
        return {
            "state": self.state,
            "q": wanted.q,
            "kind": wanted.kind,
            "by": wanted.user_id,
            "since": wanted.since,
            "until": wanted.until,
            "problems": "yes" if wanted.problems else "",
            "sort": wanted.order if wanted.order != "newest" else "",
        }

    def url(self, **changed: Any) -> str:
        """The address of this list with something changed."""
        query = urlencode({name: value for name, value in (self.parts() | changed).items() if value})
        return f"/jobs?{query}" if query else "/jobs"


def page(asked: Asked) -> dict[str, Any]:
    """What ``jobs.html`` needs; inside a scope."""
    wanted = asked.choice
    found = choice.page(wanted, asked.before, asked.after, PAGE)
    names = look.names([job.user_id for job in found])
    counted = choice.counts(wanted)
    total = sum(many for status, many in counted.items() if not wanted.statuses or status in wanted.statuses)
    first = choice.ahead(wanted, choice.place(wanted, found[0])) if found else 0
    rest = total - first - len(found)
    return {
        "jobs": [shown.brief(job, names.get(job.user_id, "somebody")) for job in found],
        "tabs": _tabs(asked, counted),
        "page": {
            "previous": asked.url(after=_written(wanted, found[0])) if first > 0 else None,
            "next": asked.url(before=_written(wanted, found[-1])) if found and rest > 0 else None,
        },
        "said": f"{first + 1:,}–{first + len(found):,} of {total:,}" if found else "None",
        "query": {name: str(value or "") for name, value in asked.parts().items()} | {"sort": wanted.order},
        "narrowed": wanted.narrowed,
        "kinds": KINDS,
        "orders": ORDERS,
        "people": [(str(person), name) for person, name in choice.people()],
    }


def _tabs(asked: Asked, counted: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": replace(asked, state=state).url(),
            "here": asked.state == state,
            "count": sum(counted.get(status, 0) for status in (look.STATES[state] if state else counted)),
        }
        for state, label in TABS
    ]


def _written(wanted: Choice, job: Job) -> str:
    return ".".join(str(part) for part in choice.place(wanted, job))


def _place(value: str | None, parts: int) -> Place | None:
    """A place as an address has it: as many numbers as the order has parts."""
    found = [chosen(part, int) for part in (value or "").split(".")]
    numbers = tuple(number for number in found if number is not None and 0 <= number < 2**62)
    return numbers if len(numbers) == len(found) == parts else None


def _last_day(value: str) -> date:
    """A day with another after it; raises ``ValueError``."""
    day = date.fromisoformat(value)
    if day == date.max:
        raise ValueError(value)
    return day
