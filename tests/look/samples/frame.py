"""What stands on every page, and the clock all samples share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOW = datetime.now(UTC)


def ago(**spans: float) -> datetime:
    """The instant that long before now."""
    return NOW - timedelta(**spans)


SHELL = {
    "workspace": "Halden Growth",
    "role": "owner",
    "writes": True,
    "runs": True,
    "workspaces": [
        {"id": "1", "name": "Halden Growth", "role": "owner", "here": True},
        {"id": "2", "name": "Nordlicht Vertrieb", "role": "viewer", "here": False},
    ],
    "unread": 3,
    "user": "Amara Osei",
    "email": "amara@halden.example",
    "leads": 3486,
    "running": 2,
    "admin": False,
}
NEW_SHELL = SHELL | {"leads": 0, "running": 0}
BALANCE = {"available": 1240, "held": 200}
