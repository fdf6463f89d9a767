"""Which template is shown with which sample values, by the name it has in the preview."""

from __future__ import annotations

from typing import Any

from tests.look import samples as s

Shown = dict[str, tuple[str, dict[str, Any]]]

FRAME = {"shell": s.SHELL, "balance": s.BALANCE, "balance_every": 0}
FIND = FRAME | {
    "form": s.FORM,
    "errors": {},
    "options": s.OPTIONS,
    "sources": s.SOURCES,
    "prices": {"email": 1, "phone": 5},
    "estimate": s.ESTIMATE,
}
FRESH = FIND | {"form": s.FORM | {"filters": {}, "limit": 50}, "estimate": s.ESTIMATE | {"open": True}}
WRONG = FIND | {
    "form": s.FORM | {"limit": 1400},
    "estimate": s.SHORT,
    "errors": {"job_titles": "A job title has at most 120 characters.", "limit": "At most 10,000 leads at once."},
}
JOB = FRAME | {"job": s.JOB, "leads": s.LEADS[:8], "events": s.EVENTS, "earlier": 0}
LEADS = FRAME | s.TABLE

PAGES: Shown = {
    "find": ("find.html", FIND),
    "find/fresh": ("find.html", FRESH),
    "find/short": ("find.html", WRONG),
    "find/nobody": ("find.html", FIND | {"estimate": s.NOBODY}),
    "jobs": (
        "jobs.html",
        FRAME | {"jobs": s.JOBS, "tabs": s.JOB_TABS, "page": {"previous": None, "next": None}, "said": "1–5 of 5"},
    ),
    "jobs/none": (
        "jobs.html",
        FRAME | {"jobs": [], "tabs": s.JOB_TABS, "page": {"previous": None, "next": None}, "said": ""},
    ),
    "jobs/418": ("job.html", JOB),
    "jobs/done": ("job.html", JOB | {"job": s.DONE}),
    "jobs/failed": ("job.html", JOB | {"job": s.FAILED}),
    "jobs/start": (
        "job.html",
        JOB
        | {
            "job": s.JOB | {"done": 0, "percent": 0, "leads_count": 0, "checking": 0, "keeps": ""},
            "leads": [],
            "events": s.EVENTS[-1:],
        },
    ),
    "jobs/export": ("job.html", JOB | {"job": s.EXPORT_JOB}),
    "leads": ("leads.html", LEADS),
    "leads/8": ("leads.html", LEADS | {"lead": s.LEAD, "close_url": "/leads"}),
    "leads/nothing": ("leads.html", LEADS | {"leads": [], "said": "0 leads", "count": {"value": 0, "exact": True}}),
    "leads/none": (
        "leads.html",
        LEADS | {"shell": s.NEW_SHELL, "balance": {"available": 100, "held": 0}, "sources": s.SOURCES},
    ),
}

FRAGMENTS: Shown = {
    "find/estimate": ("find/_estimate.html", FIND),
    "find/suggest": (
        "find/_suggestions.html",
        {"facet": "industries", "suggestions": [{"value": "Software", "label": "Software", "note": "industry"}]},
    ),
    "credits/balance": ("_pulse.html", FRAME),
    "jobs/418/status": ("jobs/_status.html", JOB | {"every": 1}),
    "jobs/418/leads": ("jobs/_leads.html", JOB | {"every": 2}),
    "jobs/418/events": ("jobs/_events.html", JOB | {"every": 2}),
    "leads/8": ("leads/_panel.html", LEADS | {"lead": s.LEAD, "close_url": "/leads"}),
}
