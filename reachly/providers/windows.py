"""Rate limits as a provider's headers tell them: how many calls are left, in which window, until when.

Read are Lusha's nine ``x-rate-limit-*`` headers (docs.lusha.com, V3), the ``RateLimit-*`` pair and daily twins its V2
specification declares, Clay's ``X-RateLimit-*`` and ``Retry-After``. Header names are expected in lower case.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

DAY = 86_400.0
LONGEST = DAY
PERIODS = {"minute": 60.0, "hourly": 3600.0, "daily": DAY}


class Window(NamedTuple):
    """One limit: ``left`` calls until ``resets_in`` seconds from now; ``stated`` when the provider itself gave that
    time.
    """

    name: str
    left: int
    resets_in: float
    stated: bool


def windows(headers: Mapping[str, str], now: datetime) -> list[Window]:
    """Every limit that ``headers`` tell of."""
    return list(_counted(headers, now)) + list(_stated(headers, now))


def hinted_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait before the next call: ``Retry-After``, else until the last exhausted window is over, else
    ``None``.
    """
    told = _after(headers.get("retry-after"), now)
    if told is not None:
        return told
    return max((window.resets_in for window in windows(headers, now) if window.left <= 0), default=None)


def _counted(headers: Mapping[str, str], now: datetime) -> Iterator[Window]:
    """Lusha's windows: counts without a time. A minute is taken whole, an hour and a day end with the clock's (UTC)."""
    for name, period in PERIODS.items():
        left = _count(headers.get(f"x-{name}-requests-left"))
        if left is None:
            continue
        yield Window(name, left, period if name == "minute" else _to_boundary(now, period), stated=False)


def _stated(headers: Mapping[str, str], now: datetime) -> Iterator[Window]:
    pairs = (
        ("ratelimit", "ratelimit-remaining", "ratelimit-reset"),
        ("x-ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset"),
        ("x-ratelimit-daily", "x-ratelimit-remaining-daily", "x-ratelimit-reset-daily"),
    )
    for name, left_in, reset_in in pairs:
        left = _count(headers.get(left_in))
        reset = _reset(headers.get(reset_in), now)
        if left is not None and reset is not None:
            yield Window(name, left, reset, stated=True)


def _to_boundary(now: datetime, period: float) -> float:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    into = (now - midnight) / timedelta(seconds=1)
    return max(1.0, period - math.fmod(into, period))


def _count(value: str | None) -> int | None:
    try:
        return max(0, int((value or "").strip()))
    except ValueError:
        return None


def _reset(value: str | None, now: datetime) -> float | None:
    """Seconds until a reset given as seconds, as a Unix time in seconds or milliseconds, or as a date."""
    try:
        number = float((value or "").strip())
    except ValueError:
        return _after(value, now)
    if not math.isfinite(number):
        return None
    if number > 1e11:
        number /= 1000
    if number > 1e9:
        number -= now.timestamp()
    return min(max(0.0, number), LONGEST)


def _after(value: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` (RFC 9110: seconds or a date) or an ISO instant asks for, at most a day."""
    written = (value or "").strip()
    if not written:
        return None
    try:
        seconds = float(written)
    except ValueError:
        moment = _moment(written)
        if moment is None:
            return None
        seconds = (moment - now).total_seconds()
    return min(max(0.0, seconds), LONGEST) if math.isfinite(seconds) else None


def _moment(written: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
