"""An account at the providers for every key, made when the key is first used."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reachly.sandbox.faults import Faults
from reachly.sandbox.limits import Limits

PREFIX = "sandbox-"
DEMO_KEY = "sandbox-demo"
DEMO_TABLE = "5a4db0c5-0000-4000-8000-000000000001"
_NAMESPACE = uuid.UUID("5a4db0c5-0000-4000-8000-000000000000")


@dataclass(slots=True)
class Behaviour:
    """How the providers treat this account; everything here can be set at its control address."""

    latency_ms: float = 0
    page_cap: int = 50
    lusha_credits: int = 100_000
    clay_quota: int = 1_000_000
    clay_data_credits: float = 100_000.0
    search_ttl_s: float = 3_600
    routine_delay_ms: float = 300
    table_delay_ms: float = 200
    table_rows: int = 25
    table_token: str | None = None
    callback_token: str | None = None
    callback_copies: int = 1
    callbacks_lost: int = 0
    callback_gap_ms: float = 20


@dataclass(slots=True)
class Webhook:
    """Where Clay tells that a run is finished, and the secret it signs with."""

    url: str
    secret: str


@dataclass(slots=True)
class Tally:
    """What one operation was asked, answered and paid; faults are counted by kind."""

    calls: int = 0
    credits: float = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def told(self) -> dict[str, Any]:
        """The tally as plain values."""
        return {
            "calls": self.calls,
            "credits": self.credits,
            "statuses": dict(self.statuses),
            "faults": dict(self.faults),
        }


class Account:
    """One customer of both providers. Hold ``lock`` around anything that spends."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.lock = threading.RLock()
        self.behaviour = Behaviour()
        self.limits = Limits()
        self.faults = Faults()
        self.webhooks: dict[str, Webhook] = {}
        self.lusha_used = 0
        self.clay_rows = 0
        self.clay_data_spent = 0.0
        self.revealed: dict[str, set[int]] = {"emails": set(), "phones": set(), "companies": set()}
        self.revealed_first = 0
        self.revealed_again = 0
        self.searches: dict[str, Any] = {}
        self.runs: dict[str, Any] = {}
        self.operations: dict[str, Tally] = {}
        self.table = DEMO_TABLE if key == DEMO_KEY else str(uuid.uuid5(_NAMESPACE, key))

    @contextmanager
    def tally(self, operation: str) -> Iterator[Tally]:
        """The tally of ``operation``, to change."""
        with self.lock:
            yield self.operations.setdefault(operation, Tally())

    @property
    def lusha_left(self) -> int:
        """Lusha credits that remain."""
        return max(0, self.behaviour.lusha_credits - self.lusha_used)

    @property
    def clay_left(self) -> int:
        """Rows that Clay still hands out in this period."""
        return max(0, self.behaviour.clay_quota - self.clay_rows)


class Accounts:
    """Every account there is; a key that does not begin with ``sandbox-`` has none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[str, Account] = {}
        self._by_table: dict[str, Account] = {}
        self.of(DEMO_KEY)

    def of(self, key: str | None) -> Account | None:
        """The account of ``key``, made on first use; ``None`` for a key that no provider would know."""
        if not key or not key.startswith(PREFIX) or len(key) > 200:
            return None
        with self._lock:
            account = self._by_key.get(key)
            if account is None:
                account = self._by_key[key] = Account(key)
                self._by_table[account.table] = account
            return account

    def of_table(self, table: str) -> Account | None:
        """The account that owns the webhook table ``table``."""
        with self._lock:
            return self._by_table.get(table.lower())

    def forget(self, key: str) -> None:
        """Closes the account; the next use of the key opens a fresh one."""
        with self._lock:
            account = self._by_key.pop(key, None)
            if account is not None:
                self._by_table.pop(account.table, None)
        if key == DEMO_KEY:
            self.of(DEMO_KEY)
