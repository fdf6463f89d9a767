"""Finds the job an idempotency key was used for, for as long as keys are kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reachly.database import execute, one, scope
from reachly.settings import settings


def first_answer(workspace_id: UUID | str, user_id: UUID | str, key: str) -> dict[str, Any] | None:
    """``id, kind, queue, params`` of the job that ``key`` made; a key past its time is forgotten and free again."""
    with scope(workspace_id, user_id):
        known = one(
            "SELECT id, kind, queue, params, created_at < now() - make_interval(hours => %s) AS stale FROM jobs"
            " WHERE idempotency_key = %s",
            (settings().idempotency_hours, key),
        )
        if known is not None and known["stale"]:
            execute("UPDATE jobs SET idempotency_key = NULL WHERE id = %s AND idempotency_key = %s", (known["id"], key))
            return None
    return known
