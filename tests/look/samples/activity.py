"""Made-up acts of a team."""

from __future__ import annotations

from typing import Any

from tests.look.samples.frame import ago


def _act(number: int, who: str, did: str, hours: float, **more: Any) -> dict[str, Any]:
    told = {"url": None, "undone": False, "undoable": False, "until": None}
    return {"id": str(number), "who": who, "did": did, "at": ago(hours=hours)} | told | more


FEED: dict[str, Any] = {
    "days": [
        {
            "name": "Today",
            "acts": [
                _act(1, "Amara Osei", "Deleted 24 leads", 0.05, undoable=True, until=ago(hours=-0.1)),
                _act(2, "Jonas Lindqvist", "Added 312 leads to “DACH carriers”", 1, url="/lists/1"),
                _act(3, "Amara Osei", "Tagged 8 leads: “Warm”", 2, undone=True),
            ],
        },
        {
            "name": "Friday, 20 November 2026",
            "acts": [_act(4, "Reachly", "Unlocked fields of 41 leads", 50, url="/jobs/418")],
        },
    ],
    "page": {"previous": None, "next": "/activity?after=4"},
    "said": "4 acts",
    "narrowed": False,
    "lead": None,
    "query": {"by": "", "kind": "", "lead": "", "since": "", "until": ""},
    "kinds": [("leads", "Leads"), ("list", "Lists")],
    "people": [("1", "Amara Osei"), ("2", "Jonas Lindqvist")],
}
NONE = FEED | {"days": [], "page": {"previous": None, "next": None}}
