"""Which job an operator means: its id and the attempt that was on the screen, so that a stale page changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

MOST = 200


@dataclass(frozen=True, slots=True)
class Picked:
    """One job as it was seen."""

    job_id: UUID
    attempt: int

    def __str__(self) -> str:
        return f"{self.job_id}:{self.attempt}"


def picked(words: Iterable[str]) -> list[Picked]:
    """The jobs of ``ID:ATTEMPT`` words, each once; what cannot be read is left out, and so is what is too many."""
    found: dict[UUID, Picked] = {}
    for word in words:
        name, _, attempt = word.partition(":")
        try:
            one = Picked(UUID(name), int(attempt))
        except ValueError:
            continue
        if 0 <= one.attempt < 2**31:
            found.setdefault(one.job_id, one)
    return list(found.values())[:MOST]
