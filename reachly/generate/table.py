"""The table way: a row goes into a table at Clay, and people come back one by one to an address of ours.

There is no end-of-run signal, so the source is finished when enough came, when nothing came for a while, or at its
time-out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reachly import callbacks
from reachly.database import execute, rows, scope
from reachly.engine.journal import Journal
from reachly.generate.source import SourceRun
from reachly.providers.clay import table
from reachly.providers.failures import ContractBroken, KeyRefused
from reachly.providers.statuses import checked
from reachly.settings import settings

LOOK_AGAIN = 5.0
"""Seconds between two looks for what came; a callback wakes a waiting job at once."""
AT_ONCE = 200


class TableRun(SourceRun):
    """Posts one row with the filters, then takes what comes back.

    Beside what all sources keep, ``state`` has ``posted_at``, ``posted`` (the call), ``asked`` and ``came`` (how many
    results), ``last_at`` (when something last came).
    """

    def advance(self) -> None:
        """Post the row, or take what came."""
        if self.state.get("posted_at"):
            self._take()
        else:
            self._post()

    def answer_lost(self) -> None:
        """Never called: a repeated row is known by its key, so nothing here must not be repeated."""
        raise AssertionError("rows of a table may be posted again")

    def _post(self) -> None:
        if not settings().public_url:
            raise KeyRefused(
                "A Clay table needs an address to call back. Set PUBLIC_URL to where this site is reached."
            )
        journal = self.journal("post")
        run = str(self.claim.id)
        for _, call in table.rows(run, self.filters, lambda item: callbacks.address(run, item), self.wanted):
            answer = checked(self.source.label, journal(call))
            if not table.accepted(answer.body):
                raise ContractBroken("The Clay table did not accept the row.", status=answer.status)
        self._posted(journal)

    def _posted(self, journal: Journal) -> None:
        now = self.claim.now().isoformat()
        self.state |= {
            "posted_at": now,
            "posted": str(journal.calls[-1]),
            "asked": self.wanted,
            "tries": 0,
            "resumes_at": None,
        }
        with self.claim.transaction():
            self.claim.tell(f"{self.source.label} started", detail="Results come back as the table finds them")
            self.rest(LOOK_AGAIN)

    def _take(self) -> None:
        came = self._came()
        people = [person for one in came if (person := table.result(one["body"]).person) is not None]
        self._judge(len(came))
        if not came and not self.state.get("finished"):
            with self.claim.transaction():
                self.rest(LOOK_AGAIN)
            return
        misses = len(came) - len(people)
        with self.claim.transaction():
            for one in came:
                execute(
                    "UPDATE callbacks SET taken = true WHERE job_id = %s AND run = %s AND item = %s AND page = %s",
                    (self.claim.id, one["run"], one["item"], one["page"]),
                )
            outcome = self.deliver(people, self.state["posted"], self.source.label, misses=misses)
        self.delivered(outcome)

    def _came(self) -> list[dict[str, Any]]:
        with scope(self.claim.workspace_id):
            return rows(
                "SELECT run, item, page, body FROM callbacks WHERE job_id = %s AND NOT taken"
                " ORDER BY received_at LIMIT %s",
                (self.claim.id, AT_ONCE),
            )

    def _judge(self, came: int) -> None:
        """Whether to go on waiting: not when as many came as were asked for, not after a quiet period since the last
        result, not after the time-out.
        """
        now = self.claim.now()
        self.state |= {"resumes_at": None, "tries": 0}
        if came:
            self.state |= {"last_at": now.isoformat(), "came": self.state.get("came", 0) + came}
            self.state["finished"] = self.state["came"] >= self.state["asked"]
            return
        last = self.state.get("last_at")
        quiet = last is not None and _seconds(last, now) > settings().clay_table_quiet
        self.state["finished"] = quiet or _seconds(self.state["posted_at"], now) > settings().clay_table_timeout


def _seconds(since: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(since)).total_seconds()
