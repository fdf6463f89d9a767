"""Where a provider's word lists are kept between calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Cached = Callable[[str, Callable[[], Any]], Any]
"""Called with a key and a function that fetches: gives back what is kept under the key, else fetches and keeps it.

What is kept is plain JSON. When fetching raises, nothing is kept and the exception goes on.
"""


def remember_here() -> Cached:
    """A store of its own that lives as long as its holder."""
    kept: dict[str, Any] = {}

    def cached(key: str, fetch: Callable[[], Any]) -> Any:
        if key not in kept:
            kept[key] = fetch()
        return kept[key]

    return cached
