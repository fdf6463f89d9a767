"""Made-up lists, and who is on one."""

from __future__ import annotations

from typing import Any

from tests.look.samples.frame import ago
from tests.look.samples.leads import LEADS

VISIBILITIES = {"team": "Team", "personal": "Only me"}
EDITINGS = {"team": "Everybody who may write", "owner": "Its owner, and who runs the workspace"}


def _list(at: int, name: str, leads: int, **more: Any) -> dict[str, Any]:
    told = {
        "id": f"l{at}",
        "url": f"/lists/l{at}",
        "name": name,
        "description": "Whom to meet in Rotterdam" if at == 1 else "",
        "visibility": "team",
        "editing": "team",
        "personal": False,
        "owner": "Amara Osei",
        "mine": at != 2,
        "editable": True,
        "guests": 2 if at == 1 else 0,
        "count": {"value": leads, "exact": leads < 1000},
        "created_at": ago(days=at * 3),
        "updated_at": ago(hours=at * 5),
    }
    return told | more


LISTS = [
    _list(1, "Autumn fair", 240),
    _list(2, "Logistics, Nordics", 1000, owner="Jonas Lind", editing="owner", editable=False),
    _list(3, "Call on Friday", 12, visibility="personal", personal=True),
]
SHARED = [
    {
        "id": "s1",
        "name": "Partners in Benelux",
        "description": "For the joint webinar",
        "role": "editor",
        "by": "Femke de Boer",
        "workspace": "Polder Sales",
        "count": {"value": 87, "exact": True},
        "expires_at": ago(days=-20),
        "updated_at": ago(hours=2),
    }
]
NOTES = ["Knows Eva from the port", "", "Asked to be called after the budget round, which ends in March", "", "Warm"]
TAGS: list[list[str]] = [["hot", "EU"], [], ["later"], [], ["hot"]]
ROWS = [
    lead | {"contact_id": f"c{at}", "note": NOTES[at % 5], "tags": TAGS[at % 5]} for at, lead in enumerate(LEADS[:12])
]
TABLE = {
    "list": LISTS[0],
    "rows": ROWS,
    "count": LISTS[0]["count"],
    "said": "1–12 of 240",
    "page": {"previous": None, "next": "/lists/l1?after=x"},
}
FORM = {"name": "", "description": "", "visibility": "team", "editing": "team"}
EDIT = {
    "list": None,
    "form": FORM,
    "errors": {"name": "Give the list a name."},
    "idempotency_key": "k",
    "visibilities": VISIBILITIES,
    "editings": EDITINGS,
}
ADD = {
    "count": 24,
    "pairs": [("ids", "1")],
    "choices": LISTS,
    "form": {"list": "l1", "name": "", "visibility": "team"},
    "errors": {},
    "visibilities": VISIBILITIES,
    "idempotency_key": "k",
    "back": "/leads",
}
COMBINE = {
    "choices": LISTS,
    "form": FORM | {"how": "union", "first": "l1", "lists": ["l2"]},
    "hows": {"union": "On any of them", "intersect": "On all of them", "difference": "On the first alone"},
    "errors": {},
    "visibilities": VISIBILITIES,
}
TAG = {
    "list": LISTS[0],
    "count": 24,
    "pairs": [("ids", "1")],
    "form": {"add": "", "drop": ""},
    "known": ["hot"],
    "errors": {},
}

SHARING = {
    "list": LISTS[0],
    "guests": [
        {"user_id": "u1", "email": "eva@port.example", "role": "editor", "created_at": ago(days=2), "expires_at": None},
        {
            "user_id": "u2",
            "email": "li@yard.example",
            "role": "viewer",
            "created_at": ago(days=3),
            "expires_at": ago(days=-9),
        },
    ],
    "invited": [
        {"id": "i1", "email": "new@port.example", "role": "viewer", "expires_at": ago(days=-9), "expired": False},
        {"id": "i2", "email": "late@port.example", "role": "viewer", "expires_at": ago(days=9), "expired": True},
    ],
    "roles": {"viewer": "View", "editor": "Edit notes, tags and order"},
    "days": {0: "Until revoked", 7: "7 days"},
    "form": {"email": "", "role": "viewer", "days": "0"},
    "errors": {},
    "done": "No mail goes out from here. Give new@port.example this link yourself:",
    "link": "https://reachly.example/invitations/hR3kq2mW0d9sXyTq3bLk",
}
VISITED = {
    "list": SHARED[0] | {"editable": True},
    "rows": [row | {"location": "Oslo, NO"} for row in ROWS],
    "said": "1–12 of 87",
    "page": {"previous": None, "next": None},
}
