"""`/team`: people, roles and invitations; and moving from one workspace to another."""

from __future__ import annotations

from reachly.web.team.moving import bp

__all__ = ["bp"]
