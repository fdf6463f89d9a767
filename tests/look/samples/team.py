"""People, invitations and notices to look at."""

from __future__ import annotations

from typing import Any

from tests.look.samples.frame import ago


def _notice(
    words: str, icon: str, link: str = "", fresh: bool = False, workspace: str = "", **at: float
) -> dict[str, Any]:
    return {
        "id": words[:8],
        "words": words,
        "at": ago(**at),
        "fresh": fresh,
        "icon": icon,
        "link": link,
        "here": not workspace,
        "workspace": workspace,
    }


NOTICES = [
    _notice("Jonas Weber joined as member.", "users-round", "/team", fresh=True, minutes=4),
    _notice(
        "80 % of this workspace's limit of 2,000 credits a month are spent or held.",
        "database",
        "/credits",
        True,
        hours=2,
    ),
    _notice(
        "Ingrid Solberg made you an admin of Nordlicht Vertrieb.",
        "users-round",
        "/team",
        workspace="Nordlicht Vertrieb",
        days=1,
    ),
    _notice("You were removed from Fjord Sales by its owner.", "users-round", days=9),
]


def _person(name: str, role: str, **more: Any) -> dict[str, Any]:
    first = name.split()[0].lower()
    told = {
        "id": first,
        "name": name,
        "email": f"{first}@halden.example",
        "role": role,
        "since": ago(days=80),
        "seen_at": ago(hours=3),
        "you": False,
        "off": False,
        "changeable": role != "owner",
        "removable": role != "owner",
        "used": 212,
        "cap": None,
        "close": False,
    }
    return told | more


PEOPLE = [
    _person("Amara Osei", "owner", you=True, seen_at=ago(minutes=1), used=1260),
    _person("Jonas Weber", "admin", cap=500, used=430, close=True),
    _person("Ingrid Solberg-Lindqvist van der Veen", "member", seen_at=ago(days=4), cap=1000),
    _person("Li Wei", "viewer", seen_at=None, used=0),
    _person("Old Colleague", "member", off=True),
]
ROLES = [
    {"value": "admin", "label": "Admin", "says": "Everything but handing the workspace over and setting limits."},
    {"value": "member", "label": "Member", "says": "Finds, unlocks, exports, works on leads and lists."},
    {"value": "viewer", "label": "Viewer", "says": "Looks at everything and changes nothing."},
]
INVITATIONS = [
    {
        "id": "1",
        "email": "sofia.lindholm@nordlicht.example",
        "role": "member",
        "invited_by": "Amara Osei",
        "created_at": ago(days=1),
        "expires_at": ago(days=-13),
        "expired": False,
    },
    {
        "id": "2",
        "email": "max@halden.example",
        "role": "viewer",
        "invited_by": None,
        "created_at": ago(days=20),
        "expires_at": ago(days=6),
        "expired": True,
    },
]
TEAM: dict[str, Any] = {
    "people": PEOPLE,
    "roles": ROLES,
    "invitations": INVITATIONS,
    "others": [{"user_id": each["id"], "name": each["name"]} for each in PEOPLE[1:]],
    "offer": None,
    "me": "amara",
    "runs": True,
    "owner": True,
    "sending": True,
    "errors": {},
    "typed": {},
    "fresh": None,
}
LINK = {
    "sending": False,
    "fresh": {"email": "sofia@nordlicht.example", "link": "http://127.0.0.1:8000/invitations/3Jw0d9sXyTq3bLkQ"},
    "errors": {"email": "Somebody with this address is here already."},
    "typed": {"email": "jonas@halden.example", "role": "viewer"},
}
LOOKING = TEAM | {
    "people": [each | {"changeable": False, "removable": False} for each in PEOPLE],
    "me": "li",
    "runs": False,
    "owner": False,
    "offer": {"to_user": "li", "to_name": "Li Wei", "by_name": "Amara Osei", "expires_at": ago(days=-10)},
}
INVITED: dict[str, Any] = {
    "token": "3Jw0d9sXyTq3bLkQ",
    "invitation": {
        "email": "jonas@halden.example",
        "name": "Halden Growth",
        "invited_by": "Amara Osei",
        "list_id": None,
        "known": False,
        "expires_at": ago(days=-13),
    },
    "role": "a member",
    "gone": "",
    "signed_in": "",
    "mine": False,
    "errors": {"password": "At least 10 characters."},
    "form": {"name": "Jonas", "accept_terms": ""},
    "terms_version": "2026-11-01",
}
