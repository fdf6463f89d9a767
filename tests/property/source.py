"""A source whose pages are written in the job's own request, asked and delivered by the product's own code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from reachly.engine.claim import Claim
from reachly.engine.journal import Journal
from reachly.generate.source import SourceRun
from reachly.providers.values import Answer, Call
from tests.property.people import Seen


@dataclass
class Told:
    """What the source tells of its work: a page is being asked for, was answered, its transaction is committed."""

    asked: Callable[[Claim, int, str], None]
    answered: Callable[[Claim, int], None]
    landed: Callable[[Claim], None]
    skipped: Callable[[Claim], None]


def pages_of(told: Told) -> Callable[[Claim, str, dict[str, Any]], SourceRun]:
    """The source that tells so; to be put where the product looks for how to ask one."""

    class Pages(SourceRun):
        def __init__(self, claim: Claim, name: str, state: dict[str, Any]) -> None:
            super().__init__(claim, name, state)
            self.source = replace(self.source, own_key=claim.params["own"])

        def advance(self) -> None:
            at, pages = self.state.get("page", 0), self.claim.params["pages"]
            journal = Journal(self.claim, f"page:{at}", self.name, self.source.own_key, self._send)
            journal(Call("search", "POST", "/", {"page": at}, repeat=self.claim.params["repeat"]))
            told.answered(self.claim, at)
            people = [Seen(*seen).person(self.claim.params["mark"]) for seen in pages[at]]
            self._turn()
            with self.claim.transaction():
                outcome = self.deliver(people, journal.calls[-1], f"Page {at}")
            told.landed(self.claim)
            self.delivered(outcome)

        def _send(self, call: Call) -> Answer:
            assert call.json is not None
            told.asked(self.claim, call.json["page"], call.repeat)
            return Answer(200, {}, b"{}")

        def answer_lost(self) -> None:
            self._turn()
            with self.claim.transaction():
                self.save()
            told.skipped(self.claim)

        def _turn(self) -> None:
            at = self.state.get("page", 0) + 1
            self.state |= {"page": at, "finished": at == len(self.claim.params["pages"])}

    return Pages
