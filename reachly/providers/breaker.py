"""A circuit breaker: a provider that keeps failing is left alone for a while, and people can see that it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Unpack

from reachly.providers.failures import ProviderBusy
from reachly.providers.guard import Guard, Of

PROBE_AGAIN = 1000
"""Who comes while another already tries out the provider asks again after this many milliseconds."""

ASK = """
local now, probing = tonumber(ARGV[1]), tonumber(ARGV[2])
local ends = tonumber(redis.call('HGET', KEYS[1], 'until') or '')
if not ends then return 0 end
if now < ends then return ends - now end
local probe = tonumber(redis.call('HGET', KEYS[1], 'probe') or '0')
if now < probe then return math.min(probe - now, 1000) end
redis.call('HSET', KEYS[1], 'probe', string.format('%d', now + probing))
return 0
"""

FAILED = """
local now, most, open = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('HSET', KEYS[1], 'error', ARGV[4])
if failures >= most then
  redis.call('HSETNX', KEYS[1], 'since', ARGV[1])
  redis.call('HSET', KEYS[1], 'until', string.format('%d', now + open))
  redis.call('HDEL', KEYS[1], 'probe')
end
redis.call('PEXPIRE', KEYS[1], open + 3600000)
return 0
"""

ANSWERED = "return redis.call('DEL', KEYS[1])"
ABANDONED = "return redis.call('HDEL', KEYS[1], 'probe')"


@dataclass(frozen=True, slots=True)
class BreakerState:
    """How a provider stands: ``closed`` (asked as usual), ``open`` until an instant, or ``half_open``: tried out."""

    state: Literal["closed", "open", "half_open"] = "closed"
    since: datetime | None = None
    until: datetime | None = None
    last_error: str | None = None


class Breaker(Guard):
    """Opens after ``failures`` temporary failures in a row, for ``open_for`` seconds; then one call at a time tries it
    out.
    """

    what = "breaker"

    def __init__(
        self,
        redis: Any | None,
        name: str,
        account: str,
        *,
        failures: int = 5,
        open_for: float = 20,
        **of: Unpack[Of],
    ) -> None:
        super().__init__(redis, name, account, **of)
        self._most = failures
        self._open = round(open_for * 1000)

    def before(self) -> None:
        """Raises :class:`ProviderBusy` with the wait while the provider is left alone."""
        wait = self._state.change(ASK, _ask_here, (self._now(), self._open))
        if wait > 0:
            raise ProviderBusy(
                f"{self._label} kept failing and is left alone for a moment.", retry_after=wait / 1000, reached=False
            )

    def abandoned(self) -> None:
        """Lets another try, when the call that was let through was not made."""
        self._state.change(ABANDONED, _abandoned_here, ())

    def answered(self) -> None:
        """Closes the breaker and forgets the failures."""
        self._state.change(ANSWERED, _answered_here, ())

    def failed(self, reason: str) -> None:
        """Counts a failure, and opens the breaker when it is one too many."""
        self._state.change(FAILED, _failed_here, (self._now(), self._most, self._open, reason[:200]))

    def state(self) -> BreakerState:
        """How the provider stands now."""
        held = self._state.read()
        error = held.get("error")
        if "until" not in held:
            return BreakerState(last_error=error)
        since, until = _instant(held["since"]), _instant(held["until"])
        return BreakerState("open" if self._now() < int(held["until"]) else "half_open", since, until, error)


def _instant(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _ask_here(state: dict[str, str], now: int, probing: int) -> int:
    if "until" not in state:
        return 0
    if now < int(state["until"]):
        return int(state["until"]) - now
    probe = int(state.get("probe", 0))
    if now < probe:
        return min(probe - now, PROBE_AGAIN)
    state["probe"] = str(now + probing)
    return 0


def _failed_here(state: dict[str, str], now: int, most: int, open_for: int, reason: str) -> int:
    state["failures"] = str(int(state.get("failures", 0)) + 1)
    state["error"] = reason
    if int(state["failures"]) >= most:
        state.setdefault("since", str(now))
        state["until"] = str(now + open_for)
        state.pop("probe", None)
    return 0


def _answered_here(state: dict[str, str]) -> int:
    state.clear()
    return 1


def _abandoned_here(state: dict[str, str]) -> int:
    return 1 if state.pop("probe", None) else 0
