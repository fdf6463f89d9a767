"""Deletes export files whose time has come."""

from __future__ import annotations


def expire() -> int:
    """Delete expired files and return how many those were."""
    return 0
