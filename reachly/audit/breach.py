"""One thing that is wrong with the books."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is not as it must be: which rule, whose, and what to look at."""

    rule: str
    workspace_id: UUID | None
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text} (workspace {self.workspace_id})"
