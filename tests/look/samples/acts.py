"""What is asked before chosen leads are unlocked or tagged."""

from __future__ import annotations

from typing import Any

UNLOCK: dict[str, Any] = {
    "fragment": "unlock/_question.html",
    "active": "leads",
    "heading": "Unlock",
    "leads": 24,
    "ways": [
        {"fields": "email", "what": "9 e-mails", "count": 9, "known": 6, "owned": 0, "most": 9, "enough": True},
        {"fields": "phone", "what": "24 phones", "count": 24, "known": 0, "owned": 0, "most": 120, "enough": True},
        {
            "fields": "email,phone",
            "what": "9 e-mails and 24 phones",
            "count": 33,
            "known": 6,
            "owned": 0,
            "most": 129,
            "enough": False,
        },
    ],
    "refused": 2,
    "providers": ["Lusha", "Clay"],
    "available": 125,
    "pairs": [("ids", "1")],
    "action": "/leads/unlock",
    "back": "/leads",
    "error": "",
    "idempotency_key": "k",
}
TAGS = [
    {"id": "1", "name": "Key account", "colour": "active", "count": 24, "all": True},
    {"id": "2", "name": "Warm", "colour": "warn", "count": 8, "all": False},
    {"id": "3", "name": "Met at a fair", "colour": "ok", "count": 0, "all": False},
]
TAG_FORM: dict[str, Any] = {
    "count": 24,
    "pairs": [("ids", "1")],
    "tags": TAGS,
    "colours": {"neutral": "Grey", "active": "Indigo", "info": "Blue", "ok": "Green", "warn": "Amber", "error": "Red"},
    "form": {"new": "", "colour": "neutral"},
    "errors": {},
}
TAG_LIST: dict[str, Any] = {"tags": TAGS, "colours": TAG_FORM["colours"], "errors": {}, "wrong": None}
