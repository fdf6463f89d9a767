"""Profiles as their pages show them."""

from __future__ import annotations

from typing import Any

from reachly.filters import Filters
from reachly.profiles import Price, Profile, Run
from reachly.profiles.schedule import SCHEDULES, WEEKDAYS
from reachly.web.find.form import ALL_FACETS, OPTIONS

FACETS = {
    "industries": "Industry",
    "job_titles": "Title",
    "locations": "Location",
    "company_sizes": "Size",
    "seniorities": "Seniority",
    "departments": "Department",
    "keywords": "Keyword",
    "company_domains": "Domain",
}
OUTCOMES = {"skipped": ("Skipped", "neutral"), "refused": ("Did not run", "warn")}
STATES = {
    "queued": ("Queued", "neutral"),
    "running": ("Running", "active"),
    "waiting": ("Waiting", "warn"),
    "succeeded": ("Finished", "ok"),
    "failed": ("Failed", "error"),
    "cancelled": ("Stopped", "neutral"),
}
ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Warsaw", "Europe/Kyiv"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo"),
    *("Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney"),
    *("Africa/Lagos", "Africa/Johannesburg", "Pacific/Auckland"),
)
"""Offered while typing; every other one of IANA's is taken too."""


def chips(filters: Filters) -> list[dict[str, str]]:
    """Each value that was chosen, in words."""
    told = []
    for facet in ALL_FACETS:
        plain = facet.removeprefix("exclude_")
        labels = {option.value: option.label for option in OPTIONS.get(plain, ())}
        of = FACETS[plain] if plain == facet else f"Not {FACETS[plain].lower()}"
        told += [{"of": of, "label": labels.get(value, value)} for value in getattr(filters, facet)]
    return told


def run(each: Run | None) -> dict[str, Any] | None:
    """One run in words."""
    if each is None:
        return None
    state, kind = OUTCOMES.get(each.outcome) or STATES.get(each.job_status or "", ("Started", "neutral"))
    return {
        "at": each.created_at,
        "state": state,
        "kind": kind,
        "words": each.words,
        "job_id": each.job_id,
        "found": each.found,
        "owned": each.owned,
        "spent": each.spent,
        "open": each.open,
        "by_itself": each.due_at is not None,
        "url": f"/leads?job_id={each.job_id}" if each.found else None,
    }


def card(profile: Profile, price: Price, key: str) -> dict[str, Any]:
    """One profile as ``profiles/_card.html`` takes it."""
    kept = profile.kept
    last = run(profile.last)
    return {
        "id": str(profile.id),
        "name": kept.name,
        "chips": chips(kept.filters),
        "limit": kept.limit,
        "reveal": " and ".join({"email": "e-mail", "phone": "phone"}[one] for one in kept.reveal),
        "when": profile.when,
        "scheduled": kept.schedule != "off",
        "paused": kept.paused,
        "next": profile.next_run_at,
        "last": last,
        "brought": profile.brought,
        "spent": profile.spent,
        "owner": profile.owner or "Somebody who left",
        "created_at": profile.created_at,
        "credits": price.credits,
        "problem": price.problem,
        "key": key,
        "busy": bool(last and last["open"]),
    }


def choices() -> dict[str, Any]:
    """What the form offers."""
    return {"schedules": SCHEDULES, "weekdays": list(enumerate(WEEKDAYS, 1)), "zones": ZONES}
