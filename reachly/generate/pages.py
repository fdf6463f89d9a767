"""Sources that are asked page by page: search, enrich a chunk, collect what takes its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from reachly.database import as_json, execute, rows, scope
from reachly.engine.journal import AnswerLost, Journal, stored
from reachly.generate.rows import identity, once, recognised
from reachly.generate.source import NO_MORE, SourceRun
from reachly.providers.values import Enrichment, Page, Person, completed
from reachly.settings import settings
from reachly.sources import connect


class Chosen(NamedTuple):
    """The next people of a page worth paying for, how many were passed over, and how many of those why."""

    people: list[Person]
    passed: int
    owned: int
    misses: int
    hidden: int
    suppressed: int


class PageRun(SourceRun):
    """Asks a provider for a page of people, then for the fields of those worth paying for.

    Beside what all sources keep, ``state`` has ``cursor`` and ``pages`` (how many were asked for), ``page`` (the call
    that brought the present one), ``offset`` (people of it that are done), ``pending`` (an enrichment the provider
    still works on). The people of a page are read again from its stored answer, so a step that starts over sees the
    same ones.
    """

    def advance(self) -> None:
        """Collect, enrich or search, whichever is next."""
        if self.state.get("pending"):
            self._collect()
        elif self.state.get("page"):
            self._enrich()
        else:
            self._search()

    def answer_lost(self) -> None:
        """A lost page of a forward-only search: the search goes on behind it, and begins again only should the job fall
        short. A lost enrichment: its people are misses.
        """
        with self.claim.transaction():
            if self.state.get("page"):
                self.state |= {"pending": None, "resumes_at": None, "tries": 0}
                self._page_done()
                self.note("running")
                self.claim.tell(
                    f"An answer of {self.source.label} was lost",
                    tone="warn",
                    detail="Not asked for again, since that could cost twice; not charged",
                )
            elif self.state.get("cursor"):
                self.state |= {"pages": self.state.get("pages", 0) + 1, "lost": True, "resumes_at": None, "tries": 0}
                self.note("running")
                self.claim.tell(
                    f"A page of {self.source.label} was lost",
                    tone="warn",
                    detail="Going on behind it; searched for again only should the rest not be enough. Not charged",
                )
            else:
                self.state |= {"pages": 0, "round": self.state.get("round", 0) + 1}
                self.claim.tell(
                    f"A page of {self.source.label} was lost",
                    tone="warn",
                    detail="Searching again; people you have are skipped and free",
                )
            self.save()

    def _search(self) -> None:
        pages = self.state.get("pages", 0)
        journal = self.journal(f"search:{pages}")
        provider = connect(self.source, journal)
        page = provider.search(self.filters, self.state.get("cursor"), provider.page_limit)
        self._begin(page, pages, journal)

    def _begin(self, page: Page, pages: int, journal: Journal) -> None:
        first = pages == 0 and not self.state.get("round")
        last, again = page.cursor is None, bool(self.state.get("lost")) and page.cursor is None
        if again:  # what was lost is among those that a new search brings; who came already is skipped and free
            last, self.state["lost"] = False, False
        self.state |= {"cursor": page.cursor, "pages": pages + 1, "last": last, "offset": 0, "tries": 0}
        self.state |= {"page": str(journal.calls[-1]) if page.people else None, "resumes_at": None}
        if not page.people:
            self.state["finished"] = last
        with self.claim.transaction():
            journal.book(page.credits)
            if first:
                about = "" if page.total is None else f"About {page.total:,} match"
                self.claim.tell(f"{self.source.label} started", detail=about)
            self.note("finished" if self.state.get("finished") else "running", matches=page.total)
            if self.state.get("finished"):
                self.claim.tell(f"{self.source.label} has no more", detail=NO_MORE)
            self.save()

    def _people(self) -> list[Person]:
        try:
            with scope(self.claim.workspace_id):
                answer = stored(self.state["page"])
        except KeyError:
            # A job that goes on where one of long ago stopped: that one's answers are forgotten, and so is its search.
            call = self.state["page"]
            self.state |= {"page": None, "pending": None, "cursor": None}
            raise AnswerLost(call) from None
        return once(connect(self.source, self.source.send).read(answer, self.filters))

    def _enrich(self) -> None:
        people = self._people()
        offset = self.state.get("offset", 0)
        journal = self.journal(f"enrich:{self.state['pages']}:{offset}")
        provider = connect(self.source, journal)
        again = self.claim.attempt > 1 or self.state.get("resumes_at")
        before = journal.chosen_before() if again else None
        next_ones = self._choose(people[offset:], min(self.wanted, provider.enrich_limit), before)
        chunk, owned, misses = next_ones.people, next_ones.owned, next_ones.misses
        journal.chosen = [person.provider_id for person in chunk]
        self.state |= {"offset": offset + next_ones.passed, "size": len(people)}
        self.state |= {"hidden": next_ones.hidden, "suppressed": next_ones.suppressed}
        if not chunk or not self.reveal:
            self._store(chunk, journal, offset, owned, misses, None)
            return
        enrichment = provider.enrich(chunk, self.reveal)  # type: ignore[arg-type]
        self._take(chunk, enrichment, journal, offset, owned, misses, 0)

    def _collect(self) -> None:
        pending = self.state["pending"]
        asked = set(pending["ids"])
        chunk = [one for one in self._people()[pending["from"] : self.state["offset"]] if one.provider_id in asked]
        journal = self.journal(f"collect:{self.state['pages']}:{pending['from']}:{pending['looks']}")
        enrichment = connect(self.source, journal).collect(pending["token"])
        self._take(chunk, enrichment, journal, pending["from"], pending["owned"], pending["misses"], pending["looks"])

    def _choose(self, people: Sequence[Person], most: int, before: Sequence[str] | None = None) -> Chosen:
        """The next people worth paying for, at most so many; whoever was asked for ``before``, where a step starts
        over: its answers are about them, and whatever has become of them since is seen when they are delivered.
        """
        most = most if before is None else len(before)
        ours, (never, lacking), put_away = self._owned(people), self._hopeless(people), self._hidden(people)
        chosen: list[Person] = []
        passed = owned = misses = hidden = suppressed = 0
        for at, person in enumerate(people):
            if len(chosen) == most:
                break
            passed += 1
            known_by = identity(person)
            if before and person.provider_id in before:
                chosen.append(person)
            elif at in put_away:
                hidden += 1
            elif ours.intersection(known_by):
                owned += 1
            elif person.suppressed or never.intersection(known_by):
                suppressed += 1
            elif before or lacking.intersection(known_by) or not self._promising(person):
                misses += 1
            else:
                chosen.append(person)
        return Chosen(chosen, passed, owned, misses, hidden, suppressed)

    def _owned(self, people: Sequence[Person]) -> set[str]:
        all_keys = sorted({key for person in people for key in identity(person)})
        with scope(self.claim.workspace_id):
            found = rows("SELECT leads_owned(%s, %s) AS key", (all_keys, self.reveal))
        return {row["key"] for row in found}

    def _hopeless(self, people: Sequence[Person]) -> tuple[set[str], set[str]]:
        """The keys of those who must not be contacted, and of those of whom this source had nothing lately."""
        keys = sorted({key for person in people for key in identity(person)})
        told = (self.name, self._field(), keys, timedelta(days=settings().provider_misses_days))
        with scope(self.claim.workspace_id):
            found = rows("SELECT key, suppressed FROM people_passed_over(%s, %s, %s, %s)", told)
        never = {row["key"] for row in found if row["suppressed"]}
        return never, {row["key"] for row in found} - never

    def _field(self) -> str | None:
        """What the job is for: who does not bring it is a miss."""
        return next((field for field in ("email", "phone") if field in self.reveal), None)

    def _hidden(self, people: Sequence[Person]) -> set[int]:
        """The places of those whom the workspace hides, as far as a search tells who they are."""
        told = [recognised(person, at) for at, person in enumerate(people)]
        with scope(self.claim.workspace_id):
            return {row["n"] for row in rows("SELECT people_hidden(%s::jsonb) AS n", (as_json(told),))}

    def _promising(self, person: Person) -> bool:
        """Whether the provider says it could have what the job is for; where it says nothing, it is hoped for."""
        if not person.has or not self.reveal:
            return True
        return self._field() in person.has

    def _take(
        self,
        chunk: list[Person],
        enrichment: Enrichment,
        journal: Journal,
        start: int,
        owned: int,
        misses: int,
        looks: int,
    ) -> None:
        """Deliver what an enrichment brought, or remember to ask for it again."""
        if enrichment.pending is None:
            found = {person.provider_id: person for person in enrichment.people}
            merged = [completed(found.get(person.provider_id, person), person) for person in chunk]
            missed = [one for one in merged if (one.provider_id, self._field()) in enrichment.lacking]
            if enrichment.unserved:
                places = {one.provider_id: at for at, one in enumerate(self._people())}
                self.state["offset"] = min(places[one] for one in enrichment.unserved if one in places)
            served = [one for one in merged if one.provider_id not in enrichment.unserved]
            self._store(served, journal, start, owned, misses, enrichment.credits, missed)
            if enrichment.refused and self.wanted > 0:
                self.fail(enrichment.refused)
            return
        self.state["pending"] = {
            "token": dict(enrichment.pending),
            "ids": [person.provider_id for person in chunk],
            "from": start,
            "owned": owned,
            "misses": misses,
            "looks": looks + 1,
        }
        with self.claim.transaction():
            journal.book(enrichment.credits)
            self.rest(
                enrichment.wait, f"{self.source.label} is looking for contact data", "This can take a few minutes"
            )

    def _store(
        self,
        people: list[Person],
        journal: Journal,
        start: int,
        owned: int,
        misses: int,
        credits: int | None,
        missed: Sequence[Person] = (),
    ) -> None:
        call: UUID | str = journal.calls[-1] if journal.calls else self.state["page"]
        self.state |= {"pending": None, "resumes_at": None, "tries": 0}
        self._page_done()
        with self.claim.transaction():
            journal.book(credits)
            title = f"{self.source.label}, page {self.state['pages']}{self._part(start)}"
            barred_before = {why: self.state.pop(why, 0) for why in ("hidden", "suppressed")}
            outcome = self.deliver(people, call, title, owned=owned, misses=misses, **barred_before)
            if missed:
                keys = sorted({key for person in missed for key in identity(person)})
                execute("SELECT misses_note(%s, %s, %s)", (self.name, self._field(), keys))
        self.delivered(outcome)

    def _part(self, start: int) -> str:
        """Which of the page's people, where not all of them were asked for at once."""
        first, last = start + 1, self.state["offset"]
        if start == 0 and last >= self.state.get("size", 0):
            return ""
        return f", person {last}" if first == last else f", people {first}–{last}"

    def _page_done(self) -> None:
        """Where the page is used up the next one is due, or the source is finished."""
        if self.state["offset"] >= self.state.get("size", 0):
            self.state |= {"page": None, "finished": bool(self.state.get("last"))}
