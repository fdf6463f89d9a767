"""A worker's hold on one job: taken by compare-and-set, fenced by its attempt number, renewed while it lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from reachly import database, news
from reachly.database import as_json, execute, one, scope, scoped
from reachly.engine.knowing import KNOWN, Known, leave
from reachly.engine.places import places
from reachly.settings import settings

_COUNTED = "CASE WHEN progress_done > coalesce(crashed_done, 0) THEN least(crashes + 1, 2) ELSE crashes + 1 END"
"""One crash more; a job that got on since the last one stays a suspect, and is not given up."""

_CRASH = f"""
UPDATE jobs SET crashes = {_COUNTED}, crashed_done = progress_done WHERE id = %s AND attempt = %s RETURNING crashes
"""  # noqa: S608 - words of our own

# A job that its own worker takes again crashed nobody: that worker lost the database for a while, and lives.
# Only who takes a job up again is written down: a job that goes through in one attempt pays nothing for its story.
_TAKE = f"""
SELECT job_gate(%s, %s, %s, %s);
WITH taken AS (
UPDATE jobs SET status = 'running', attempt = attempt + 1,
       crashes = CASE WHEN status = 'running' AND worker IS DISTINCT FROM %s THEN {_COUNTED} ELSE crashes END,
       crashed_done = CASE WHEN status = 'running' AND worker IS DISTINCT FROM %s THEN progress_done
                      ELSE crashed_done END,
       worker = %s,
       lease_until = clock_timestamp() + make_interval(secs => %s), wake_at = NULL, wait_reason = NULL,
       parked_at = NULL, started_at = coalesce(started_at, clock_timestamp()), updated_at = clock_timestamp()
 WHERE id = %s AND (status = 'queued' OR (status = 'waiting' AND wake_at <= clock_timestamp())
                    OR (status = 'running' AND lease_until <= clock_timestamp()))
   AND (%s::jsonb IS NULL OR {KNOWN}) AND status = current_setting('reachly.place')
RETURNING new.*, old.status AS found, old.worker AS found_worker, old.wait_reason AS found_reason,
          CASE old.status WHEN 'running' THEN old.lease_until WHEN 'waiting' THEN old.wake_at END AS found_due_at),
told AS (
INSERT INTO job_attempts
       (workspace_id, job_id, attempt, worker, found, found_worker, found_due_at, found_reason, crashes)
SELECT workspace_id, id, attempt, worker, found, found_worker, found_due_at, found_reason, crashes
  FROM taken WHERE attempt > 1)
SELECT *, clock_timestamp() AS told_at, extract(epoch FROM clock_timestamp() - found_due_at)::float8 AS found_late
  FROM taken
