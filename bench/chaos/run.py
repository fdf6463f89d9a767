"""One run: everything up, people and faults for so many minutes, quiet, proof."""

from __future__ import annotations

import math
import shutil
import tempfile
import threading
import time
from pathlib import Path

from bench.chaos import quiet
from bench.chaos.invariants import prove
from bench.chaos.notebook import Log, Moment, Notebook
from bench.chaos.person import Person
from bench.chaos.probe import Probe
from bench.chaos.product import Product
from bench.chaos.report import Report
from bench.chaos.storm import REDIS, Fault, Storm, mischief, schedule
from bench.chaos.visitor import Pace

HOUSE = "sandbox-demo"
HOOK = {"CLAY_WEBHOOK_ID": "chaos", "CLAY_WEBHOOK_SECRET": "chaos-hook-secret"}
"""By which Clay tells that a run of its functions is finished."""
RICH, POOR = 1_000_000, 200
LULL_EVERY = 50.0
SERVED_AGAIN = 5.0
"""Seconds after PostgreSQL's return from which on everything has to be served."""
PLENTY = {
    "credits": 100_000_000,
    "clay_quota": 100_000_000,
    "clay_data_credits": 100_000_000,
    "rate_limits": {"minute": 10_000_000, "hourly": 10_000_000, "daily": 10_000_000, "usage": 100_000},
    "routine_delay_ms": 100,
}
"""What the accounts at the providers have: chaos comes from faults, not from limits."""


class Run:
    """``go`` does it all and gives the report; the home is kept where something was found."""

    def __init__(
        self,
        seed: int,
        minutes: float,
        people: int = 12,
        durable_redis: bool = False,
        home: Path | None = None,
        longest: float = quiet.LONGEST,
    ) -> None:
        self.longest = longest
        self.seed, self.minutes, self.durable_redis = seed, minutes, durable_redis
        self.kept = home is not None
        self.home = home or Path(tempfile.mkdtemp(prefix=f"reachly-chaos-{seed}-"))
        self.product = Product(self.home, workers=2, durable_redis=durable_redis, settings=HOOK)
        self.notebook = Notebook(self.product.home.path / "notebook.jsonl")
        self.log = Log(self.product.home.path / "faults.log")
        self.pace = Pace(0.9)
        self.people = [Person(number, seed, self.product.url, self.notebook, self.pace) for number in range(people)]
        self.probe = Probe(seed, self.product.url, self.notebook, self.pace)
        self.keys: dict[tuple[str, str], str] = {}
        """The key that pays, by a person's e-mail and provider; the house's for all others."""
        self.calm = threading.Event()

    def go(self) -> Report:
        """The run and its proof."""
        began = time.monotonic()
        with self.product:
            self._arrive()
            self.pace.busy.set()
            for person in self.people:
                person.start()
            teaser = threading.Thread(target=self._tease, name="mischief", daemon=True)
            teaser.start()
            self._storm()
            self._calm_down()
            self.pace.over.set()
            for person in self.people:
                person.join(60)
            seconds, left = quiet.settle(self.product.owner_url, self.longest)
            teaser.join(10)
            outcome = prove(self.product, self.notebook, [*self.people, self.probe], self.keys, left)
        self.notebook.close()
        report = Report.of(self, outcome, seconds, time.monotonic() - began)
        if report.breaches or self.kept:
            report.home = str(self.home)
        else:
            self._clear()
        return report

    def _clear(self) -> None:
        from reachly.embedded.servant import place

        shutil.rmtree(place(self.product.home).data.parent, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    def _arrive(self) -> None:
        webhook = {"id": HOOK["CLAY_WEBHOOK_ID"], "secret": HOOK["CLAY_WEBHOOK_SECRET"]}
        self.product.play(HOUSE, **PLENTY, webhook={**webhook, "url": f"{self.product.url}/hooks/clay-delivery"})
        for person in (*self.people, self.probe):
            person.arrive()
            for name, key in person.bring_keys().items():
                self.product.play(key, **PLENTY)
                self.keys[person.email, name] = key
        everybody = (*self.people, self.probe)
        self.product.grant({person.email: POOR if person.poor else RICH for person in everybody})

    def _storm(self) -> None:
        storm = Storm(self.product, self.durable_redis)
        ends = time.monotonic() + self.minutes * 60
        lull = time.monotonic() + LULL_EVERY
        for fault in schedule(self.seed):
            time.sleep(min(fault.pause, max(0.0, ends - time.monotonic())))
            if time.monotonic() >= ends:
                return
            if time.monotonic() >= lull:
                self._lull()
                lull = time.monotonic() + LULL_EVERY
            if fault.kind in REDIS or fault.kind.startswith("postgres"):
                self._wait_for_the_web()  # what is measured is a request without a store, not one without the web
            began = time.monotonic()
            if fault.kind.startswith("postgres"):
                self._postgres(storm, fault)
                continue
            striking = threading.Thread(target=self._strike, args=(storm, fault), daemon=True)
            striking.start()
            if fault.kind in REDIS:
                answered, done = self.probe.measure(began)
                self.log.redis.append(answered)
                striking.join()
                self.log.moments.append(Moment(fault.kind, answered, done))
                continue
            striking.join()
            if fault.measured:
                over = time.monotonic()
                self.log.moments.append(Moment(fault.kind, *self.probe.measure(over)))

    def _strike(self, storm: Storm, fault: Fault) -> None:
        self.log.fault(fault.kind, storm.strike(fault))

    def _wait_for_the_web(self) -> None:
        ends = time.monotonic() + 60
        while not self.product.answers() and time.monotonic() < ends:
            time.sleep(0.1)

    def _postgres(self, storm: Storm, fault: Fault) -> None:
        """With PostgreSQL away nothing can be served; what counts begins when it is back."""
        self.notebook.postgres_back = math.inf
        self._strike(storm, fault)
        quiet.answers(self.product.owner_url)
        back = time.monotonic()
        answered, done = self.probe.measure(back)
        self.log.postgres.append(answered)
        self.log.moments.append(Moment(fault.kind, answered, done))
        self.notebook.postgres_back = back + SERVED_AGAIN

    def _tease(self) -> None:
        keys = [HOUSE, HOUSE, *(key for (email, _), key in self.keys.items() if email != self.probe.email)]
        for which, faults in mischief(self.seed):
            if self.pace.over.wait(0.7):
                return
            if not self.calm.is_set():
                self.product.play(keys[which % len(keys)], faults=faults)

    def _lull(self) -> None:
        """No faults and no new requests until all is quiet: how long that takes."""
        self.pace.busy.clear()
        self._calm_down()
        began = time.monotonic()
        while any(person.working for person in self.people) and time.monotonic() - began < 20:
            time.sleep(0.05)
        self.log.lulls.append(quiet.settle(self.product.owner_url, self.longest)[0])
        self.pace.busy.set()
        self.calm.clear()

    def _calm_down(self) -> None:
        self.calm.set()
        for key in {HOUSE, *self.keys.values()}:
            self.product.play(key, faults=[])
