"""Running profiles by themselves: each due time once, in the name of whoever keeps the profile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import peewee
import structlog

from reachly import mail, news, notices
from reachly.database import StoreAway, execute, one, rows, scope, sqlstate, transaction
from reachly.engine.request import NotEnoughCredits, Requested
from reachly.profiles.keeping import due_next
from reachly.profiles.profile import COLUMNS, Kept, kept_of
from reachly.profiles.running import REFUSALS, CannotRun, StillRunning, remember, start
from reachly.profiles.schedule import next_time
from reachly.profiles.telling import address, person
from reachly.spending import CapReached

AT_ONCE = 50
PASSING = ("40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03")
"""What the database says when it is away, full or in somebody's way."""
_log = structlog.get_logger()


def start_due(now: datetime | None = None) -> int:
    """Start what is due and return how many runs began; any number of schedulers may do this at once.

    A time that was missed is run once and not for each time that passed. What cannot run is told and left until its
    next time, and so is what fails; what the database could not be asked about stays due.
    """
    now = now or datetime.now(UTC)
    with transaction():
        due = rows("SELECT * FROM icp_profiles_due(%s, %s)", (now, AT_ONCE))
    begun = 0
    for each in due:
        try:
            begun += _one(each["workspace_id"], each["id"], now)
        except Exception as error:
            # One that cannot be read must not keep the others from running.
            _log.warning("profile_not_run", profile=str(each["id"]), error=type(error).__name__, told=str(error)[:200])
            if not _passing(error):
                _put_off(each["workspace_id"], each["id"], now)
    return begun


def _one(workspace_id: UUID, profile_id: UUID, now: datetime) -> bool:
    with scope(workspace_id):
        row = one(
            f"SELECT {COLUMNS} FROM icp_profiles p WHERE p.id = %s AND p.schedule <> 'off' AND NOT p.paused"
            " AND p.deleted_at IS NULL AND (p.next_run_at <= %s OR p.next_run_at IS NULL) FOR UPDATE SKIP LOCKED",
            (str(profile_id), now),
        )
        if row is None:
            return False
        kept, due_at = kept_of(row), row["next_run_at"]
        execute(
            "UPDATE icp_profiles SET next_run_at = %s WHERE id = %s AND next_run_at IS NOT DISTINCT FROM %s",
            (due_next(kept, now), str(profile_id), due_at),
        )
        if due_at is None:
            return False
        try:
            asked = _in_their_name(workspace_id, row["owner_id"], profile_id, kept)
        except StillRunning as refused:
            _write(row, due_at, "skipped", refused.code, refused.words)
            return False
        except CannotRun as refused:
            _refused(row, due_at, refused.code, refused.words)
            return False
        except REFUSALS as refused:
            _refused(row, due_at, *_why(refused))
            return False
        with scope(workspace_id, row["owner_id"]):
            remember(profile_id, asked.job_id, due_at)
    news.publish(workspace_id)
    return True


def _passing(error: Exception) -> bool:
    """Whether it tells of the moment, and not of the profile."""
    code = sqlstate(error)
    away = (StoreAway, peewee.OperationalError, peewee.InterfaceError)
    return code in PASSING or (code is None and isinstance(error, away))


def _put_off(workspace_id: UUID, profile_id: UUID, now: datetime) -> None:
    """Leave what failed until its next time. Left due it would fail again each minute, before all others."""
    try:
        with scope(workspace_id):
            row = one(
                "SELECT p.id, p.owner_id, p.name, p.notify, p.schedule, p.weekday, p.hour, p.time_zone, p.next_run_at"
                " FROM icp_profiles p WHERE p.id = %s AND (p.next_run_at <= %s OR p.next_run_at IS NULL)"
                " FOR UPDATE SKIP LOCKED",
                (str(profile_id), now),
            )
            if row is None:
                return
            try:
                later = next_time(row["schedule"], row["weekday"], row["hour"], row["time_zone"], now)
            except Exception:  # what is wrong may be the plan itself; it has to leave the head of the line all the same
                later = now + timedelta(days=1)
            execute("UPDATE icp_profiles SET next_run_at = %s WHERE id = %s", (later, str(profile_id)))
            if row["next_run_at"] is not None:
                _refused(row, row["next_run_at"], "failed", "Something went wrong on our side.")
    except Exception as error:
        _log.warning("profile_not_put_off", profile=str(profile_id), error=type(error).__name__)


def _in_their_name(workspace_id: UUID, owner_id: UUID, profile_id: UUID, kept: Kept) -> Requested:
    """The run, with the rights and the caps of whoever keeps the profile."""
    with scope(workspace_id, owner_id):
        may = one("SELECT scope_writes() AS may")
        if not may or not may["may"]:
            raise CannotRun("not_allowed", "Whoever keeps it may not start searches in this workspace any more.")
        return start(workspace_id, owner_id, profile_id, kept)


def _why(refused: Exception) -> tuple[str, str]:
    if isinstance(refused, NotEnoughCredits):
        return (
            "not_enough_credits",
            f"It may cost up to {refused.required:,} credits and {refused.available:,} are available.",
        )
    if isinstance(refused, CapReached):
        return "cap_reached", refused.words
    return "too_many_open", str(refused)


def _write(row: dict[str, Any], due_at: datetime, outcome: str, code: str, words: str) -> None:
    execute(
        "INSERT INTO icp_profile_runs (workspace_id, profile_id, user_id, due_at, outcome, code, words)"
        " VALUES (scope_workspace(), %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (str(row["id"]), str(row["owner_id"]), due_at, outcome, code, words[:500]),
    )


def _refused(row: dict[str, Any], due_at: datetime, code: str, words: str) -> None:
    """Told in the app each time; by mail only where the run before was not refused for the same."""
    before = one(
        "SELECT outcome, code FROM icp_profile_runs WHERE profile_id = %s ORDER BY created_at DESC, id DESC LIMIT 1",
        (str(row["id"]),),
    )
    _write(row, due_at, "refused", code, words)
    told = f"“{row['name']}” did not run. {words} It is tried again at its next time."
    whom = person(row["owner_id"])
    if whom is None or not row["notify"]:
        return
    notices.tell(whom["id"], "profile.refused", told, "/profiles")
    if before is None or (before["outcome"], before["code"]) != ("refused", code):
        text = f"{told}\n\n{address('/profiles')}\n"
        once = f"profile-refused:{row['id']}:{due_at.isoformat()}"
        mail.post(whom["email"], "profile.refused", f"“{row['name']}” did not run", text, None, whom["id"], once)
