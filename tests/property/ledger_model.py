"""What the ledger ought to say, in plain Python: a workspace's accounts, its history and the keys it has seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

WAYS = {
    "grant": ("granted", "available"),
    "purchase": ("sold", "available"),
    "expire": ("available", "expired"),
    "claw_back": ("available", "sold"),
    "hold": ("available", "held"),
    "capture": ("held", "spent"),
    "release": ("held", "available"),
    "refund": ("spent", "available"),
}
TRIAL = 100


class Refused(Exception):
    """There is not enough available."""


@dataclass
class Ledger:
    """The books of one workspace, from its registration on."""

    accounts: Counter[str] = field(default_factory=Counter)
    history: list[tuple[str, int, int, int]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.move("grant", TRIAL)

    def move(self, kind: str, credits: int, key: str = "") -> bool:
        """Whether it moved anything: a key that was there before moves nothing, not even when there is nothing left.

        Only a claw-back may take more than there is.
        """
        source, target = WAYS[kind]
        if key in self.keys:
            return False
        if source == "available" and kind != "claw_back" and self.accounts["available"] < credits:
            raise Refused
        if credits == 0:
            return False
        self.keys |= {key} - {""}
        self.accounts[source] -= credits
        self.accounts[target] += credits
        self.history.append((kind, credits, self.accounts["available"], self.accounts["held"]))
        return True

    @property
    def balances(self) -> dict[str, int]:
        """Every account that is not at zero."""
        return {name: credits for name, credits in self.accounts.items() if credits}
