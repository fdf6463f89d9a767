"""Made-up profiles, and who is hidden."""

from __future__ import annotations

from typing import Any

from reachly.profiles.schedule import SCHEDULES, WEEKDAYS
from tests.look.samples.frame import ago


def _run(hours: float, found: int, **more: Any) -> dict[str, Any]:
    told = {"at": ago(hours=hours), "state": "Finished", "kind": "ok", "words": None, "job_id": "418", "found": found}
    told |= {"owned": 212, "spent": found, "open": False, "by_itself": True, "url": "/leads?job_id=418"}
    return told | more


REFUSED = _run(
    30, 0, state="Did not run", kind="warn", job_id=None, owned=0, url=None,
    words="It may cost up to 200 credits and 14 are available.",
)  # fmt: skip
PROFILE: dict[str, Any] = {
    "id": "p1",
    "name": "Logistics in the Nordics",
    "chips": [
        {"of": "Industry", "label": "Logistics & supply chain"},
        {"of": "Title", "label": "Head of operations"},
        {"of": "Location", "label": "Norway"},
        {"of": "Location", "label": "Sweden"},
        {"of": "Seniority", "label": "Director"},
        {"of": "Not keyword", "label": "agency"},
    ],
    "limit": 200,
    "reveal": "e-mail",
    "when": "Every Monday at 07:00, Europe/Oslo",
    "scheduled": True,
    "paused": False,
    "next": ago(hours=-41),
    "last": _run(6, 38),
    "brought": 412,
    "spent": 412,
    "owner": "Amara Osei",
    "created_at": ago(hours=900),
    "credits": 200,
    "problem": None,
    "key": "k1",
    "busy": False,
}
PROFILES = [
    PROFILE,
    PROFILE | {"id": "p2", "name": "Software, top", "paused": True, "next": None, "last": REFUSED},
    PROFILE
    | {"id": "p3", "name": "A name that is as long as names may be, so that it has to be cut somewhere", "busy": True},
    PROFILE
    | {"id": "p4", "name": "Never run", "scheduled": False, "when": "Only when asked", "next": None, "last": None}
    | {"brought": 0, "spent": 0, "problem": "Its credit limit is reached."},
]
FORM = {
    "name": "Logistics in the Nordics",
    "schedule": "weekly",
    "weekday": 1,
    "hour": 7,
    "time_zone": "Europe/Oslo",
    "run_credits": 200,
    "month_credits": "",
    "list_id": "l1",
    "notify": True,
    "paused": False,
}
ONE: dict[str, Any] = {
    "profile": PROFILE,
    "runs": [_run(6, 38), REFUSED, _run(174, 61, by_itself=False)],
    "form": FORM,
    "errors": {},
    "lists": [("l1", "DACH carriers")],
    "schedules": SCHEDULES,
    "weekdays": list(enumerate(WEEKDAYS, 1)),
    "zones": ["UTC", "Europe/Oslo"],
}
TABS = [
    {"label": "People", "url": "/hidden?of=people", "here": True, "count": "2"},
    {"label": "Companies", "url": "/hidden?of=companies", "here": False, "count": "1"},
]
_WHY = {"reason": "A customer already", "by": "Amara Osei", "created_at": ago(hours=30)}
PEOPLE = [
    {"contact_id": "c1", "name": "Ingrid Solheim", "title": "Head of operations", "company": "Northgate"} | _WHY,
    {"contact_id": "c2", "name": "Jonas Lindqvist", "title": None, "company": None} | _WHY | {"reason": ""},
]
COMPANIES = [{"id": "h1", "name": "Northgate Freight", "domain": "northgate.example", "leads": 41} | _WHY]
HIDDEN: dict[str, Any] = {
    "hidden": PEOPLE,
    "of": "people",
    "tabs": TABS,
    "number": 2,
    "query": {"q": ""},
    "typed": "",
    "errors": {},
}
AT_COMPANIES = HIDDEN | {"hidden": COMPANIES, "of": "companies", "number": 1}
QUESTION = {"count": 24, "companies": 9, "pairs": [("ids", "1")]}
