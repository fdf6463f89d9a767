"""A profile runs at an hour of somebody's day, whatever their clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from reachly.profiles.schedule import in_words, known_zone, next_time


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "weekday", "hour", "zone", "after", "then"),
    [
        ("daily", 1, 8, "UTC", "2026-11-23 07:59:59", "2026-11-23 08:00"),
        ("daily", 1, 8, "UTC", "2026-11-23 08:00", "2026-11-24 08:00"),
        ("weekly", 1, 8, "UTC", "2026-11-23 08:00", "2026-11-30 08:00"),
        ("weekly", 7, 0, "UTC", "2026-11-23 08:00", "2026-11-29 00:00"),
        ("daily", 1, 8, "Europe/Berlin", "2026-07-01 00:00", "2026-07-01 06:00"),
        ("daily", 1, 8, "Europe/Berlin", "2026-12-01 00:00", "2026-12-01 07:00"),
        ("daily", 1, 8, "Pacific/Auckland", "2026-11-23 00:00", "2026-11-23 19:00"),
        ("weekly", 2, 8, "Pacific/Auckland", "2026-11-23 00:00", "2026-11-23 19:00"),
        ("daily", 1, 8, "Asia/Kathmandu", "2026-11-23 00:00", "2026-11-23 02:15"),
        # Clocks go forward on 29 March at two: there is no half past two, nor two; it runs when it is three.
        ("daily", 1, 2, "Europe/Berlin", "2026-03-29 00:00", "2026-03-29 01:00"),
        ("daily", 1, 2, "Europe/Berlin", "2026-03-29 01:00", "2026-03-30 00:00"),
        # They go back on 25 October at three: two o'clock comes twice, and counts once.
        ("daily", 1, 2, "Europe/Berlin", "2026-10-24 12:00", "2026-10-25 00:00"),
        ("daily", 1, 2, "Europe/Berlin", "2026-10-25 00:00", "2026-10-26 01:00"),
        # A whole day that Samoa did not have.
        ("daily", 1, 8, "Pacific/Apia", "2011-12-29 19:00", "2011-12-30 18:00"),
        # Midnight that does not exist.
        ("daily", 1, 0, "America/Santiago", "2026-09-05 12:00", "2026-09-06 04:00"),
    ],
)
def test_the_next_time(schedule: str, weekday: int, hour: int, zone: str, after: str, then: str) -> None:
    assert next_time(schedule, weekday, hour, zone, at(after)) == at(then)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
def test_every_day_of_a_year_has_one_run(zone: str, hour: int) -> None:
    now, seen = at("2026-01-01 00:00"), []
    while now < at("2027-01-01 00:00"):
        now = next_time("daily", 1, hour, zone, now)
        seen.append(now)
    steps = {(later - earlier) for earlier, later in pairwise(seen)}
    assert 365 <= len(seen) <= 366
    assert all(timedelta(hours=22) < step < timedelta(hours=26) for step in steps)


def test_without_a_schedule_there_is_no_next_time() -> None:
    assert next_time("off", 1, 8, "UTC", at("2026-11-23 00:00")) is None
    assert in_words("weekly", 5, 7, "America/New_York") == "Every Friday at 07:00, America/New York"


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "/etc/localtime", "Europe/Berlin\0", "x" * 300])
def test_what_is_no_time_zone_is_said_to_be_none(name: str) -> None:
    assert not known_zone(name)
