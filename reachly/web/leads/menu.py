"""The filters that can be added, each with the values that the workspace's leads have."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from reachly.leads import Counted, LeadQuery, count, facets
from reachly.web.leads.address import FILTERS, FLAGS, WORDS, label
from reachly.web.leads.desk import workspace_tags
from reachly.web.session import me

MOST_OPTIONS = 60
KEPT_SECONDS = 10.0
MOST_KEPT = 500

Facets = dict[str, list[tuple[str, Counted]]]
Asker = tuple[UUID, UUID, LeadQuery]
Kept = TypeVar("Kept", Facets, Counted)
_lock = threading.Lock()
_facets_kept: dict[Asker, tuple[float, Facets]] = {}
_counts_kept: dict[Asker, tuple[float, Counted]] = {}


def menu(query: LeadQuery) -> list[dict[str, Any]]:
    """What `leads/_chips.html` offers beside the query's filters; one that no lead has a value for is left out."""
    found = _facets(replace(query, sort="newest"))
    shown: list[dict[str, Any]] = [
        {"name": name, "label": words, "options": [_option(name, *each) for each in found[name]]}
        for name, words in FILTERS.items()
        if found[name]
    ]
    if tags := workspace_tags():
        shown.append(
            {"name": "tag", "label": "Tag", "options": [{"value": tag.name, "label": tag.name} for tag in tags]}
        )
    shown += [{"name": name, "label": WORDS[name], "options": None} for name in ("job_title", "location")]
    for name, (words, values) in FLAGS.items():
        options = [{"value": "true" if flag else "false", "label": said} for flag, said in values.items()]
        shown.append({"name": name, "label": words, "options": options})
    return shown


def _option(name: str, value: str, number: Counted) -> dict[str, str]:
    return {"value": value, "label": f"{label(name, value)} ({number})"}


def _facets(query: LeadQuery) -> Facets:
    return _recent(_facets_kept, query, lambda asker: facets(*asker, MOST_OPTIONS))


def few_seconds_old(query: LeadQuery) -> Counted:
    """How many leads match, as it was a few seconds ago at the latest."""
    return _recent(_counts_kept, query, lambda asker: count(*asker))


def _recent(kept: dict[Asker, tuple[float, Kept]], query: LeadQuery, ask: Callable[[Asker], Kept]) -> Kept:
    """What was asked a few seconds ago at the latest: counting reads many leads."""
    now = time.monotonic()
    asker = *me(), query
    with _lock:
        known = kept.get(asker)
    if known and now - known[0] < KEPT_SECONDS:
        return known[1]
    found = ask(asker)
    with _lock:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[asker] = (now, found)
    return found
