"""Jobs in every state, and what they brought."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.look.samples.frame import NOW, ago

JOB: dict[str, Any] = {
    "id": "418",
    "short": "Job 418",
    "title": "Software and logistics, northern Europe",
    "kind": "generate_leads",
    "status": "running",
    "status_text": None,
    "open": True,
    "by": "Amara Osei",
    "created_at": ago(minutes=4),
    "started_at": ago(minutes=4),
    "finished_at": None,
    "left": "about 3 min left",
    "done": 128,
    "total": 200,
    "percent": 64,
    "noun": "leads found",
    "checking": 22,
    "sources": [
        {"label": "Lusha", "state": "Running", "kind": "active", "found": 97, "misses": 12, "owned": 6, "credits": 97},
        {
            "label": "Clay",
            "state": "Paused until 14:32",
            "kind": "warn",
            "found": 31,
            "misses": 5,
            "owned": 3,
            "credits": 31,
            "why": "Clay asked us to slow down.",
            "todo": "It goes on by itself at 14:32.",
        },
    ],
    "credits": {"held_at_start": 200, "spent": 128, "back": 72},
    "summary": None,
    "error": None,
    "cancel_requested": False,
    "can_retry": False,
    "keeps": "128 leads",
    "leads_url": "/leads?job_id=418",
    "export_url": "/exports/new?job_id=418",
    "again_url": "/find?industries=Software&limit=2400",
    "import_url": None,
    "leads_count": 128,
    "download": None,
    "idempotency_key": "a1",
    "goes_on_from": {"url": "/jobs/412", "label": "Job 412"},
    "went_on_as": None,
}
DONE = JOB | {
    "status": "succeeded",
    "open": False,
    "finished_at": ago(minutes=1),
    "done": 162,
    "percent": 81,
    "leads_count": 162,
    "checking": 0,
    "credits": {"held_at_start": 200, "spent": 162, "back": 38},
    "summary": "162 leads found. There were no more to be had, so 38 credits came back.",
    "sources": [
        JOB["sources"][0] | {"state": "Finished", "kind": "ok"},
        JOB["sources"][1] | {"state": "Finished", "kind": "ok", "found": 65, "why": None},
    ],
}
FAILED = JOB | {
    "status": "failed",
    "open": False,
    "finished_at": ago(minutes=1),
    "can_retry": True,
    "checking": 0,
    "error": {
        "message": "Both sources stopped before the number was reached; the 128 leads found are yours.",
        "todo": "Put in a working key under Sources, then go on from here.",
    },
    "sources": [
        JOB["sources"][0]
        | {
            "state": "Key refused",
            "kind": "error",
            "why": "Lusha refused our key (401).",
            "todo": "Check the key under Sources.",
        },
        JOB["sources"][1]
        | {
            "state": "Out of credits",
            "kind": "error",
            "why": "The account at Clay has no credits left.",
            "todo": "Top it up there.",
        },
    ],
}
EXPORT_JOB = JOB | {
    "id": "420",
    "short": "Job 420",
    "title": "Export of 1,240 leads",
    "kind": "export_leads",
    "status": "succeeded",
    "open": False,
    "done": 1240,
    "total": 1240,
    "percent": 100,
    "noun": "rows written",
    "sources": [],
    "credits": {"held_at_start": 0, "spent": 0, "back": 0},
    "keeps": "",
    "finished_at": ago(minutes=3),
    "download": {"url": "/exports/7/download", "rows": 1240, "bytes": 210_400, "expires_at": NOW + timedelta(days=7)},
}
EVENTS = [
    {"at": ago(minutes=minutes), "text": text, "more": more, "kind": kind, "loud": loud}
    for minutes, text, more, kind, loud in (
        (1, "Clay asked us to slow down, resuming 14:32", None, "warn", True),
        (1, "Lusha sent page 4 of about 6", "22 new, 2 misses, misses not charged", "neutral", False),
        (2, "100 leads found", "Ready to open while the rest arrives", "ok", True),
        (3, "Clay started", "Lusha keeps running beside it", "neutral", False),
        (4, "Lusha started", None, "neutral", False),
        (4, "200 credits held", "1,368 stayed available", "active", True),
        (4, "Amara Osei started the job", None, "neutral", False),
    )
]
ATTEMPTS: dict[str, Any] = {
    "count": 4,
    "notes": "1 crash · 2 waits · 1 lost call",
    "now": {"why": "Waiting: Clay asked us to slow down.", "until": NOW + timedelta(minutes=3)},
    "taken": [
        {"number": number, "worker": worker, "at": ago(minutes=minutes), "why": why, "kind": kind, "until": None}
        for number, worker, minutes, why, kind in (
            (4, "worker-2:412", 1, "Woke after a wait: Clay asked us to slow down.", "neutral"),
            (
                3,
                "worker-2:412",
                2,
                "Took over: worker-1:77 stopped answering, its lease had run out 2 s before",
                "warn",
            ),
            (2, "worker-1:77", 3, "Taken up again: worker-1:31 was shut down and handed it back", "neutral"),
            (1, "worker-1:31", 4, "Taken up for the first time", "neutral"),
        )
    ],
    "earlier": 0,
    "calls": [
        {"what": "Lusha, enrich", "at": ago(minutes=2), "attempt": 2, "said": "Asked again, which costs nothing."}
    ],
}
JOBS = [
    JOB,
    JOB
    | {
        "id": "419",
        "short": "Job 419",
        "title": "Polish carriers",
        "status": "queued",
        "done": 0,
        "total": 128,
        "credits": {"held_at_start": 128, "spent": 0, "back": 128},
    },
    EXPORT_JOB,
    DONE | {"id": "417", "short": "Job 417", "title": "Benelux CTOs"},
    FAILED | {"id": "416", "short": "Job 416", "title": "Nordic fintech, heads of risk"},
]
JOB_TABS = [
    {"label": "All", "url": "/jobs", "here": True, "count": 41},
    {"label": "Open", "url": "/jobs?state=open", "here": False, "count": 2},
    {"label": "Finished", "url": "/jobs?state=finished", "here": False, "count": 36},
    {"label": "Failed", "url": "/jobs?state=failed", "here": False, "count": 3},
]
CHOICE: dict[str, Any] = {
    "query": {
        "state": "",
        "q": "nordic",
        "kind": "generate_leads",
        "by": "",
        "since": "2026-11-01",
        "until": "",
        "problems": "yes",
        "sort": "newest",
    },
    "narrowed": True,
    "kinds": (("generate_leads", "Find leads"), ("export_leads", "Export")),
    "orders": (("newest", "Newest first"), ("credits", "Most credits first")),
    "people": [("1", "Amara Osei"), ("2", "Tomás Ferreira")],
}
START = JOB | {"done": 0, "percent": 0, "leads_count": 0, "checking": 0, "keeps": ""}
