"""What guards calls to one account at a provider: a state that all workers share, and the clock it goes by."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar, TypedDict

from reachly.providers.shared_state import SharedState

Clock = Callable[[], float]


class Of(TypedDict, total=False):
    """What people call the provider, by default its name with a capital, and the clock."""

    label: str | None
    clock: Clock


class Guard:
    """Keeps its state in Redis, in a hash of its own for each account at the provider; while Redis is away, and where
    there is none, in this process.
    """

    what: ClassVar[str]
    """The last part of the hash's key."""

    def __init__(
        self, redis: Any | None, name: str, account: str, *, label: str | None = None, clock: Clock = time.time
    ) -> None:
        self._label = label or name.capitalize()
        self._state = SharedState(redis, f"reachly:provider:{name}:{account}:{self.what}")
        self._clock = clock

    def _now(self) -> int:
        return round(self._clock() * 1000)
