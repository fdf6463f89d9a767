"""A small request beside the crowd's: how long until the web answers it, and until its job is done."""

from __future__ import annotations

import contextlib
import time
from uuid import uuid4

from bench.chaos.door import NoAnswer
from bench.chaos.notebook import Notebook
from bench.chaos.person import ENDED, Person
from bench.chaos.visitor import Pace

KEY = "sandbox-own-lusha-probe"
LONGEST = 60.0


class Probe(Person):
    """A person of its own, with a key of its own at a provider that plays no tricks on it."""

    def __init__(self, seed: int, url: str, notebook: Notebook, pace: Pace) -> None:
        super().__init__(999, seed, url, notebook, pace)
        self.own = {"lusha"}

    def bring_keys(self) -> dict[str, str]:
        """Its own Lusha account."""
        answer, _ = self.page.form("/sources", "/sources/lusha/key", [("key", KEY)])
        if answer.status != 303:
            raise RuntimeError(f"the probe's key was not taken: {answer.status}")
        return {"lusha": KEY}

    def measure(self, since: float) -> tuple[float, float]:
        """Seconds from ``since`` until a new request is answered 202, and until its job has ended."""
        body = {
            "filters": {"seniorities": ["manager", "senior"]},
            "limit": 1,
            "reveal": ["email"],
            "sources": ["lusha"],
        }
        asked = self._note("generate_leads", f"probe-{uuid4()}", body, 0)
        while asked.job is None and time.monotonic() - since < LONGEST:
            with contextlib.suppress(NoAnswer):
                self._send(asked)
            if asked.job is None:
                time.sleep(0.1)
        answered = time.monotonic() - since
        while time.monotonic() - since < LONGEST and asked.job:
            try:
                told = self.door.ask("GET", f"/api/jobs/{asked.job}")
                if told.status == 200 and told.json()["status"] in ENDED:
                    break
            except NoAnswer:
                pass
            time.sleep(0.1)
        return answered, time.monotonic() - since
