"""Which filters a Clay workspace knows (``GET /search/filters-mode/fields``), and how it spells their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reachly.providers.reading import objects, text, texts


class Catalogue:
    """The filter fields of one workspace. Built from nothing, it allows every field and value."""

    def __init__(self, fields: Mapping[str, Any] | None = None) -> None:
        listed = objects(fields or {}, "fields")
        self._allowed = {name: texts(field, "allowed_values") for field in listed if (name := text(field, "name"))}

    def first(self, *names: str) -> str | None:
        """The first of ``names`` that the workspace knows, ``None`` when it knows none of them."""
        return next((name for name in names if not self._allowed or name in self._allowed), None)

    def allowed(self, name: str) -> Sequence[str]:
        """Every value of the field, where the workspace lists them."""
        return self._allowed.get(name, [])

    def spelled(self, name: str, values: Iterable[str]) -> list[str]:
        """``values`` as the field spells them.

        Where the workspace lists what it allows, a value it lacks can match nobody and falls away; one that differs
        by words only ("Engineering & Technical" for "engineering") finds its like.
        """
        allowed = self.allowed(name)
        if not allowed:
            return list(dict.fromkeys(values))
        exact = {_bare(known): known for known in allowed}
        found = [
            known
            for value in values
            for known in ([exact[_bare(value)]] if _bare(value) in exact else _alike(value, allowed))
        ]
        return list(dict.fromkeys(found))


def _bare(value: str) -> str:
    return re.sub(r"[^\w+]+", "", value.casefold().replace("&", "and"))


def _alike(value: str, allowed: Sequence[str]) -> list[str]:
    """Those with all the words of ``value``, else those made only of words of ``value``; numbers are never alike."""
    words = _words(value)
    if not words or any(character.isdigit() for character in value):
        return []
    return [known for known in allowed if words <= _words(known)] or [
        known for known in allowed if _words(known) and _words(known) <= words
    ]


def _words(value: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", value.casefold())) - {"and", "of", "the"}
