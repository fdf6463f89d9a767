"""The catalogue as a job's first source: asks nobody."""

from __future__ import annotations

from typing import Any

from reachly.database import execute, one
from reachly.engine.claim import Claim
from reachly.generate.source import SourceRun
from reachly.unlock.people import chunk

AT_A_TIME = 500


class StockRun(SourceRun):
    """Takes what the catalogue holds, some hundred people a step."""

    def __init__(self, claim: Claim, name: str, state: dict[str, Any]) -> None:
        self.claim, self.name, self.state = claim, name, dict(state)

    def advance(self) -> None:
        """Store what the catalogue has of the next people."""
        with self.claim.transaction():
            contacts, _ = chunk(self.claim, self.name, AT_A_TIME)
            if not contacts:
                self.state["finished"] = True
                self.note("finished")
                self.save()
                return
            told = one(
                "SELECT * FROM unlock_deliver(%s, %s, %s, '[]', %s::uuid[], %s::jsonb)",
                (self.claim.id, self.claim.attempt, self.name, contacts, self.told()),
            )
            assert told is not None
            execute(
                "UPDATE job_sources SET state = 'running' WHERE job_id = %s AND source = %s", (self.claim.id, self.name)
            )
            who = "1 person" if len(contacts) == 1 else f"{len(contacts):,} people"
            self.claim.tell("The catalogue", detail=f"{told['delivered']:,} found of {who}")
        self.claim.done += told["delivered"]
        self.claim.credits_left -= told["spent"]

    def answer_lost(self) -> None:
        """Never called: nobody is asked."""
        raise AssertionError("the catalogue loses no answers")
