"""The figures of the operators' overview: what the database told, and beside it queues, providers and stores."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from jobs.standing import Standing, standing
from reachly import storage
from reachly.cache import shared
from reachly.providers.registry import PROVIDERS, breaker_state, config_for
from reachly.settings import settings
from reachly.web.jobs.attempts import short
from reachly.web.jobs.words import label

PATIENCE = 2.0
BREAKERS = {
    "closed": ("Asked as usual", "ok"),
    "open": ("Left alone", "error"),
    "half_open": ("Being tried out", "warn"),
}
ON_TIME = 3.0
"""The sweep comes every second; a job that was due for longer than this and never sent shows that nobody sweeps."""


def overview(told: dict[str, Any]) -> dict[str, Any]:
    """What ``operations/_overview.html`` needs."""
    queues = standing()
    late = told["sweep_late_s"]
    return {
        "figures": {name: told[name] for name in ("open", "stuck", "waiting", "unknown", "held")},
        "queues": [_queue(one, queues) for one in told["queues"]],
        "oldest_due_at": _at(told["oldest_due_at"]),
        "sweep": {"late": round(late), "word": "On time" if late < ON_TIME else f"{late:,.0f} s late"}
        | {"kind": "ok" if late < ON_TIME else "error"},
        "processes": queues.processes if queues else None,
        "workers": [
            {"name": short(one["worker"]), "jobs": one["jobs"], "until": _at(one["lease_until"])}
            for one in told["workers"]
        ],
        "ended": [(status, told["ended"].get(status, 0)) for status in ("succeeded", "failed", "cancelled")],
        "providers": _providers({one["provider"]: one for one in told["providers"]}),
        "stores": [
            _store("PostgreSQL", True),
            _store("Redis", queues is not None, "jobs start a little late"),
            _store("Storage", _storage_answers(), "exports wait"),
        ],
    }


def _queue(one: dict[str, Any], queues: Standing | None) -> dict[str, Any]:
    messages = queues.messages.get(one["queue"]) if queues else None
    return {**one, "oldest": _at(one["oldest"]), "messages": messages}


def _providers(calls: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Every provider this server has a key for, or that was asked lately."""
    found = []
    for name in sorted({*PROVIDERS, *calls}):
        config = config_for(name, settings()) if name in PROVIDERS else None
        if config is None and name not in calls:
            continue
        breaker = breaker_state(config, shared()) if config else None
        word, kind = BREAKERS[breaker.state] if breaker else ("Workspaces' own keys", "neutral")
        lately = calls.get(name, {})
        found.append(
            {
                "label": label(name),
                "word": word,
                "kind": kind,
                "until": breaker.until if breaker and breaker.state == "open" else None,
                "error": breaker.last_error if breaker and breaker.state != "closed" else None,
                "calls": lately.get("calls", 0),
                "failed": lately.get("failed", 0),
                "unknown": lately.get("unknown", 0),
                "median_ms": lately.get("median_ms"),
            }
        )
    return found


def _store(name: str, answers: bool, without: str = "") -> dict[str, str]:
    word, kind = ("Answers", "ok") if answers else ("Away", "error")
    return {"name": name, "word": word, "kind": kind, "more": "" if answers else without}


def _storage_answers() -> bool:
    """Whether the storage answers soon; a bucket that hangs must not hang the page."""
    told: list[bool] = []
    asked = threading.Thread(target=lambda: told.append(_ask_storage()), name="storage-look", daemon=True)
    asked.start()
    asked.join(PATIENCE)
    return bool(told and told[0])


def _ask_storage() -> bool:
    try:
        storage.size("operations/no-such-file")
    except storage.NoSuchFile:
        return True
    except (storage.StorageAway, ValueError):
        return False
    return True


def _at(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
