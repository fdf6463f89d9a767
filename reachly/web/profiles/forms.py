"""The form of a profile: what was typed, and what it means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from reachly.profiles import Kept
from reachly.web.asked import chosen, text


def typed(kept: Kept) -> dict[str, Any]:
    """The form as the profile fills it."""
    return {
        "name": kept.name,
        "schedule": kept.schedule,
        "weekday": kept.weekday,
        "hour": kept.hour,
        "time_zone": kept.time_zone,
        "run_credits": kept.run_credits or "",
        "month_credits": kept.month_credits or "",
        "list_id": str(kept.list_id or ""),
        "notify": kept.notify,
        "paused": kept.paused,
    }


def read(form: MultiDict[str, str], kept: Kept) -> tuple[Kept, dict[str, Any]]:
    """The profile as the form wants it, what cannot be read made such that it is refused; and the form as typed."""
    names = ("name", "schedule", "weekday", "hour", "time_zone", "run_credits", "month_credits", "list_id")
    told: dict[str, Any] = {name: text(form.get(name)) for name in names}
    told |= {"notify": "notify" in form, "paused": "paused" in form}
    wanted = replace(
        kept,
        name=" ".join(told["name"].split()),
        schedule=told["schedule"],
        weekday=_number(told["weekday"], kept.weekday),
        hour=_number(told["hour"], kept.hour),
        time_zone=told["time_zone"].replace(" ", "_"),
        run_credits=_credits(told["run_credits"]),
        month_credits=_credits(told["month_credits"]),
        list_id=chosen(told["list_id"], UUID),
        notify=told["notify"],
        paused=told["paused"],
    )
    return wanted, told


def _number(given: str, usual: int) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else usual if not given else -1


def _credits(given: str) -> int | None:
    plain = given.replace(",", "").replace(" ", "")
    return None if not plain else int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else 0
