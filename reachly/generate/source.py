"""One source within one job: where it got to, and the next thing to ask it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reachly.database import as_json, execute, one, rows, scope
from reachly.engine.claim import Claim
from reachly.engine.journal import Journal, stored
from reachly.filters import Filters
from reachly.generate.rows import identity, once, row, satisfied
from reachly.providers.failures import ProviderFailure
from reachly.providers.values import Enrichment, Page, Person, Provider, completed
from reachly.sources import Source, connect, source_of


class SourceRun:
    """Advances one source by one step.

    ``state`` is this source's part of the checkpoint: ``cursor`` and ``pages`` (how many were asked for), ``page``
    (the call that brought the present one), ``offset`` (people of it that are done), ``pending`` (an enrichment the
    provider still works on).
    """

    def __init__(self, claim: Claim, name: str, state: dict[str, Any]) -> None:
        self.claim = claim
        self.name = name
        self.state = dict(state)
        self.source: Source = source_of(claim.workspace_id, claim.user_id, name)
        self._filters = Filters.of(claim.params["filters"])
        self._journal: Journal | None = None
        self._read: list[Person] | None = None

    @property
    def reveal(self) -> list[str]:
        """The fields the job is to reveal."""
        return self.claim.params["reveal"]

    @property
    def prices(self) -> dict[str, int]:
        """What each field costs from this source: nothing on the workspace's own key."""
        return {field: 0 if self.source.own_key else self.claim.prices[field] for field in self.reveal}

    def advance(self) -> None:
        """Ask for what comes next and store it; raises ``ProviderFailure``, ``AnswerLost``, ``LeaseLost``."""
        if self.state.get("pending"):
            self._collect()
        elif self.state.get("page"):
            self._enrich()
        else:
            self._search()

    # What is asked

    def _provider(self, step: str) -> Provider:
        """The provider, its calls journalled under this step of this source."""
        self.source.must_be_usable()
        round_ = self.state.get("round", 0)
        self._journal = Journal(
            self.claim, f"{self.name}:{round_}:{step}", self.name, self.source.own_key, self.source.send
        )
        return connect(self.source, self._journal)

    def _search(self) -> None:
        pages = self.state.get("pages", 0)
        provider = self._provider(f"search:{pages}")
        page = provider.search(self._filters, self.state.get("cursor"), provider.page_limit)
        self._begin_page(page, pages)

    def _begin_page(self, page: Page, pages: int) -> None:
        """Remember which call brought the page; people are read from it again when their turn comes."""
        assert self._journal is not None
        first = pages == 0 and not self.state.get("round")
        last = page.cursor is None
        self.state |= {
            "cursor": page.cursor,
            "pages": pages + 1,
            "last": last,
            "offset": 0,
            "tries": 0,
            "resumes_at": None,
        }
        self.state["page"] = str(self._journal.calls[-1]) if page.people else None
        if not page.people:
            self.state["finished"] = last
        with self.claim.transaction():
            self._journal.book(page.credits)
            if first:
                self.claim.tell(f"{self.source.label} started", detail=_matches(page.total))
            self._note("finished" if self.state.get("finished") else "running", matches=page.total)
            if self.state.get("finished"):
                self.claim.tell(
                    f"{self.source.label} has no more", detail="Everyone it knows for this search was asked for"
                )
            self._save()

    def _people(self) -> list[Person]:
        """The people of the present page, read again from the stored answer."""
        if self._read is None:
            with scope(self.claim.workspace_id, self.claim.user_id):
                answer = stored(self.state["page"])
            self._read = once(connect(self.source, self.source.send).read(answer, self._filters))
        return self._read

    def _enrich(self) -> None:
        people = self._people()
        offset = self.state.get("offset", 0)
        provider = self._provider(f"enrich:{self.state['pages']}:{offset}")
        wanted = self.claim.total - self.claim.done
        chunk, passed, owned, misses = self._choose(people[offset:], min(wanted, provider.enrich_limit))
        self.state["offset"] = offset + passed
        if not chunk or not self.reveal:
            self._deliver(chunk, chunk, owned, misses, None)
            return
        enrichment = provider.enrich(chunk, self.reveal)  # type: ignore[arg-type]
        self._take(chunk, enrichment, owned, misses)

    def _choose(self, people: Sequence[Person], most: int) -> tuple[list[Person], int, int, int]:
        """The next people worth paying for, how many were passed over the page, and how many of those are owned or
        cannot be had.
        """
        ours = self._owned(people)
        chosen: list[Person] = []
        passed = owned = misses = 0
        for person in people:
            if len(chosen) == most:
                break
            passed += 1
            if ours.intersection(identity(person)):
                owned += 1
            elif person.suppressed or not self._promising(person):
                misses += 1
            else:
                chosen.append(person)
        return chosen, passed, owned, misses

    def _owned(self, people: Sequence[Person]) -> set[str]:
        all_keys = sorted({key for person in people for key in identity(person)})
        with scope(self.claim.workspace_id, self.claim.user_id):
            found = rows("SELECT leads_owned(%s, %s) AS key", (all_keys, self.reveal))
        return {row["key"] for row in found}

    def _promising(self, person: Person) -> bool:
        """Whether the provider says it could have what the job is for; providers that say nothing are taken at hope."""
        if not person.has or not self.reveal:
            return True
        return ("email" if "email" in self.reveal else "phone") in person.has

    def _collect(self) -> None:
        pending = self.state["pending"]
        chunk = self._people()[pending["from"] : self.state["offset"]]
        chunk = [person for person in chunk if person.provider_id in set(pending["ids"])]
        provider = self._provider(f"collect:{self.state['pages']}:{pending['from']}:{pending['looks']}")
        enrichment = provider.collect(pending["token"])
        self._take(chunk, enrichment, pending["owned"], pending["misses"])

    # What is stored

    def _take(self, chunk: list[Person], enrichment: Enrichment, owned: int, misses: int) -> None:
        """Deliver what an enrichment brought, or remember to ask for it again."""
        if enrichment.pending is not None:
            before = self.state.get("pending") or {}
            start = before.get("from", self.state["offset"] - len(chunk) - owned - misses)
            looks = before.get("looks", 0) + 1
            self.state["pending"] = {
                "token": dict(enrichment.pending),
                "ids": [person.provider_id for person in chunk],
                "from": start,
                "owned": owned,
                "misses": misses,
                "looks": looks,
            }
            self._pending(enrichment.wait, looks)
            return
        found = {person.provider_id: person for person in enrichment.people}
        merged = [completed(found.get(person.provider_id, person), person) for person in chunk]
        self._deliver(chunk, merged, owned, misses, enrichment.credits)

    def _pending(self, wait: float, looks: int) -> None:
        until = datetime.now(UTC) + timedelta(seconds=wait)
        self.state |= {"resumes_at": until.isoformat(), "reason": f"{self.source.label} is still working", "tries": 0}
        with self.claim.transaction():
            self._note("waiting", resumes_at=until)
            if looks == 1 and not self.state.get("patience"):
                self.state["patience"] = True
                self.claim.tell(
                    f"{self.source.label} is looking for contact data", detail="This can take a few minutes"
                )
            self._save()

    def _deliver(self, chunk: list[Person], merged: list[Person], owned: int, misses: int, credits: int | None) -> None:
        """The one transaction: people, leads, captures, checkpoint, event."""
        assert self._journal is not None
        keep = [person for person in merged if satisfied(person, self.reveal) and not person.suppressed]
        call = self._journal.calls[-1] if self._journal.calls else self.state["page"]
        self.state |= {"pending": None, "resumes_at": None, "tries": 0}
        kept = {id(person) for person in keep}
        told = [row(person, self.name, call, number, id(person) in kept) for number, person in enumerate(merged)]
        misses += sum(1 for person in merged if id(person) not in kept and not person.suppressed)
        suppressed = sum(1 for person in merged if person.suppressed)
        done = self._page_done(len(self._people()))
        with self.claim.transaction():
            self._journal.book(credits)
            outcome = one(
                "SELECT * FROM deliver_page(%s, %s, %s, %s::jsonb, %s, %s, %s, %s::jsonb, %s::jsonb)",
                (
                    self.claim.id,
                    self.claim.attempt,
                    self.name,
                    as_json(told),
                    self.reveal,
                    self.claim.total - self.claim.done,
                    misses,
                    as_json(self.prices),
                    as_json(self._checkpoint()),
                ),
            )
            assert outcome is not None
            execute(
                "UPDATE job_sources SET owned = owned + %s, suppressed = suppressed + %s"
                " WHERE job_id = %s AND source = %s",
                (owned, suppressed, self.claim.id, self.name),
            )
            self._note("finished" if self.state.get("finished") else "running")
            self._say(outcome, owned + outcome["owned"], misses, done)
        self.claim.checkpoint = self._checkpoint()
        self.claim.done += outcome["delivered"]

    def _page_done(self, size: int) -> bool:
        """Whether the page is used up; then the next one is due, or the source is finished."""
        if self.state["offset"] < size:
            return False
        self.state |= {"page": None, "finished": bool(self.state.get("last"))}
        return True

    def _say(self, outcome: dict[str, Any], owned: int, misses: int, page_done: bool) -> None:
        """One line per chunk: what came, and what did not cost anything."""
        parts = [f"{outcome['delivered']} new"]
        if misses:
            parts.append(f"{misses} {'miss' if misses == 1 else 'misses'}, not charged")
        if owned:
            parts.append(f"{owned} already yours")
        if outcome["suppressed"]:
            parts.append(f"{outcome['suppressed']} must not be contacted")
        self.claim.tell(f"{self.source.label}, page {self.state['pages']}", detail=", ".join(parts))
        if page_done and self.state.get("finished"):
            self.claim.tell(
                f"{self.source.label} has no more", detail="Everyone it knows for this search was asked for"
            )

    # What goes wrong

    def pause(self, until: datetime, failure: ProviderFailure, tries: int) -> None:
        """Leave the source alone until ``until``."""
        self.state |= {"resumes_at": until.isoformat(), "reason": str(failure), "tries": tries}
        with self.claim.transaction():
            self._note("waiting", message=str(failure), resumes_at=until)
            if tries == 1 or tries % 10 == 0:
                self.claim.tell(
                    f"{self.source.label} asked us to slow down", tone="warn", detail=f"{failure} Going on by itself."
                )
            self._save()

    def fail(self, failure: ProviderFailure) -> None:
        """This source is of no more use to this job; the words say why and what to do."""
        self.state["failed"] = {"code": failure.code, "message": str(failure)}
        with self.claim.transaction():
            self._note("failed", message=str(failure))
            self.claim.tell(f"{self.source.label} could not go on", tone="bad", detail=str(failure))
            self._save()

    def answer_lost(self) -> None:
        """A call that must not be repeated lost its answer: the search starts again, an enrichment counts as a miss."""
        passed = len(self._people()) if self.state.get("page") else 0
        with self.claim.transaction():
            if self.state.get("page"):
                self.state |= {
                    "offset": passed,
                    "page": None,
                    "pending": None,
                    "finished": bool(self.state.get("last")),
                }
                self._note("running")
                self.claim.tell(
                    f"An answer of {self.source.label} was lost",
                    tone="warn",
                    detail="Not asked again, since that could cost twice; not charged",
                )
            else:
                again = self.state.get("round", 0) + 1
                self.state |= {"cursor": None, "pages": 0, "round": again}
                self.claim.tell(
                    f"A page of {self.source.label} was lost",
                    tone="warn",
                    detail="Searching again; people you have are skipped and free",
                )
            self._save()

    # The checkpoint

    def _checkpoint(self) -> dict[str, Any]:
        before = self.claim.checkpoint
        return before | {"sources": before.get("sources", {}) | {self.name: self.state}}

    def _save(self) -> None:
        self.claim.save(self._checkpoint())

    def _note(
        self, state: str, *, matches: int | None = None, message: str | None = None, resumes_at: datetime | None = None
    ) -> None:
        execute(
            "UPDATE job_sources SET state = %s, matches = coalesce(%s, matches), message = %s, resumes_at = %s"
            " WHERE job_id = %s AND source = %s",
            (state, matches, message, resumes_at, self.claim.id, self.name),
        )


def _matches(total: int | None) -> str:
    return "" if total is None else f"About {total:,} match"
