"""How a program wants its answer: what ``Prefer``, ``Range`` and ``Accept`` say, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reachly.rest.refused import Refused

_KNOWN = {
    "return": ("representation", "minimal", "headers-only"),
    "count": ("exact", "planned", "estimated"),
    "resolution": ("merge-duplicates", "ignore-duplicates"),
    "missing": ("default", "null"),
    "handling": ("strict", "lenient"),
}
_RANGE = re.compile(r"(?:items=)?\s*(\d{1,18})\s*-\s*(\d{0,18})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wishes:
    """``returns`` is one of ``representation``, ``minimal`` and ``headers-only``; ``first`` to ``last`` are rows."""

    returns: str = "minimal"
    count: bool = False
    single: bool = False
    resolution: str = ""
    missing: str = "null"
    most_affected: int | None = None
    first: int = 0
    last: int | None = None
    applied: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, prefer: str, range_: str | None = None, single: bool = False) -> Wishes:
        """Read the headers; what is not known is passed over, unless ``handling=strict``."""
        given: dict[str, str] = {}
        unknown = []
        for part in prefer.split(","):
            key, _, value = (side.strip().lower() for side in part.partition("="))
            if value in _KNOWN.get(key, ()) or (key == "max-affected" and re.fullmatch(r"\d{1,9}", value, re.ASCII)):
                given.setdefault(key, value)
            elif key:
                unknown.append(part.strip())
        strict = given.get("handling") == "strict"
        if strict and unknown:
            raise Refused(
                400,
                "PGRST122",
                "Invalid preferences given with handling=strict",
                f"Invalid preferences: {', '.join(unknown)[:200]}",
            )
        first, last = _range(range_)
        return cls(
            returns=given.get("return", "minimal"),
            count="count" in given,
            single=single,
            resolution=given.get("resolution", ""),
            missing=given.get("missing", "null"),
            most_affected=int(given["max-affected"]) if strict and "max-affected" in given else None,
            first=first,
            last=last,
            applied=tuple(f"{key}={value}" for key, value in given.items() if strict or key != "max-affected"),
        )


def _range(text: str | None) -> tuple[int, int | None]:
    """First and last row of a Range header; a header of another kind is passed over, as RFC 9110 wants it."""
    found = _RANGE.fullmatch(text.strip()) if text else None
    if found is None:
        return 0, None
    first, last = int(found[1]), int(found[2]) if found[2] else None
    if last is not None and last < first:
        raise Refused(
            416,
            "PGRST103",
            "Requested range not satisfiable",
            "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
        )
    return first, last
