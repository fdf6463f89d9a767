"""What a check of the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One fact, how bad it is, and what to do about it."""

    level: Literal["ok", "warn", "fail"]
    words: str
    remedy: str = ""


def ok(words: str) -> Finding:
    """All is well."""
    return Finding("ok", words)


def warn(words: str, remedy: str) -> Finding:
    """It works, with something to know."""
    return Finding("warn", words, remedy)


def fail(words: str, remedy: str) -> Finding:
    """It does not work until this is done."""
    return Finding("fail", words, remedy)
