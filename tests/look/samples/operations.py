"""What operators see on a bad day, and on a quiet one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.look.samples.frame import NOW, ago

TABS = [
    {"label": "Overview", "url": "/operations", "here": True, "count": None},
    {"label": "Stuck", "url": "/operations/stuck", "here": False, "count": 2},
    {"label": "Waiting", "url": "/operations/waiting", "here": False, "count": 14},
    {"label": "Unknown", "url": "/operations/unknown", "here": False, "count": 3},
    {"label": "Record", "url": "/operations/record", "here": False, "count": None},
]
OVERVIEW: dict[str, Any] = {
    "figures": {"open": 218, "stuck": 2, "waiting": 14, "unknown": 3, "held": 41_200},
    "sweep": {"late": 0, "word": "On time", "kind": "ok"},
    "oldest_due_at": ago(seconds=40),
    "queues": [
        {
            "queue": name,
            "queued": many,
            "running": 8,
            "waiting": 7,
            "parked": 2,
            "oldest": ago(seconds=9),
            "messages": many,
        }
        for name, many in (("interactive", 3), ("bulk", 185))
    ],
    "processes": 2,
    "workers": [{"name": f"worker-{n}:412", "jobs": 8, "until": NOW + timedelta(seconds=20)} for n in (1, 2)],
    "ended": [("succeeded", 1204), ("failed", 3), ("cancelled", 11)],
    "providers": [
        {
            "label": "Clay",
            "word": "Left alone",
            "kind": "error",
            "until": NOW + timedelta(seconds=18),
            "error": "Clay answered 503.",
            "calls": 310,
            "failed": 12,
            "unknown": 1,
            "median_ms": 840,
        },
        {
            "label": "Lusha",
            "word": "Asked as usual",
            "kind": "ok",
            "until": None,
            "error": None,
            "calls": 2210,
            "failed": 0,
            "unknown": 0,
            "median_ms": 312,
        },
    ],
    "stores": [
        {"name": "PostgreSQL", "word": "Answers", "kind": "ok", "more": ""},
        {"name": "Redis", "word": "Away", "kind": "error", "more": "jobs start a little late"},
        {"name": "Storage", "word": "Answers", "kind": "ok", "more": ""},
    ],
}
QUIET = OVERVIEW | {
    "figures": {"open": 0, "stuck": 0, "waiting": 0, "unknown": 0, "held": 0},
    "oldest_due_at": None,
    "queues": [],
    "processes": None,
    "workers": [],
    "providers": [],
}
JOBS: list[dict[str, Any]] = [
    {
        "pick": f"01a2-{number}:3",
        "title": f"Job {number}",
        "workspace": workspace,
        "kind": "Find leads",
        "queue": "interactive",
        "status": status,
        "why": [{"word": word, "title": "Its lease ran out", "kind": kind}],
        "reason": "Clay asked us to slow down.",
        "until": NOW + timedelta(minutes=4),
        "attempt": 3,
        "crashes": 2,
        "waits": 1,
        "worker": "worker-1:412",
        "created_at": ago(minutes=40),
        "done": 128,
        "total": 200,
        "keeps": "128 leads",
        "back": 72,
        "last_event": "Another worker took over",
        "last_event_at": ago(minutes=6),
    }
    for number, workspace, status, word, kind in (
        (418, "Halden Growth", "running", "Worker gone", "error"),
        (12, "A team with quite a long name of its own", "waiting", "Not woken", "error"),
    )
]
CALL: dict[str, Any] = {
    "id": "01a2-7",
    "provider": "Lusha",
    "operation": "enrich contacts",
    "workspace": "Halden Growth",
    "job": "Job 418",
    "job_status": "running",
    "attempt": 2,
    "repeat": "Asking again is paid again",
    "cost": "up to 25 credits there",
    "error": None,
    "at": ago(minutes=12),
    "looked_at": None,
    "note": None,
}
UNKNOWN = {"looked": False, "calls": [CALL, CALL | {"id": "01a2-8", "error": "provider_busy: the line was cut"}]}
LOOKED = {"looked": True, "calls": [CALL | {"looked_at": ago(minutes=2), "note": "Lusha's log has no such request."}]}
ACTS = [
    {
        "at": ago(minutes=3),
        "who": who,
        "act": act,
        "kind": kind,
        "job": "Job 418",
        "workspace": "Halden Growth",
        "detail": "128 leads kept, 72 credits back",
        "reason": "The provider closed its account",
    }
    for who, act, kind in (("olga@reachly.example", "Given up", "error"), ("Command line", "Tried again", "active"))
]
RELEASE = {"jobs": JOBS, "gone": 1, "back": "/operations/stuck", "wrong": "Say why."}

MAILS = [
    {
        "at": ago(minutes=20),
        "kind": "invitations.invite",
        "domain": "nordlicht.example",
        "status": status,
        "attempts": attempts,
        "due_at": ago(minutes=-4),
        "error": error,
    }
    for status, attempts, error in (
        ("queued", 3, "TimeoutError: timed out"),
        ("failed", 1, "550 …@nordlicht.example unknown"),
    )
]
