"""A provider as a job's source: look some people up, ask for the fields they lack, store what came."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from reachly.database import as_json, one, scope
from reachly.generate.rows import email_verdict
from reachly.generate.source import SourceRun
from reachly.identity import email_address, keys, phone_number
from reachly.providers.values import Enrichment, Person
from reachly.sources import connect
from reachly.unlock.people import chunk, people

AT_A_TIME = 100


class LookupRun(SourceRun):
    """Asks a provider for the fields of people who are known by name and company or by their LinkedIn address.

    Beside what all sources keep, ``state`` has ``chunk`` (the contacts at hand), ``fields`` (what they lack),
    ``chunks`` (how many there were) and ``pending`` (an enrichment the provider still works on).
    """

    def advance(self) -> None:
        """Collect what is pending, else ask for the people at hand, else for the next ones."""
        if self.state.get("pending"):
            self._collect()
        elif self.state.get("chunk") or self._next():
            self._ask()

    def answer_lost(self) -> None:
        """The people at hand are misses of this source: asking again could pay twice."""
        with self.claim.transaction():
            self.claim.tell(
                f"An answer of {self.source.label} was lost",
                tone="warn",
                detail="Not asked for again, since that could cost twice; not charged",
            )
            told = self._deliver([])
        self._delivered(told)

    def _next(self) -> bool:
        """Have the next people at hand; false, and finished, where nobody is left."""
        most = min(AT_A_TIME, connect(self.source, self.source.send).enrich_limit)
        with self.claim.transaction():
            contacts, fields = chunk(self.claim, self.name, most)
            if contacts:
                number = self.state.get("chunks", 0) + 1
                self.state |= {"chunk": contacts, "fields": fields, "chunks": number, "pending": None}
            else:
                self.state["finished"] = True
            self.note("running" if contacts else "finished")
            self.save()
        return bool(contacts)

    def _ask(self) -> None:
        number = self.state["chunks"]
        with scope(self.claim.workspace_id):
            asked = people(self.state["chunk"])
        looking, journal = self.journal(f"lookup:{number}"), self.journal(f"enrich:{number}")
        looked = connect(self.source, looking).look_up(asked)
        worth = [one for one in looked.people.values() if not one.suppressed and self._promising(one)]
        provider = connect(self.source, journal)
        fields = [field for field in self.state["fields"] if field in provider.fields()]
        enrichment = provider.enrich(worth, fields) if worth and fields else Enrichment(())
        with self.claim.transaction():
            looking.book(looked.credits)
        ids = {name: one.provider_id for name, one in looked.people.items()}
        barred = [name for name, one in looked.people.items() if one.suppressed]
        calls = journal.calls or looking.calls
        self._take(enrichment, journal, ids, barred, calls[-1] if calls else None)

    def _promising(self, person: Person) -> bool:
        return not person.has or bool(person.has & set(self.state["fields"]))

    def _collect(self) -> None:
        pending = self.state["pending"]
        journal = self.journal(f"collect:{self.state['chunks']}:{pending['looks']}")
        enrichment = connect(self.source, journal).collect(pending["token"])
        self._take(enrichment, journal, pending["ids"], pending["barred"], journal.calls[-1] if journal.calls else None)

    def _take(
        self, came: Enrichment, journal: Any, ids: Mapping[str, str], barred: Sequence[str], call: UUID | None
    ) -> None:
        """Store what an enrichment brought, or remember to ask for it again."""
        if came.pending is not None:
            looks = (self.state.get("pending") or {}).get("looks", 0) + 1
            token = dict(came.pending)
            self.state["pending"] = {"token": token, "ids": dict(ids), "barred": list(barred), "looks": looks}
            with self.claim.transaction():
                journal.book(came.credits)
                self.rest(came.wait, f"{self.source.label} is looking for contact data", "This can take a few minutes")
            return
        found = {one.provider_id: one for one in came.people}
        told = [self._row(name, found[its], call) for name, its in ids.items() if its in found]
        told += [{"contact_id": name, "suppressed": True} for name in barred]
        with self.claim.transaction():
            journal.book(came.credits)
            outcome = self._deliver(told, {name for name, its in ids.items() if its in came.unserved})
        self._delivered(outcome)
        if came.refused and self.wanted > 0:
            self.fail(came.refused)

    def _row(self, contact: str, person: Person, call: UUID | None) -> dict[str, Any]:
        """What the database stores of one person's answer: normalised, with where it came from."""
        email = email_address(person.email)
        phone = None if person.do_not_call else phone_number(person.phone, person.country)
        origin = {"source": self.name, "call": str(call), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        return {
            "contact_id": contact,
            "email": email if "email" in self.state["fields"] else None,
            "email_status": email_verdict(person) if email else None,
            "phone": phone if "phone" in self.state["fields"] else None,
            "suppressed": person.suppressed,
            "keys": keys(email, None, "", None),
            "origin": origin,
            "grade": {"grade": person.email_grade} if person.email_grade else {},
        }

    def _deliver(self, told: list[dict[str, Any]], unserved: Collection[str] = ()) -> dict[str, Any]:
        """Inside a transaction: values, captures, progress and checkpoint; who is ``unserved`` is asked for later."""
        contacts = [contact for contact in self.state["chunk"] if contact not in unserved]
        self.state |= {"chunk": None, "fields": None, "pending": None, "resumes_at": None, "tries": 0}
        outcome = one(
            "SELECT * FROM unlock_deliver(%s, %s, %s, %s::jsonb, %s::uuid[], %s::jsonb)",
            (self.claim.id, self.claim.attempt, self.name, as_json(told), contacts, self.told()),
        )
        assert outcome is not None
        self.note("running")
        parts = [f"{outcome['delivered']:,} found"]
        if outcome["misses"]:
            parts.append(f"{outcome['misses']:,} {'miss' if outcome['misses'] == 1 else 'misses'}, not charged")
        who = "1 person" if len(contacts) == 1 else f"{len(contacts):,} people"
        self.claim.tell(f"{self.source.label}, {who}", detail=", ".join(parts))
        return outcome

    def _delivered(self, outcome: Mapping[str, Any]) -> None:
        """After the transaction: this run's own view follows."""
        self.claim.checkpoint = self._checkpoint()
        self.claim.done += outcome["delivered"]
        self.claim.credits_left -= outcome["spent"]
