"""The operator's desk: one way to look and to act, for an administrator on a page and for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import peewee

from reachly import database, news
from reachly.database import owner_database, scope, sqlstate
from reachly.oversight.asking import rows_of
from reachly.oversight.catalogue import Catalogue
from reachly.oversight.picked import Picked
from reachly.settings import settings

SLOW = timedelta(minutes=2)
"""A job that nobody took up for so long, or nobody stopped, wants to be looked at; so does a call without an answer."""


class NotAdmin(Exception):
    """The database says that this person is no administrator."""


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A job that has not ended, without its name and without what it looks for: those are its workspace's."""

    job_id: UUID
    workspace_id: UUID
    workspace: str
    number: int
    kind: str
    queue: str
    status: str
    attempt: int
    crashes: int
    waits: int
    worker: str | None
    lease_until: datetime | None
    wake_at: datetime | None
    wait_reason: str | None
    cancel_requested_at: datetime | None
    created_at: datetime
    updated_at: datetime
    progress_done: int
    progress_total: int
    credits_spent: int
    credits_left: int
    why: list[str]
    last_event: str | None
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True)
class Call:
    """A provider's call that nobody got the answer to; ``may_have_cost`` is the most one of its sort cost lately."""

    call_id: UUID
    workspace_id: UUID
    workspace: str
    job_id: UUID | None
    number: int | None
    job_status: str | None
    provider: str
    operation: str
    own_key: bool
    repeat: str
    attempt: int
    requested_at: datetime
    error: str | None
    may_have_cost: int | None
    looked_at: datetime | None
    look_note: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """Something that an operator did; ``who`` is nobody for the command line."""

    id: UUID
    at: datetime
    who: str | None
    act: str
    workspace: str | None
    number: int | None
    reason: str
    outcome: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that waits or was given up, without what it says and whom it is for but for their domain."""

    at: datetime
    kind: str
    domain: str
    status: str
    attempts: int
    due_at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act on one job or call."""

    outcome: str
    workspace_id: UUID | None
    job_id: UUID | None
    number: int | None
    queue: str | None
    credits: int | None


class Desk(Catalogue):
    """Looks and acts through ``ask``; ``prefix`` names the functions, ``who`` comes before the arguments of an act."""

    def overview(self) -> dict[str, Any]:
        """How it goes, as the database sees it."""
        [told] = self._call("overview", (_late(), SLOW), one_value=True)
        return dict(told["told"])

    def jobs(self, which: str, after: UUID | None = None, most: int = 50) -> list[OpenJob]:
        """Open jobs, oldest first: ``stuck``, ``waiting`` or ``open``."""
        return rows_of(OpenJob, self._call("jobs", (which, _late(), SLOW, after, most)))

    def these(self, wanted: Sequence[Picked]) -> list[OpenJob]:
        """Those of the picked jobs that are still open and still in the attempt that was seen."""
        ids = [one.job_id for one in wanted]
        found = rows_of(OpenJob, self._call("jobs", ("open", _late(), SLOW, None, len(ids), ids)))
        seen = {(one.job_id, one.attempt) for one in wanted}
        return [job for job in found if (job.job_id, job.attempt) in seen]

    def attempt(self, job_id: UUID) -> int | None:
        """In which attempt an open job is; ``None`` where there is no open job of that id."""
        found = self._call("jobs", ("open", _late(), SLOW, None, 1, [job_id]))
        return int(found[0]["attempt"]) if found else None

    def unknown(self, looked: bool = False, before: UUID | None = None, most: int = 50) -> list[Call]:
        """Calls without an answer, newest first: those nobody has looked into, or those somebody did."""
        return rows_of(Call, self._call("unknown", (looked, SLOW, before, most)))

    def acts(self, before: UUID | None = None, most: int = 50) -> list[Act]:
        """What operators did, newest first."""
        return rows_of(Act, self._call("acts", (before, most)))

    def mails(self, most: int = 50) -> list[Mail]:
        """Mails that did not go out yet or never will, newest first."""
        return rows_of(Mail, self._call("mails", (most,)))

    def retry(self, job: Picked, reason: str = "") -> Done:
        """Have the job tried again now; where the outcome is ``sent`` the caller sends the message."""
        return self._act("retry", (job.job_id, job.attempt, reason[:500]))

    def release(self, job: Picked, reason: str) -> Done:
        """End the job as failed, keep what it brought, give back what it held; any number of times, it is once."""
        return self._act("release", (job.job_id, job.attempt, reason[:500]))

    def look(self, call_id: UUID, note: str) -> Done:
        """Note that somebody looked into a call without an answer."""
        return self._act("look", (call_id, note[:500]))

    def _act(self, name: str, arguments: tuple[Any, ...]) -> Done:
        [done] = rows_of(Done, self._call(name, (*self._who, *arguments)))
        if done.outcome in ("sent", "released") and done.workspace_id is not None:
            news.publish(done.workspace_id, done.job_id)
        return done


def as_admin(workspace_id: UUID | str, user_id: UUID | str) -> Desk:
    """The desk of a signed-in administrator; each call raises :class:`NotAdmin` for anybody else."""

    def ask(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
        try:
            with scope(workspace_id, user_id):
                return database.rows(sql, params)
        except peewee.ProgrammingError as error:
            if sqlstate(error) == "42501":
                raise NotAdmin(str(user_id)) from error
            raise

    return Desk(ask, "operations")


def as_owner() -> Desk:
    """The desk of whoever has the owner's connection: the command line."""

    def ask(sql: str, params: Sequence[Any]) -> list[dict[str, Any]]:
        owner = owner_database(settings())
        with owner.connection_context(), owner.atomic():
            cursor = owner.execute_sql(sql, tuple(params))
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return Desk(ask, "desk", (None,))


def _late() -> timedelta:
    """How long after its time a job ought to be under way again at the latest: found by the sweep, sent twice."""
    config = settings()
    return timedelta(seconds=2 * config.job_resend_after + config.job_sweep)
