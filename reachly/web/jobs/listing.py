"""The list of jobs: which ones, which page of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from reachly.engine import look
from reachly.models import Job
from reachly.web.asked import chosen
from reachly.web.jobs import shown, words

PAGE = 50
TABS = (("", "All"), ("open", "Open"), ("finished", "Finished"), ("failed", "Failed"), ("cancelled", "Stopped"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The list's address in parts; what cannot be read is as if it were not there."""

    state: str = ""
    kind: str = ""
    before: int | None = None
    after: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """The parts of a query."""
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state if state in look.STATES else "",
            kind if kind in words.KINDS else "",
            _number(query.get("before")),
            _number(query.get("after")),
        )

    def url(self, **changed: Any) -> str:
        """The address of this list with something changed."""
        parts = {"state": self.state, "kind": self.kind} | changed
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"/jobs?{query}" if query else "/jobs"


def page(asked: Asked) -> dict[str, Any]:
    """What ``jobs.html`` needs; inside a scope."""
    statuses = look.STATES.get(asked.state, ())
    if asked.after is not None:
        found = look.newer_jobs(asked.after, statuses, asked.kind or None, PAGE)
    else:
        found = look.jobs(statuses, asked.kind or None, asked.before, PAGE)
    names = look.names([job.user_id for job in found])
    total = look.how_many(statuses, asked.kind or None)
    newer = look.how_many(statuses, asked.kind or None, newer_than=found[0].number) if found else 0
    older = total - newer - len(found)
    return {
        "jobs": [shown.brief(job, names.get(job.user_id, "somebody")) for job in found],
        "tabs": _tabs(asked),
        "page": {
            "previous": asked.url(after=found[0].number) if newer > 0 else None,
            "next": asked.url(before=found[-1].number) if found and older > 0 else None,
        },
        "said": _said(found, newer, total),
    }


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    counted = look.counts(asked.kind or None)
    return [
        {
            "label": label,
            "url": asked.url(state=state),
            "here": asked.state == state,
            "count": sum(counted.get(status, 0) for status in (look.STATES[state] if state else counted)),
        }
        for state, label in TABS
    ]


def _said(found: list[Job], newer: int, total: int) -> str:
    return f"{newer + 1:,}–{newer + len(found):,} of {total:,}" if found else "None"


def _number(value: str | None) -> int | None:
    number = chosen(value, int)
    return number if number is not None and 0 < number < 2**62 else None
