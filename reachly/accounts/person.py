"""Somebody who has proved who they are, in the workspace they work in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, for which workspace, and what they may do there.

    ``credential`` is the id of the session or key that proved it; ``scopes`` holds ``read`` and ``write``.
    """

    credential: UUID
    user_id: UUID
    workspace_id: UUID
    workspace_role: str
    email: str
    name: str
    role: str
    workspace: str
    plan: str
    demo: bool
    email_verified: bool
    created_at: datetime
    scopes: frozenset[str] = frozenset({"read", "write"})

    @property
    def may_write(self) -> bool:
        """Whether their role may change what the workspace has; the others only look."""
        return self.workspace_role in ("owner", "admin", "member")

    @property
    def runs(self) -> bool:
        """Whether they run the workspace: its people, its keys, its name."""
        return self.workspace_role in ("owner", "admin")

    @classmethod
    def of(cls, row: dict[str, Any]) -> Person:
        """The person of a row of ``session_visitor`` or ``api_key_visitor``."""
        told = dict(row)
        told.pop("kind", None)
        credential = told.pop("session_id", None) or told.pop("key_id")
        scopes = frozenset(told.pop("scopes", ("read", "write")))
        return cls(credential=credential, scopes=scopes, **told)