"""  # noqa: S608 - a condition of our own


class LeaseLost(Exception):
    """Another worker holds the job now, or it has ended: this one may not write."""


class Unknown(Exception):
    """The job is of a kind or a form that only workers of another version know; it was left to them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a job was just before it was claimed: its status, who had it last, and how many seconds ago its lease or its
    wait was over.
    """

    status: str
    worker: str | None
    late: float | None


class Claim:
    """One job as held by one attempt.

    Holds plain values of the row as it was when claimed; ``checkpoint`` is what the last step left. A job works with
    nobody in scope, for the house: whoever asked for it (``user_id``) may only look by now, or have left, and it goes
    on to its end. Everything written through it carries the attempt number, so that a worker that woke up from a long
    pause changes nothing.
    """

    def __init__(self, row: dict[str, Any]) -> None:
        self.id: UUID = row["id"]
        self.workspace_id: UUID = row["workspace_id"]
        self.user_id: UUID = row["user_id"]
        self.kind: str = row["kind"]
        self.params: dict[str, Any] = row["params"]
        self.prices: dict[str, Any] = row["prices"]
        self.attempt: int = row["attempt"]
        self.crashes: int = row["crashes"]
        self.waits: int = row["waits"]
        self.checkpoint: dict[str, Any] = row["checkpoint"]
        self.done: int = row["progress_done"]
        self.total: int = row["progress_total"]
        self.credits_left: int = row["credits_held"] - row["credits_spent"]
        """What the job may still cost."""
        self.worker: str = row["worker"]
        self.found = Found(row["found"], row["found_worker"], row["found_late"])
        self.first = row["attempt"] == 1
        self._told_at: datetime = row["told_at"]
        self._heard_at = time.monotonic()
        self.lost = False
        self.version = 1
        """The version of what is written to the checkpoint."""
        self.stopping: Callable[[], bool] = lambda: False
        """Whether the worker is being shut down: a step that takes long looks at it and comes to an early end."""

    def now(self) -> datetime:
        """The database's time, by which jobs wait and wake: this machine's clock may be wrong, or be set meanwhile."""
        return self._told_at + timedelta(seconds=time.monotonic() - self._heard_at)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A scoped transaction that starts by locking the job as ours; raises :class:`LeaseLost` when it is not."""
        with scope(self.workspace_id):
            held = one(
                "SELECT progress_done, credits_held - credits_spent AS credits_left FROM jobs"
                " WHERE id = %s AND attempt = %s AND status = 'running' FOR UPDATE",
                (self.id, self.attempt),
            )
            if held is None or self.lost:
                self.lost = True
                raise LeaseLost(str(self.id))
            self.done, self.credits_left = held["progress_done"], held["credits_left"]
            yield
        news.publish(self.workspace_id, self.id)

    def tell(self, text: str, *, tone: str = "plain", detail: str = "", **data: Any) -> None:
        """Append a line to the job's story; inside a transaction. ``tone`` is plain, good, warn or bad."""
        execute(
            "SELECT job_tell(%s, 'log', %s::jsonb)",
            (self.id, as_json({"text": text, "tone": tone, "detail": detail, **data})),
        )

    def save(self, checkpoint: dict[str, Any]) -> None:
        """Move the checkpoint; inside a transaction."""
        if self.version > 1:
            checkpoint = checkpoint | {"version": self.version}
        execute(
            "UPDATE jobs SET checkpoint = %s::jsonb, updated_at = clock_timestamp() WHERE id = %s AND attempt = %s",
            (as_json(checkpoint), self.id, self.attempt),
        )
        self.checkpoint = checkpoint

    def progress(self, done: int, total: int) -> None:
        """Say how far a job that delivers no leads has come, and tell whoever watches; inside a transaction."""
        execute(
            "UPDATE jobs SET progress_done = %s, progress_total = %s WHERE id = %s AND attempt = %s",
            (done, total, self.id, self.attempt),
        )
        execute("SELECT job_tell(%s, 'progress', %s::jsonb)", (self.id, as_json({"done": done, "total": total})))

    def renew(self) -> bool:
        """Push the lease out; false, and nothing changed, when the job is no longer ours."""
        with scope(self.workspace_id):
            kept = execute(
                "UPDATE jobs SET lease_until = clock_timestamp() + make_interval(secs => %s)"
                " WHERE id = %s AND attempt = %s AND status = 'running'",
                (settings().job_lease, self.id, self.attempt),
            ).rowcount
        self.lost = self.lost or not kept
        return bool(kept)

    def held(self) -> bool:
        """Whether the job is still this attempt's."""
        mine = "SELECT id FROM jobs WHERE id = %s AND attempt = %s AND status = 'running'"
        with scope(self.workspace_id):
            return one(mine, (self.id, self.attempt)) is not None

    def crashed(self, told: str, detail: str) -> None:
        """Count a crash that was seen to happen, say so, and come back later, the later the more there were."""
        with self.transaction():
            counted = one(_CRASH, (self.id, self.attempt))
            self.tell(told, tone="warn", detail=detail, attempt=self.attempt)
        assert counted is not None
        self.wait(self.now() + timedelta(seconds=2 ** (counted["crashes"] - 1)), "trying again")

    def __getstate__(self) -> dict[str, Any]:
        """All that another process needs to go on with it."""
        return {name: value for name, value in self.__dict__.items() if name != "stopping"}

    def cancel_wanted(self) -> bool:
        """Whether somebody asked for the job to stop."""
        with scope(self.workspace_id):
            row = one("SELECT cancel_requested_at FROM jobs WHERE id = %s", (self.id,))
        return bool(row and row["cancel_requested_at"])

    def wait(self, until: datetime, reason: str) -> None:
        """Put the job down until ``until``, by the database's clock; it holds no thread meanwhile.

        One that was asked to stop meanwhile is there to be taken at once, and to be stopped: nobody waits for that.
        """
        with self.transaction():
            execute(
                "UPDATE jobs SET status = 'waiting', wait_reason = %s, waits = waits + 1, lease_until = NULL,"
                " wake_at = CASE WHEN cancel_requested_at IS NULL THEN %s ELSE clock_timestamp() END"
                " WHERE id = %s AND attempt = %s",
                (reason, until, self.id, self.attempt),
            )
            self._note(waits_until=until.isoformat(), reason=reason)

    def hand_back(self) -> None:
        """Give the job back so that the next worker may take it at once."""
        with self.transaction():
            self._note(handed_back=True)
            self._back_in_line()

    def let_others(self) -> None:
        """Give the job back and put it behind all who wait."""
        with self.transaction():
            self._note(yielded=True)
            self._back_in_line("others have their turn")

    def _back_in_line(self, behind_others: str | None = None) -> None:
        execute(
            "UPDATE jobs SET status = 'queued', lease_until = NULL, dispatched_at = NULL, wait_reason = %s,"
            " turn_at = CASE WHEN %s THEN clock_timestamp() ELSE turn_at END,"
            " updated_at = clock_timestamp() - make_interval(secs => %s) WHERE id = %s AND attempt = %s",
            (behind_others, bool(behind_others), settings().job_send_after, self.id, self.attempt),
        )

    def _note(self, **data: Any) -> None:
        """Have whoever watches look again, and programs know why; people read it among the attempts."""
        told = as_json({"attempt": self.attempt, **data})
        execute("SELECT job_tell(%s, 'progress', %s::jsonb)", (self.id, told))

    def end(
        self, status: str, result: dict[str, Any] | None = None, code: str | None = None, text: str | None = None
    ) -> None:
        """Settle the job: its status, its result and the release of what it still held, in one transaction."""
        with scope(self.workspace_id):
            ended = one(
                "SELECT job_end(%s, %s, %s, %s::jsonb, %s, %s) AS ended",
                (self.id, self.attempt, status, as_json(result) if result is not None else None, code, text),
            )
        if not ended or not ended["ended"]:
            raise LeaseLost(str(self.id))
        news.publish(self.workspace_id, self.id)


def take(job_id: UUID | str, worker: str, known: Known | None = None) -> Claim | None:
    """Claim the job if it is there to be claimed; ``None`` when it is not, which is no error: messages may come
    twice.

    With ``known`` only what is known is claimed; raises :class:`Unknown` where the job waits for somebody else.
    Where its workspace has as many jobs running as it may, it stays in line and is sent for again when a place is free.
    """
    with database.transaction():
        found = one("SELECT * FROM job_scope(%s)", (str(job_id),))
    if found is None:
        return None
    told = as_json(known) if known is not None else None
    who = found["workspace_id"], None
    gate = (str(job_id), *places())
    row = scoped(*who, _TAKE, (*gate, worker, worker, worker, settings().job_lease, str(job_id), told, told))
    news.publish(found["workspace_id"], job_id)
    if row is None:
        if known is not None and leave(job_id, *who, known):
            raise Unknown(str(job_id))
        return None
    claim = Claim(row)
    claim.version = (known or {}).get(claim.kind, 1)
    return claim
