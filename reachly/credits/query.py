"""Which movements somebody wants to see, and how that reads in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from reachly import given
from reachly.database import literal

KINDS = {
    "hold": "Hold",
    "capture": "Capture",
    "release": "Release",
    "refund": "Refund",
    "grant": "Grant",
    "purchase": "Purchase",
    "adjust": "Adjustment",
    "expire": "Expiry",
    "claw_back": "Claw-back",
}
"""The movements of the ledger and their names for people."""


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Filters that narrow each other down. ``job`` is a job's number; both days (UTC) are in the range.

    ``q`` is looked for in what a movement says of itself: the lead's name, the job's, the reason.
    """

    kind: tuple[str, ...] = ()
    job: int | None = None
    since: date | None = None
    until: date | None = None
    q: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> tuple[HistoryQuery, dict[str, str]]:
        """The query in an address, and a message for each field that could not be read and was left out."""
        found, errors = given.read((field.name for field in fields(cls)), args, _read)
        return cls(**found), errors

    def as_args(self) -> dict[str, str | list[str]]:
        """The query as arguments of an address; reads back as the same query."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if name == "kind" else str(value)
            for name, value in told.items()
            if value not in ("", (), None)
        }


def _read(name: str, words: list[str]) -> Any:
    if name == "kind":
        if wrong := [text for text in words if text not in KINDS]:
            raise ValueError(f"There is no movement “{wrong[0][:40]}”.")
        return tuple(dict.fromkeys(words))
    if len(words) > 1:
        raise ValueError("Give it once.")
    text = words[0]
    if name == "job":
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise ValueError("Give a job's number.")
        return int(text)
    if name == "q":
        if len(text) > 200 or "\0" in text:
            raise ValueError("Search for at most 200 characters.")
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("Give a day such as 2026-11-30.") from None


def where(query: HistoryQuery) -> tuple[str, list[Any]]:
    """A condition on ``transactions t`` and its parameters."""
    conditions = ["true"]
    params: list[Any] = []
    if query.kind:
        conditions.append("t.kind = ANY (%s)")
        params.append(list(query.kind))
    if query.job is not None:
        conditions.append("t.job_id = (SELECT id FROM jobs WHERE number = %s)")
        params.append(query.job)
    if query.since is not None:
        conditions.append("t.created_at >= %s::date")
        params.append(query.since)
    if query.until is not None:
        conditions.append("t.created_at < %s::date + interval '1 day'")
        params.append(query.until)
    for word in query.q.split()[:8]:
        conditions.append(
            "(t.description ILIKE %s OR t.job_id IN (SELECT id FROM jobs WHERE name ILIKE %s)"
            " OR t.contact_id IN (SELECT contact_id FROM leads WHERE email ILIKE %s))"
        )
        params += [f"%{literal(word)}%"] * 3
    return " AND ".join(conditions), params
