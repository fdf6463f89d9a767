"""What is wrong with what a person typed."""

from __future__ import annotations

from collections.abc import Mapping


class Invalid(Exception):
    """Some fields cannot be taken as they are; nothing was written. ``errors`` has a sentence per field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors.items()))
        self.errors = dict(errors)
