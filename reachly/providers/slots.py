"""How many calls to a provider are under way at once, by all workers together; fewer when it slows down."""

from __future__ import annotations

from dataclasses import dataclass
from random import uniform
from typing import Any, Unpack
from uuid import uuid4

from reachly.providers.failures import ProviderSlow
from reachly.providers.guard import Guard, Of

REMEMBERED = 60_000
"""A provider that was slow counts as slow for this long (ms), or until its calls are as many as ever."""
_NEVER_MADE = -1

TAKE = """
local now, most, kept = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local state, taken = redis.call('HGETALL', KEYS[1]), 0
for i = 1, #state, 2 do
  if string.sub(state[i], 1, 5) == 'slot:' then
    if tonumber(state[i + 1]) <= now then redis.call('HDEL', KEYS[1], state[i]) else taken = taken + 1 end
  end
end
local room = math.min(most, tonumber(redis.call('HGET', KEYS[1], 'room') or most))
if taken >= math.floor(room / 1000) then return 1 end
redis.call('HSET', KEYS[1], 'slot:' .. ARGV[4], string.format('%d', now + kept))
redis.call('PEXPIRE', KEYS[1], 3600000)
return 0
"""

GIVE = """
local now, most, spent, slow = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
redis.call('HDEL', KEYS[1], 'slot:' .. ARGV[5])
if spent < 0 then return 0 end
local room = math.min(most, tonumber(redis.call('HGET', KEYS[1], 'room') or most))
if slow then
  local shrunk = tonumber(redis.call('HGET', KEYS[1], 'shrunk') or '0')
  if now - shrunk < math.max(1000, spent) then return 0 end
  room = math.max(1000, math.floor(room / 2))
  redis.call('HSET', KEYS[1], 'shrunk', ARGV[1])
else
  room = math.min(most, room + math.floor(1000000 / room))
end
redis.call('HSET', KEYS[1], 'room', string.format('%d', room))
redis.call('PEXPIRE', KEYS[1], 3600000)
return 0
"""


@dataclass(frozen=True, slots=True)
class Room:
    """How many calls there is room for, and whether that is fewer because the provider is slow."""

    calls: int
    slow: bool


class Slots(Guard):
    """Room for ``most`` calls at once; halved when one takes longer than ``slow`` seconds or gets no answer, and a call
    more again for each round of good ones.

    It is halved once per round, not once for each of the calls that were slow together. A slot whose worker died frees
    itself after ``kept`` seconds, in which every call has ended. While Redis is away each process counts its own.
    """

    what = "slots"

    def __init__(
        self,
        redis: Any | None,
        name: str,
        account: str,
        *,
        most: int = 32,
        slow: float = 5,
        kept: float = 20,
        **of: Unpack[Of],
    ) -> None:
        super().__init__(redis, name, account, **of)
        self._most = most * 1000
        self._slow = round(slow * 1000)
        self._kept = round(kept * 1000)

    def take(self) -> str:
        """A slot for one call; raises :class:`ProviderSlow` where there is none, at random a little later."""
        token = uuid4().hex
        if self._state.change(TAKE, _take_here, (self._now(), self._most, self._kept, token)):
            raise ProviderSlow(
                f"{self._label} is slow at the moment, so fewer calls are made at a time.",
                retry_after=uniform(0.5, 1.5),  # noqa: S311 - spreads load, guards nothing
                reached=False,
            )
        return token

    def give(self, token: str, spent: int = _NEVER_MADE, *, failed: bool = False) -> None:
        """Free the slot after a call of ``spent`` milliseconds; ``failed`` where the provider gave no answer of use.

        Without ``spent`` the call was never made, which says nothing of how the provider is.
        """
        slow = int(failed or spent > self._slow)
        self._state.change(GIVE, _give_here, (self._now(), self._most, spent, slow, token))

    def room(self) -> Room:
        """How it stands, for pages."""
        held = self._state.read()
        room = min(self._most, int(held.get("room", self._most)))
        lately = self._now() - int(held.get("shrunk", 0)) < REMEMBERED
        return Room(room // 1000, lately and room < self._most)


def _take_here(state: dict[str, str], now: int, most: int, kept: int, token: str) -> int:
    for name in [name for name in state if name.startswith("slot:") and int(state[name]) <= now]:
        del state[name]
    taken = sum(1 for name in state if name.startswith("slot:"))
    if taken >= min(most, int(state.get("room", most))) // 1000:
        return 1
    state[f"slot:{token}"] = str(now + kept)
    return 0


def _give_here(state: dict[str, str], now: int, most: int, spent: int, slow: int, token: str) -> int:
    state.pop(f"slot:{token}", None)
    if spent < 0:
        return 0
    room = min(most, int(state.get("room", most)))
    if slow:
        if now - int(state.get("shrunk", 0)) < max(1000, spent):
            return 0
        room = max(1000, room // 2)
        state["shrunk"] = str(now)
    else:
        room = min(most, room + 1_000_000 // room)
    state["room"] = str(room)
    return 0
