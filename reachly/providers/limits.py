"""A provider's rate limits, learned from its own headers and obeyed by all workers together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Unpack

from reachly.providers.failures import ProviderBusy
from reachly.providers.guard import Guard, Of
from reachly.providers.limits_scripts import AFTER, BEFORE, after_here, before_here
from reachly.providers.values import Answer, Call
from reachly.providers.windows import hinted_wait, windows


class Limiter(Guard):
    """The budget of one account at one provider.

    Two things bound it: the windows that the provider's headers tell of, each call taking one from every window before
    it goes out, and a token bucket of ``per_second`` calls where the provider documents a burst limit. After a 429
    nobody calls until the time it named, or, where it named none, for one second, doubling up to sixty with each
    further one.
    """

    what = "limits"

    def __init__(
        self, redis: Any | None, name: str, account: str, *, per_second: float | None = None, **of: Unpack[Of]
    ) -> None:
        super().__init__(redis, name, account, **of)
        self._per_second = per_second or 0

    def before(self, call: Call) -> None:
        """Takes one call from the budget; raises :class:`ProviderBusy` with the wait when nothing is left."""
        arguments = (self._now(), round(self._per_second * 1000))
        wait = self._state.change(BEFORE, before_here, arguments)
        if wait > 0:
            raise ProviderBusy(
                f"The rate limit of {self._label} is used up for now.", retry_after=wait / 1000, reached=False
            )

    def after(self, answer: Answer) -> None:
        """Learns what is left from the headers of ``answer``."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        told = windows(answer.headers, now)
        refused = answer.status == 429
        wait = hinted_wait(answer.headers, now) if refused else None
        block = -1 if wait is None else round(wait * 1000)
        rows = [value for window in told for value in (window.name, window.left, _ms(window.resets_in), window.stated)]
        self._state.change(AFTER, after_here, (self._now(), int(refused), block, *map(_plain, rows)))


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _plain(value: str | int | bool) -> str | int:
    return int(value) if isinstance(value, bool) else value
