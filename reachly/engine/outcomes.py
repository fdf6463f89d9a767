"""What one step of a job can come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Continue:
    """There is more to do; the next step may follow at once."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before ``until``, counted from :meth:`Claim.now`; the job gives its thread back.

    ``reason`` is shown to people.
    """

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Succeeded:
    """All done; ``result`` is ``None`` where the database works it out from what was delivered."""

    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be done; ``message`` says so in words a person understands, and what to do."""

    code: str
    message: str


Outcome = Continue | Wait | Succeeded | Failed
