"""The part of the desk that is about the catalogue: what looks like a duplicate, making two rows one, and two again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from reachly.oversight.asking import Asking, rows_of

Kind = Literal["contact", "organization"]


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

        The outcome is ``done``, or why nothing was done: ``gone``, ``merged``, ``busy``, ``domain``.
        """
        [done] = rows_of(Merged, self._call("merge", (*self._who, kind, kept, gone, reason[:500])))
        return done

    def split(self, merge_id: UUID, reason: str = "") -> Merged:
        """Take a merge back; the outcome is ``done``, ``gone`` (there is none any more) or ``later``."""
        [done] = rows_of(Merged, self._call("split", (*self._who, merge_id, reason[:500])))
        return done
