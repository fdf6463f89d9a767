"""How a person asks for a job: sends, sends again where no answer came, and writes down what was answered."""

from __future__ import annotations

import time
from typing import Any

from bench.chaos import wishes
from bench.chaos.door import Answer, Door, NoAnswer
from bench.chaos.notebook import Asked
from bench.chaos.visitor import Visitor

PATHS = {
    "generate_leads": "/api/leads/generate",
    "export_leads": "/api/leads/export",
    "enrich_leads": "/api/leads/unlock",
}
KEEP_TRYING = 45.0
"""Seconds for which a request without an answer is sent again with its key."""


class Asker(Visitor):
    """Asks with a key of its own, and never takes silence for an answer."""

    def _key(self) -> str:
        return f"{self.number}-{self.draw.getrandbits(64):016x}"

    def _wish(self, key: str | None) -> Asked:
        body, most = wishes.search(self.draw, self.own)
        return self._note("generate_leads", key, body, most)

    def _note(self, kind: str, key: str | None, body: dict[str, Any], most: int) -> Asked:
        asked = self.notebook.ask(person=self.number, kind=kind, key=key, body=body, most=most)
        self.asked.append(asked)
        return asked

    def _send(self, asked: Asked, door: Door | None = None) -> Answer:
        path = PATHS.get(asked.kind)
        headers = {"Idempotency-Key": asked.key} if asked.key else {}
        body: Any = asked.body
        if path is None:
            path, body = f"/api/jobs/{asked.body['retry_of']}/retry", None
        asked.sent += 1
        try:
            answer = (door or self.door).ask("POST", path, body, headers)
        except NoAnswer:
            asked.lost += 1
            raise
        if answer.status >= 500:
            asked.lost += 1
        elif answer.status == 202:
            job = answer.json()["job"]
            self.notebook.accept(asked, job["id"])
            if asked.kind == "generate_leads" and job["status"] == "queued":
                asked.shown = job["credits"]["reserved"]
            self.open.setdefault(job["id"], job)
        else:
            asked.refused += 1
        return answer

    def _insist(self, asked: Asked) -> None:
        """Send until there is an answer that says what came of it; without a key only once."""
        ends = time.monotonic() + KEEP_TRYING
        while True:
            try:
                answer = self._send(asked)
                if answer.status < 500:
                    # Nothing is left to unlock where somebody unlocked it meanwhile, or nobody may: that is no job.
                    if answer.status not in (202, 402, 409, 429, *((200,) if asked.kind == "enrich_leads" else ())):
                        self.notebook.note(f"{answer.status} to a sound request: {answer.body[:200]!r} {asked.body}")
                    if answer.status not in (409, 429):
                        return
            except NoAnswer:
                pass
            if asked.key is None or time.monotonic() > ends or self.pace.over.is_set():
                return
            time.sleep(0.25)

    def _insist_retry(self, asked: Asked) -> None:
        for _ in range(20):
            try:
                if self._send(asked).status < 500:
                    return
            except NoAnswer:
                pass
            time.sleep(0.25)
