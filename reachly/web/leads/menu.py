"""The filters that can be added, each with the values that the workspace's leads have."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_login import current_user

from reachly.leads import Counted, LeadQuery, facets
from reachly.web.leads.address import FILTERS, FLAGS, WORDS, label
from reachly.web.leads.desk import workspace_tags

MOST_OPTIONS = 60
KEPT_SECONDS = 10.0
MOST_KEPT = 500

Facets = dict[str, list[tuple[str, Counted]]]
Asker = tuple[UUID, UUID, LeadQuery]
_lock = threading.Lock()
_kept: dict[Asker, tuple[float, Facets]] = {}


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
    """The values, at most a few seconds old: counting them reads many leads."""
    now = time.monotonic()
    asker = current_user.workspace_id, current_user.user_id, query
    with _lock:
        at, found = _kept.get(asker, (0.0, {}))
    if found and now - at < KEPT_SECONDS:
        return found
    found = facets(*asker, MOST_OPTIONS)
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[asker] = (now, found)
    return found
