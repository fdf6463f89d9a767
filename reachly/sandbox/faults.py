"""What may go wrong on request: each fault behaves on the wire as the real one does."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

REFUSALS = {"429": 429, "429_without_hint": 429, "5xx": 500, "out_of_credits": 402, "key_refused": 401, "451": 451}
"""Faults that are an answer, with the status they have unless the fault names another."""
WIRE = ("hang", "cut", "malformed")
"""Faults of the line rather than of the answer."""
KINDS = (*REFUSALS, *WIRE)


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong: ``times`` times (``None``: always) after the first ``after`` calls it could have met.

    ``operation`` is a full name (``lusha.search``), its last part (``search``) or a provider (``clay``); ``None`` meets
    every call. ``processed`` says whether the work is done and charged all the same: by default for ``cut`` and
    ``malformed``.
    """

    kind: str
    operation: str | None = None
    times: int | None = 1
    after: int = 0
    status: int | None = None
    seconds: float = 30.0
    retry_after: float | None = None
    processed: bool | None = None
    met: int = 0
    happened: int = 0

    @classmethod
    def of(cls, values: dict[str, Any]) -> Fault:
        """The fault described by ``values``; raises ``ValueError`` for what it cannot be."""
        settable = {"kind", "operation", "times", "after", "status", "seconds", "retry_after", "processed"}
        unknown = set(values) - settable
        if unknown:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(settable))}")
        if values.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        return cls(**values)

    def concerns(self, operation: str) -> bool:
        """Whether this fault can meet ``operation``."""
        return self.operation is None or self.operation in (operation, *operation.split(".", 1))

    @property
    def works_first(self) -> bool:
        """Whether the request is carried out before things go wrong."""
        return self.kind in ("cut", "malformed") if self.processed is None else self.processed


class Faults:
    """The faults set for one account, in order; the first that fits a call happens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.planned: list[Fault] = []

    def plan(self, faults: list[Fault]) -> None:
        """Replaces what was planned."""
        with self._lock:
            self.planned = faults

    def take(self, operation: str) -> Fault | None:
        """The fault that this call meets, if any."""
        with self._lock:
            for fault in self.planned:
                if not fault.concerns(operation) or (fault.times is not None and fault.happened >= fault.times):
                    continue
                fault.met += 1
                if fault.met > fault.after:
                    fault.happened += 1
                    return fault
            return None
