"""The form that sets what may be spent in a month: how it stands, what was typed, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_login import current_user

from reachly import spending
from reachly.spending import MOST, Cap
from reachly.web.asked import chosen
from reachly.web.session import me

WORKSPACE = "workspace"


def shown(typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What ``credits/_limits.html`` needs; with what was typed, where that has to be mended."""
    found = spending.caps(*me())
    return {
        "rows": [_row(cap, typed, errors or {}) for cap in found],
        "can_set": spending.is_owner(*me()),
        "month": datetime.now(UTC),
        "alone": len(found) == 2,
    }


def read(form: Mapping[str, str]) -> tuple[dict[UUID | None, int | None], dict[str, str]]:
    """The caps that the form asks for, ``None`` for none, and a sentence for each field that cannot be taken."""
    wanted: dict[UUID | None, int | None] = {}
    errors: dict[str, str] = {}
    for name, told in form.items():
        if not name.startswith("limit-"):
            continue
        whose = name.removeprefix("limit-")
        of = None if whose == WORKSPACE else chosen(whose, UUID)
        if of is None and whose != WORKSPACE:
            continue
        plain = told.replace(",", "").replace(" ", "").strip()
        if plain and not (plain.isascii() and plain.isdigit() and len(plain) < 12 and int(plain) <= MOST):
            errors[name] = f"A whole number of credits up to {MOST:,}, or nothing for no limit."
        else:
            wanted[of] = int(plain) if plain else None
    return wanted, errors


def _row(cap: Cap, typed: Mapping[str, str] | None, errors: Mapping[str, str]) -> dict[str, Any]:
    name = f"limit-{cap.user_id or WORKSPACE}"
    you = cap.user_id == current_user.user_id
    value = "" if cap.credits is None else str(cap.credits)
    return {
        "name": name,
        "label": "The whole workspace" if cap.user_id is None else f"{cap.name} (you)" if you else cap.name,
        "value": (typed or {}).get(name, value)[:20],
        "error": errors.get(name),
        "credits": cap.credits,
        "spent": cap.spent,
        "held": cap.held,
        "left": cap.left,
        "percent": cap.percent,
        "close": cap.close,
    }
