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
        """``values`` as the field spells them; one that it does not list stays as it is, for Clay to judge."""
        known = {_bare(value): value for value in self.allowed(name)}
        return list(dict.fromkeys(known.get(_bare(value), value) for value in values))


def _bare(value: str) -> str:
    return re.sub(r"[^a-z0-9+]+", "", value.casefold().replace("&", "and"))
