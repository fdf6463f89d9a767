"""What a worker does with a job of some kind, and which form of it that writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reachly.engine.claim import Claim
from reachly.engine.outcomes import Outcome

Step = Callable[[Claim], Outcome]


@dataclass(frozen=True, slots=True)
class Versioned:
    """A step that writes parameters or checkpoints of this version, and still understands all before it.

    A step that is not wrapped is of version 1. A version goes up when a worker of the release before would
    misunderstand what is written now.
    """

    step: Step
    version: int

    def __call__(self, claim: Claim) -> Outcome:
        return self.step(claim)


def versions(kinds: Mapping[str, Step]) -> dict[str, int]:
    """What a worker with these steps knows."""
    return {kind: getattr(step, "version", 1) for kind, step in kinds.items()}
