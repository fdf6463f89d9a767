"""Enrichment by Clay's managed functions ("routines"): started once, then asked for until they are finished.

What is pending is plain JSON: ``{"items": {item id: provider id}, "runs": [{"field", "run_id", "finished"}], "todo":
[field], "asked": times, "waited": seconds}``. Starting a run twice would pay twice, so each step starts at most one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from reachly.providers.clay.readers import email_in, phone_in
from reachly.providers.reading import mapping, objects, text, texts, whole
from reachly.providers.values import Field, Person

WAITS = (2.0, 3.0, 5.0, 8.0, 12.0, 15.0)
"""Seconds between polls; a hit takes about 35 s, a miss about three minutes."""
LONGEST = 900.0
ITEMS = 100
TIMED_OUT = "TIMED_OUT"
FAILED = "ROUTINE_FAILED"


def item_of(provider_id: str) -> str:
    """A short id for a run's item (at most 64 letters by contract), the same whenever asked."""
    return hashlib.sha256(provider_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def inputs_of(one: Person, columns: Mapping[str, str]) -> dict[str, str]:
    """The inputs of one item; ``columns`` tells which of our fields goes into which column of the function."""
    company = one.company
    known = {
        "linkedin_url": one.linkedin_url,
        "full_name": one.full_name,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "company": company.name if company else None,
        "company_domain": company.domain if company else None,
    }
    return {column: value for column, field in columns.items() if (value := known.get(field))}


def wait_for(pending: Mapping[str, Any]) -> float:
    """Seconds until it is worth asking again."""
    return WAITS[min(whole(pending, "asked") or 0, len(WAITS) - 1)]


def overdue(pending: Mapping[str, Any]) -> bool:
    """True when a run has been waited for so long that it counts as lost."""
    return (whole(pending, "waited") or 0) >= LONGEST


def gathered(pending: Mapping[str, Any], rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Person, ...]:
    """The people that the finished runs tell of; ``rows`` holds each field's items, a field without a run's end is
    absent.

    Who has neither value nor error was not found and is left out.
    """
    values: dict[str, dict[str, str]] = {}
    errors: dict[str, str] = {}
    items = mapping(pending, "items")
    fields = [text(run, "field") or "" for run in objects(pending, "runs")]
    for field in fields:
        answered = {text(row, "id"): row for row in rows.get(field, ())}
        for item in items:
            row = answered.get(item)
            if row is None:
                errors.setdefault(item, TIMED_OUT if field not in rows else FAILED)
            elif text(row, "status") != "complete":
                errors.setdefault(item, text(mapping(row, "error"), "message") or FAILED)
            elif value := _value(field, mapping(row, "result")):
                values.setdefault(item, {})[field] = value
    return tuple(
        Person(
            provider_id=str(provider_id),
            email=values.get(item, {}).get("email"),
            email_type="work" if "email" in values.get(item, {}) else None,
            phone=values.get(item, {}).get("phone"),
            phone_type="mobile" if "phone" in values.get(item, {}) else None,
            error=None if item in values else errors.get(item),
        )
        for item, provider_id in items.items()
        if item in values or item in errors
    )


def lacking(
    pending: Mapping[str, Any], rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> frozenset[tuple[str, Field]]:
    """Who was answered by a function that ended well, and with nothing: ``provider_id`` and field."""
    items = mapping(pending, "items")
    known: tuple[Field, ...] = ("email", "phone")
    return frozenset(
        (str(items[item]), field)
        for field in known
        for row in rows.get(field, ())
        if (item := text(row, "id") or "") in items
        and text(row, "status") == "complete"
        and not _value(field, mapping(row, "result"))
    )


def _value(field: str, result: Mapping[str, Any]) -> str | None:
    return email_in(result) if field == "email" else phone_in(result)


def still_to_start(pending: Mapping[str, Any]) -> list[Field]:
    """The fields whose run has not been started yet."""
    known: tuple[Field, ...] = ("email", "phone")
    return [field for field in known if field in texts(pending, "todo")]
