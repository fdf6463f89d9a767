"""A search half described, and what it would cost in several cases."""

from __future__ import annotations

from typing import Any

from reachly import vocabulary
from tests.look.samples.frame import ago

OPTIONS = {
    "company_sizes": vocabulary.COMPANY_SIZES,
    "seniorities": vocabulary.SENIORITIES,
    "departments": vocabulary.DEPARTMENTS,
}
FORM: dict[str, Any] = {
    "filters": {
        "industries": ["Software", "Logistics"],
        "job_titles": ["Head of operations", "Supply chain director", "VP engineering"],
        "locations": ["Germany", "Netherlands", "Norway", "Poland"],
        "company_sizes": ["51-200", "201-500", "501-1000"],
        "seniorities": ["c_level", "vp", "head", "director"],
        "exclude_job_titles": ["Intern"],
        "exclude_company_domains": ["northgate.example"],
        "exclude_company_sizes": ["10001+"],
    },
    "limit": 200,
    "wanted": 200,
    "limit_max": 10000,
    "reveal": ["email"],
    "name": "",
    "max_credits": None,
    "idempotency_key": "6d3f",
}
SOURCES = [
    {
        "name": "lusha",
        "label": "Lusha",
        "detail": "Connected, about 1,702 match",
        "state": "Ready",
        "kind": "ok",
        "price": "1 per lead",
        "on": True,
        "usable": True,
    },
    {
        "name": "clay",
        "label": "Clay",
        "detail": "Resumes by itself, about 562 match",
        "state": "Rate-limited until 14:32",
        "kind": "warn",
        "price": "1 per lead",
        "on": True,
        "usable": True,
    },
]
ESTIMATE: dict[str, Any] = {
    "open": False,
    "matches": {"value": 2412, "exact": False},
    "owned": 312,
    "held": {"value": 298, "exact": True, "url": "/catalogue?industries=Software&owned=false"},
    "wanted": 200,
    "left": 1900,
    "sources": [
        {"label": "Lusha", "matches": 1702, "price": "1 each", "note": "", "kind": "ok"},
        {"label": "Clay", "matches": None, "price": "1 each", "note": "from 14:32", "kind": "warn"},
    ],
    "credits_max": 200,
    "available": 1240,
    "short_by": 0,
    "affordable": 200,
    "fewer": False,
    "go": {"ready": True, "says": "Find 200 leads", "priced": True},
    "at": ago(seconds=4),
    "problems": [],
}
SHORT = ESTIMATE | {
    "credits_max": 1400,
    "short_by": 160,
    "affordable": 1240,
    "wanted": 1400,
    "left": 700,
    "go": {"ready": False, "says": "Find 1,400 leads", "priced": True},
}
NOBODY = ESTIMATE | {
    "matches": {"value": 0, "exact": True},
    "owned": 0,
    "wanted": 0,
    "left": 0,
    "credits_max": 200,
    "go": {"ready": False, "says": "Nobody to find", "priced": False},
}
