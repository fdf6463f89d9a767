"""A person's profile, keys and sources."""

from __future__ import annotations

from typing import Any

from tests.look.samples.frame import ago

PROVIDERS: list[dict[str, Any]] = [
    {
        "name": "lusha",
        "label": "Lusha",
        "about": "Searches people by company and role, reveals e-mail and phone",
        "state": "Ready",
        "kind": "ok",
        "why": None,
        "todo": None,
        "key": "house",
        "key_hint": "",
        "sandbox": True,
        "usable": True,
        "breaker": "Answering normally",
        "calls": {"today": 214, "failed": 1, "median_ms": 180},
        "last_call_at": ago(seconds=40),
    },
    {
        "name": "clay",
        "label": "Clay",
        "about": "Searches people, enriches through your tables and routines",
        "state": "Key refused",
        "kind": "error",
        "why": "Clay refused the key (401).",
        "todo": "Put in another key; searches go on with the other sources.",
        "key": "own",
        "key_hint": "ends in 4f2c",
        "sandbox": False,
        "usable": False,
        "breaker": "Left alone for a while",
        "calls": {"today": 12, "failed": 12, "median_ms": None},
        "last_call_at": None,
    },
]
SETTINGS: dict[str, Any] = {
    "profile": {"name": "Amara Osei", "email": "amara@halden.example", "plan": "Trial", "created_at": ago(days=40)},
    "errors": {},
    "sessions": [
        {"id": "1", "browser": "Chromium on Linux", "address": "127.0.0.1", "seen_at": ago(minutes=1), "here": True},
        {"id": "2", "browser": "Safari on iPhone", "address": "198.51.100.7", "seen_at": ago(days=2), "here": False},
    ],
    "keys": [
        {
            "id": "1",
            "label": "CRM sync",
            "prefix": "rk_7Hq2",
            "scopes": ["find", "read", "export"],
            "created_at": ago(days=9),
            "used_at": ago(hours=3),
        }
    ],
    "scopes": [{"value": scope, "label": scope.capitalize()} for scope in ("find", "read", "export")],
    "fresh": None,
}
