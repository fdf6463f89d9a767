"""The part of the desk that is about the catalogue: what looks like a duplicate, making two rows one, and two again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from reachly.oversight.asking import Asking, rows_of

Kind = Literal["contact", "organization"]
NOT_MERGED = {
    "gone": "One of the two is not in the catalogue, or both are the same.",
    "merged": "One of the two stands behind another already: merge with that one, or take that merge back first.",
    "busy": "A job is just looking one of the two up, or somebody is writing to them. Try again when that has ended.",
    "turned": "A workspace merged one of the two itself, into the other or into somebody else. Merge them the other way"
    " round, or once that workspace has taken its merge back.",
    "large": "More than 5,000 leads or people would have to follow: everybody would wait for that.",
    "domain": "The one without a domain cannot stand for the one that has one: merge them the other way round.",
}
"""Why nothing was merged, by the outcome."""
NOT_SPLIT = {
    "gone": "There is no such merge, or it was taken back before.",
    "later": "The one that stayed was merged into another since: take that back first.",
    "theirs": "A workspace merged the lead that stands for both into another since: it can be taken back once that"
    " workspace has taken its own merge back.",
    "busy": "A job is just looking one of the two up, or somebody is writing to them. Try again when that has ended.",
}
"""Why a merge was not taken back, by the outcome."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows of the catalogue and, in words, why they look like one; nothing that is for sale is among it."""

    kind: Kind
    why: str
    kept_id: UUID
    kept: str
    kept_about: str
    gone_id: UUID
    gone: str
    gone_about: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that stands; ``who`` is nobody for the command line."""

    id: UUID
    at: datetime
    who: str | None
    kind: Kind
    kept: str
    gone: str
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of merging or splitting, and how many leads of how many workspaces it touched."""

    outcome: str
    id: UUID | None
    leads: int
    workspaces: int


class Catalogue(Asking):
    """Duplicates of the catalogue that all workspaces share."""

    def pairs(self, kind: Kind, most: int = 50) -> list[Pair]:
        """What looks like one, the strongest reason first; looks through the whole catalogue."""
        return rows_of(Pair, self._call("pairs", (kind, most)))

    def merges(self, before: UUID | None = None, most: int = 50) -> list[Merge]:
        """Merges that stand, newest first."""
        return rows_of(Merge, self._call("merges", (before, most)))

    def merge(self, kind: Kind, kept: UUID, gone: UUID, reason: str = "") -> Merged:
        """Let one stand for the other in every workspace: nothing is lost, and nobody pays for anything again.

        The outcome is ``done``, or why nothing was done: one of :data:`NOT_MERGED`.
        """
        [done] = rows_of(Merged, self._call("merge", (*self._who, kind, kept, gone, reason[:500])))
        return done

    def split(self, merge_id: UUID, reason: str = "") -> Merged:
        """Take a merge back; the outcome is ``done``, or why nothing was done: one of :data:`NOT_SPLIT`."""
        [done] = rows_of(Merged, self._call("split", (*self._who, merge_id, reason[:500])))
        return done
