"""`/team`: people, roles and invitations; and moving from one workspace to another."""

from __future__ import annotations

from reachly.web.team import changing, handing, moving
from reachly.web.team.page import bp

__all__ = ["bp", "changing", "handing", "moving"]
