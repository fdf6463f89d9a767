"""One source within one job: its part of the checkpoint, what it delivers, and what goes wrong with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from reachly.database import as_json, execute, one, scope
from reachly.engine.claim import Claim
from reachly.engine.journal import Journal
from reachly.filters import Filters
from reachly.generate.rows import barred, row, satisfied
from reachly.lists.adding import deliver_onto
from reachly.lists.row import in_turn
from reachly.providers.failures import KeyRefused, ProviderFailure
from reachly.providers.values import Person
from reachly.sources import Source, source_of

NO_MORE = "Everyone it knows for this search was asked for"


class SourceRun(ABC):
    """Advances one source by one step; how is for the two ways of asking to say.

    ``state`` is this source's part of the checkpoint. What all have in common: ``resumes_at`` and ``tries`` while it
    pauses, ``finished`` or ``failed`` at the end, ``round`` (how often it had to begin again).
    """

    def __init__(self, claim: Claim, name: str, state: dict[str, Any]) -> None:
        self.claim = claim
        self.name = name
        self.state = dict(state)
        self.source: Source = source_of(claim.workspace_id, None, name)
        self.filters = Filters.of(claim.params.get("filters", {}))

    @abstractmethod
    def advance(self) -> None:
        """Ask for what comes next and store it; raises ``ProviderFailure``, ``AnswerLost``, ``LeaseLost``."""

    @abstractmethod
    def answer_lost(self) -> None:
        """Go on after a call that must not be repeated lost its answer."""

    @property
    def reveal(self) -> list[str]:
        """The fields the job is to reveal."""
        return self.claim.params["reveal"]

    @property
    def wanted(self) -> int:
        """How many leads are still to be found, and can be paid whatever they turn out to cost."""
        wanted = self.claim.total - self.claim.done
        if "max_credits" not in self.claim.params or self.source.own_key:
            return wanted
        per_lead = sum(self.claim.prices[field] for field in self.reveal)
        return min(wanted, self.claim.credits_left // per_lead) if per_lead else wanted

    def journal(self, step: str) -> Journal:
        """The way to send this step's calls; raises ``KeyRefused`` where there is no key.

        Where the workspace's own key was to pay, so that nothing was held, no other key does once it is gone.
        """
        self.source.must_be_usable()
        if not self.source.own_key and self._promised_own():
            raise KeyRefused(
                f"Your own {self.source.label} key, which was to pay for this, is gone. Put it in again under Sources."
            )
        name = f"{self.name}:{self.state.get('round', 0)}:{step}"
        return Journal(self.claim, name, self.name, self.source.own_key, self.source.send)

    def _promised_own(self) -> bool:
        with scope(self.claim.workspace_id):
            asked = one("SELECT own_key FROM job_sources WHERE job_id = %s AND source = %s", (self.claim.id, self.name))
        return bool(asked and asked["own_key"])

    # What is stored

    def deliver(
        self,
        people: Sequence[Person],
        call: UUID | str,
        title: str,
        *,
        owned: int = 0,
        misses: int = 0,
        hidden: int = 0,
        suppressed: int = 0,
    ) -> dict[str, Any]:
        """Inside a transaction: people, leads, captures, checkpoint and event; returns what became of them.

        Who does not bring what the job is for is remembered in the catalogue, not delivered and not charged.
        """
        people = barred(people)
        good = [satisfied(person, self.reveal) and not person.suppressed for person in people]
        told = [row(person, self.name, call, at, good[at]) for at, person in enumerate(people)]
        if self.claim.params.get("list_id"):
            # Before the people: who adds leads to the list takes its turn first and their rows after.
            in_turn(self.claim.params["list_id"])
        told_now = sum(1 for person in people if person.suppressed)
        misses += good.count(False) - told_now
        suppressed += told_now
        outcome = one(
            "SELECT * FROM deliver_page(%s, %s, %s, %s::jsonb, %s, %s, %s, %s::jsonb, %s::jsonb)",
            (
                self.claim.id,
                self.claim.attempt,
                self.name,
                as_json(told),
                self.reveal,
                self.wanted,
                misses,
                as_json({field: 0 if self.source.own_key else self.claim.prices[field] for field in self.reveal}),
                as_json(self._checkpoint()),
            ),
        )
        assert outcome is not None
        late = one(
            "UPDATE job_sources SET owned = owned + %s, suppressed = suppressed + %s, hidden = hidden + %s"
            " WHERE job_id = %s AND source = %s RETURNING (SELECT (e.data ->> 'hidden')::integer FROM job_events e"
            " WHERE e.job_id = job_sources.job_id AND e.seq = %s) AS hidden",
            (owned, suppressed, hidden, self.claim.id, self.name, outcome["seq"]),
        )
        if self.claim.params.get("list_id"):
            deliver_onto(self.claim.params["list_id"], self.claim.id, outcome["seq"])
        hidden += late["hidden"] if late else 0
        self.note("finished" if self.state.get("finished") else "running")
        barred_by = {"must not be contacted": suppressed + outcome["suppressed"], "hidden by you": hidden}
        self._say(title, outcome["delivered"], owned + outcome["owned"], misses, barred_by)
        return outcome

    def delivered(self, outcome: dict[str, Any]) -> None:
        """After the transaction: this run's own view follows."""
        self.claim.checkpoint = self._checkpoint()
        self.claim.done += outcome["delivered"]
        self.claim.credits_left -= outcome["spent"]

    def _say(self, title: str, new: int, owned: int, misses: int, barred_by: dict[str, int]) -> None:
        parts = [f"{new} new"]
        if misses:
            parts.append(f"{misses} {'miss' if misses == 1 else 'misses'}, not charged")
        if owned:
            parts.append(f"{owned} already yours")
        parts += [f"{number} {why}" for why, number in barred_by.items() if number]
        self.claim.tell(title, detail=", ".join(parts))
        if self.state.get("finished"):
            self.claim.tell(f"{self.source.label} has no more", detail=NO_MORE)

    def save(self) -> None:
        """Store this source's state with the others'; inside a transaction."""
        self.claim.save(self._checkpoint())

    def told(self) -> str:
        """The whole checkpoint with this source's state in it, as the database takes it."""
        return as_json(self._checkpoint())

    def _checkpoint(self) -> dict[str, Any]:
        before = self.claim.checkpoint
        return before | {"sources": before.get("sources", {}) | {self.name: self.state}}

    def note(
        self, state: str, *, matches: int | None = None, message: str | None = None, resumes_at: datetime | None = None
    ) -> None:
        """Say how the source is doing, for people; inside a transaction."""
        execute(
            "UPDATE job_sources SET state = %s, matches = coalesce(%s, matches), message = %s, resumes_at = %s"
            " WHERE job_id = %s AND source = %s",
            (state, matches, message, resumes_at, self.claim.id, self.name),
        )

    def enough(self) -> None:
        """The person let the job cost no more: this source is asked for nothing further."""
        self.state = self.state | {"finished": True, "resumes_at": None, "pending": None}
        with self.claim.transaction():
            self.note("finished")
            most = self.claim.params["max_credits"]
            detail = f"The limit of {most:,} credits for this job leaves too little for another lead"
            self.claim.tell(f"{self.source.label} is not asked for more", detail=detail)
            self.save()

    # What goes wrong

    def rest(self, seconds: float, story: str = "", detail: str = "") -> None:
        """Come back in ``seconds``: nothing is wrong, the provider still works; inside a transaction."""
        until = self.claim.now() + timedelta(seconds=seconds)
        self.state |= {"resumes_at": until.isoformat(), "reason": f"{self.source.label} is still working", "tries": 0}
        self.note("waiting", resumes_at=until)
        if story and not self.state.get("patience"):
            self.state["patience"] = True
            self.claim.tell(story, detail=detail)
        self.save()

    def pause(self, until: datetime, failure: ProviderFailure, tries: int) -> None:
        """Leave the source alone until ``until``; what it was about to do is done then."""
        self._back()
        self.state |= {"resumes_at": until.isoformat(), "reason": str(failure), "tries": tries}
        with self.claim.transaction():
            self.note("waiting", message=str(failure), resumes_at=until)
            if tries == 1 or (tries and tries % 10 == 0):
                self.claim.tell(
                    f"{self.source.label} has to be waited for", tone="warn", detail=f"{failure} Going on by itself."
                )
            self.save()

    def fail(self, failure: ProviderFailure) -> None:
        """This source is of no more use to this job; the words say why and what to do."""
        self._back()
        self.state["failed"] = {"code": failure.code, "message": str(failure)}
        with self.claim.transaction():
            self.note("failed", message=str(failure))
            self.claim.tell(f"{self.source.label} could not go on", tone="bad", detail=str(failure))
            self.save()

    def _back(self) -> None:
        """Forget what a step that failed had noted down: its people are still to be asked for."""
        self.state = dict(self.claim.checkpoint.get("sources", {}).get(self.name, {}))
