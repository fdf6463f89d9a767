"""When a profile runs next: an hour of somebody's day, whatever their clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SCHEDULES = {"off": "Only when asked", "daily": "Every day", "weekly": "Every week"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def known_zone(name: str) -> bool:
    """Whether there is a time zone of this name (IANA's), such as ``Europe/Berlin``."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def next_time(schedule: str, weekday: int, hour: int, zone: str, after: datetime) -> datetime | None:
    """The first time strictly after ``after``, in UTC; ``None`` where there is no schedule.

    An hour that a day does not have, since clocks go forward, comes when they have gone; of one that it has twice, the
    first counts. Times missed meanwhile are not made up for: there is one next time.
    """
    if schedule == "off":
        return None
    here = ZoneInfo(zone)
    day = after.astimezone(here).date() - timedelta(days=1)
    while True:
        day += timedelta(days=1)
        if schedule == "weekly" and day.isoweekday() != weekday:
            continue
        # fold=0: before the clocks change, so a missing hour reads as the one after it and a doubled one as its first.
        at = datetime.combine(day, time(hour), here).astimezone(UTC)
        if at > after:
            return at


def in_words(schedule: str, weekday: int, hour: int, zone: str) -> str:
    """The schedule as a person says it."""
    if schedule == "off":
        return SCHEDULES["off"]
    day = "Every day" if schedule == "daily" else f"Every {WEEKDAYS[weekday - 1]}"
    return f"{day} at {hour:02}:00, {zone.replace('_', ' ')}"
