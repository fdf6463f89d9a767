"""Our industries in Lusha's words, with the help of its own catalogue where that can be had."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reachly.providers.reading import objects, text, whole


class Industries:
    """Lusha's industries: main ones and, below each, finer ones, all with a number.

    An unknown label brings no rows rather than an error, so names are spelled as the catalogue spells them. Built
    without a catalogue, it passes every name on as it is.
    """

    def __init__(self, catalogue: Sequence[Mapping[str, Any]] = ()) -> None:
        self._main: dict[str, int] = {}
        self._fine: dict[str, int] = {}
        self._spelled: dict[str, str] = {}
        for entry in catalogue:
            self._add(self._main, text(entry, "main_industry"), whole(entry, "main_industry_id"))
            for fine in objects(entry, "sub_industries"):
                self._add(self._fine, text(fine, "value"), whole(fine, "id"))

    def _add(self, known: dict[str, int], label: str | None, number: int | None) -> None:
        if label and number is not None:
            known.setdefault(label.casefold(), number)
            self._spelled.setdefault(label.casefold(), label)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, main industries first."""
        keys = [*self._main, *(key for key in self._fine if key not in self._main)]
        return tuple(self._spelled[key] for key in keys)

    def criteria(self, names: Sequence[str]) -> dict[str, Any]:
        """The one filter that says ``names``: numbers where all are main or all are finer industries, else labels.

        Only ever one of the three, because two filters narrow each other while values within one are alternatives.
        """
        keys = list(dict.fromkeys(key for name in names for key in self._keys(name)))
        if not keys:
            return {}
        if all(key in self._main for key in keys):
            return {"mainIndustriesIds": [self._main[key] for key in keys]}
        if all(key in self._fine for key in keys):
            return {"subIndustriesIds": [self._fine[key] for key in keys]}
        typed = {name.casefold(): name for name in names}
        return {"industriesLabels": [self._spelled.get(key) or typed[key] for key in keys]}

    def _keys(self, name: str) -> list[str]:
        """The catalogue's keys for ``name``: itself, else those that hold all its words, else ``name`` unchanged."""
        key = name.casefold()
        if key in self._spelled:
            return [key]
        words = _words(key)
        alike = [known for known in self._main if words <= _words(known)] if words else []
        alike = alike or ([known for known in self._fine if words <= _words(known)] if words else [])
        return alike or [key]


def _words(label: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", label))
