"""What somebody gave in an address, a form or a JSON object, read field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any


def read(
    names: Iterable[str], args: Mapping[str, Any], value_of: Callable[[str, list[str]], Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of the fields that something was given for, and a message for each that could not be read.

    ``value_of`` is called with a field's name and the words given for it, and raises ``ValueError`` with the message.
    Names that are not asked for are passed over, and so is what is empty.
    """
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in names:
        if given := _words(args, name):
            try:
                found[name] = value_of(name, given)
            except ValueError as error:
                errors[name] = str(error)
    return found, errors


def word(value: Any) -> str:
    """One value as an address has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value).strip()


def _words(args: Mapping[str, Any], name: str) -> list[str]:
    getlist = getattr(args, "getlist", None)
    value = getlist(name) if getlist else args.get(name)
    items = value if isinstance(value, list | tuple) else [value]
    return [text for item in items if item is not None and (text := word(item))]
