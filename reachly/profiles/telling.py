"""Telling whoever keeps a profile what a run of it brought: once, in the app and by mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog

from reachly import mail, news, notices
from reachly.database import one, rows, scope, transaction
from reachly.settings import settings

AT_ONCE = 100
_log = structlog.get_logger()


def tell_ended() -> int:
    """Tell of the runs that have ended since, and return how many; any number may do this at once."""
    with transaction():
        ended = rows("SELECT * FROM icp_runs_ended(%s)", (AT_ONCE,))
    told = 0
    for each in ended:
        try:
            told += _one(each["workspace_id"], each["id"])
        except Exception as error:
            # What cannot be told of one run must not keep the others untold.
            _log.warning("run_not_told", run=str(each["id"]), error=type(error).__name__, told=str(error)[:200])
    return told


def person(user_id: UUID | str) -> dict[str, Any] | None:
    """Somebody of the workspace in scope, with their address; ``None`` who is not in it any more."""
    return one(
        "SELECT u.id, u.email, u.name FROM users u JOIN memberships m ON m.user_id = u.id"
        " WHERE u.id = %s AND m.workspace_id = scope_workspace() AND u.active",
        (str(user_id),),
    )


def address(path: str) -> str:
    """A page of ours as a mail names it."""
    return f"{(settings().public_url or '').rstrip('/')}{path}"


def _one(workspace_id: UUID, run_id: UUID) -> bool:
    with scope(workspace_id):
        row = one(
            "UPDATE icp_profile_runs r SET told_at = clock_timestamp() FROM icp_profiles p, jobs j"
            " WHERE r.id = %s AND r.told_at IS NULL AND p.workspace_id = r.workspace_id AND p.id = r.profile_id"
            " AND j.workspace_id = r.workspace_id AND j.id = r.job_id AND j.finished_at IS NOT NULL"
            " RETURNING r.id, r.job_id, r.due_at, p.owner_id, p.name, p.notify, p.deleted_at, j.status, j.number,"
            " j.progress_done AS found, j.credits_spent AS spent, j.error_message AS error",
            (str(run_id),),
        )
        if row is None:
            return False
        whom = person(row["owner_id"]) if row["notify"] and row["deleted_at"] is None else None
        if whom is not None and row["found"]:
            _brought(row, whom)
        elif whom is not None and row["status"] == "failed" and row["due_at"]:
            words = f"“{row['name']}” ran and failed. {row['error'] or ''}"
            notices.tell(whom["id"], "profile.failed", words, f"/jobs/{row['job_id']}")
    news.publish(workspace_id)
    return True


def _brought(row: dict[str, Any], whom: dict[str, Any]) -> None:
    found = row["found"]
    new = f"{found:,} new {'lead matches' if found == 1 else 'leads match'} “{row['name']}”"
    link = f"/leads?job_id={row['job_id']}"
    notices.tell(whom["id"], "profile.matches", f"{new}.", link)
    spent = f"{row['spent']:,} credit{'' if row['spent'] == 1 else 's'}"
    text = (
        f"Hello {whom['name']},\n\n{new}.\n{address(link)}\n\n"
        f"The run cost {spent}. Who was yours already was left out and cost nothing.\n"
        f"Change or pause this search: {address('/profiles')}\n"
    )
    mail.post(whom["email"], "profile.matches", new, text, None, whom["id"], f"profile-run:{row['id']}")
