"""Who a person is and how it comes in: an account by the API or by the pages, keys of its own at providers."""

from __future__ import annotations

import threading
import time
from random import Random
from typing import Any

from bench.chaos.door import Door, NoAnswer
from bench.chaos.notebook import Asked, Notebook

PASSWORD = "correct horse battery"


class Pace:
    """When everybody asks, pauses, or goes home; ``think`` is the mean pause between two doings of one person."""

    def __init__(self, think: float) -> None:
        self.think = think
        self.busy = threading.Event()
        self.over = threading.Event()


class Visitor(threading.Thread):
    """What a person has and remembers; `arrive` comes before everything else."""

    def __init__(self, number: int, seed: int, url: str, notebook: Notebook, pace: Pace) -> None:
        super().__init__(name=f"person-{number}", daemon=True)
        self.number, self.url, self.notebook, self.pace = number, url, notebook, pace
        self.draw = Random(f"{seed}/person/{number}")
        self.seed = seed
        self.email = f"person{number}@chaos{seed}.example"
        self.door = Door(url, notebook)
        self.page = Door(url, notebook)
        self.own = set() if number % 3 else {"lusha"} if number % 2 else {"lusha", "clay"}
        self.poor = number % 5 == 4
        self.asked: list[Asked] = []
        self.unlocking: set[str] = set()
        self.open: dict[str, dict[str, Any]] = {}
        self.ended: dict[str, str] = {}
        self.working = False

    def arrive(self, seconds: float = 60) -> None:
        """Register and sign in, by the API or by the pages; again until it worked."""
        ends = time.monotonic() + seconds
        while not self._entered():
            if time.monotonic() > ends:
                raise RuntimeError(f"{self.email} cannot get in")
            time.sleep(0.3)

    def _entered(self) -> bool:
        try:
            known = {"email": self.email, "password": PASSWORD}
            if self.number % 2:
                self.page.form("/register", "/register", [("name", "Ada"), *known.items(), ("accept_terms", "on")])
            else:
                self.door.ask("POST", "/api/auth/register", {**known, "name": "Ada", "accept_terms": True})
            told = self.door.ask("POST", "/api/auth/login", known)
            self.door.token = told.json().get("access_token")
            if not self.number % 2:
                self.page.form("/login", "/login", [*known.items()])
            return bool(self.door.token) and self.page.ask("GET", "/jobs").status == 200
        except NoAnswer:
            return False

    def bring_keys(self) -> dict[str, str]:
        """Put in keys of one's own; what they are."""
        keys = {name: f"sandbox-own-{name}-{self.number}" for name in sorted(self.own)}
        for name, key in keys.items():
            fields = [("key", key)]
            if name == "clay":
                fields += [("email_routine", "function:t_work_email"), ("phone_routine", "function:t_mobile_phone")]
            answer, _ = self.page.form("/sources", f"/sources/{name}/key", fields)
            if answer.status != 303:
                raise RuntimeError(f"the own key was not taken: {answer.status}")
        return keys
