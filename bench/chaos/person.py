"""One person: registers, asks, asks again, cancels, retries, watches, and writes down what was answered."""

from __future__ import annotations

import contextlib
import threading
import time
from random import Random
from typing import Any

from bench.chaos import wishes
from bench.chaos.asker import KEEP_TRYING, Asker
from bench.chaos.door import Answer, Door, NoAnswer

ENDED = ("succeeded", "failed", "cancelled")
PATIENCE = 8
"""So many of a person's jobs are open at most, before it asks for another."""


class Person(Asker):
    """Everything it does is drawn from the seed; only the times are the machine's."""

    def run(self) -> None:
        doings = {
            self.generate: 46,
            self.twice: 4,
            self.by_page: 4,
            self.burst: 3,
            self.replay: 6,
            self.misuse: 3,
            self.look_first: 2,
            self.export: 7,
            self.unlock: 6,
            self.cancel: 6,
            self.retry: 5,
            self.poll: 12,
            self.watch: 4,
            self.credits: 4,
            self.blunder: 3,
        }
        count = 0
        while not self.pace.over.is_set():
            # A plan of its own for each doing: how an earlier one went changes nothing of the later ones.
            self.draw = Random(f"{self.seed}/person/{self.number}/{count}")
            doing = self.draw.choices(list(doings), list(doings.values()))[0]
            pause = self.draw.expovariate(1 / self.pace.think)
            self.working = False
            if not self.pace.busy.wait(0.2):
                continue
            count += 1
            self.working = True
            try:
                if doing not in (self.poll, self.watch, self.credits, self.cancel):
                    self.wait_for_some()
                doing()
            except NoAnswer:
                pass
            except Exception as error:
                self.notebook.note(f"{self.name} {doing.__name__}: {error!r}")
            self.working = False
            self.pace.over.wait(min(pause, 4 * self.pace.think))

    def wait_for_some(self) -> None:
        """Nobody asks on and on while nothing is finished: look until fewer jobs are open."""
        while len(self.open) >= PATIENCE and self.pace.busy.is_set() and not self.pace.over.is_set():
            with contextlib.suppress(NoAnswer):
                self.poll()
            self.pace.over.wait(0.5)

    def generate(self) -> None:
        self._insist(self._wish(self._key() if self.draw.random() < 0.9 else None))

    def twice(self) -> None:
        """A double click: the same again as soon as the first is answered, or not answered."""
        asked = self._wish(self._key())
        self._insist(asked)
        self._insist(asked)

    def burst(self) -> None:
        """Five at the same moment with one key."""
        asked = self._wish(self._key())
        doors = [Door(self.url, self.notebook) for _ in range(5)]

        def press(door: Door) -> None:
            door.token = self.door.token
            try:
                self._send(asked, door)
            except NoAnswer:
                pass
            finally:
                door.close()

        pressing = [threading.Thread(target=press, args=(door,), daemon=True) for door in doors]
        for one in pressing:
            one.start()
        for one in pressing:
            one.join()
        self._insist(asked)

    def replay(self) -> None:
        """An old request again with its key."""
        keyed = [one for one in self.asked if one.key and one.kind != "retry" and not one.key.startswith("find:")]
        if keyed:
            self._insist(self.draw.choice(keyed))

    def misuse(self) -> None:
        """A key that belongs to another request."""
        jobs = [one for one in self.asked if one.job and one.kind == "generate_leads"]
        keyed = [one for one in jobs if one.key and not one.key.startswith("find:")]
        if keyed:
            asked = self.draw.choice(keyed)
            headers = {"Idempotency-Key": asked.key or ""}
            answer = self.door.ask("POST", "/api/leads/generate", wishes.other(asked.body), headers)
            if answer.status not in (422, 409, 429) and answer.status < 500:
                self.notebook.note(f"{answer.status} to another request with key {asked.key}")

    def look_first(self) -> None:
        """A dry run says what it may cost, then the same is asked for."""
        asked = self._wish(self._key())
        answer = self.door.ask("POST", "/api/leads/generate", asked.body | {"dry_run": True})
        if answer.status == 200:
            most = answer.json()["estimate"]["credits_max"]
            if most > asked.most:
                self.notebook.note(f"a dry run says {most} credits where prices say {asked.most}: {asked.body}")
            asked.most = most
        self._insist(asked)

    def by_page(self) -> None:
        """The form of the page, sent twice."""
        body, most = wishes.search(self.draw, self.own)
        fields = [(facet, value) for facet, values in body["filters"].items() for value in values]
        fields += [("limit", str(body["limit"])), ("again", "1")]
        fields += [("reveal", field) for field in body["reveal"]]
        body["sources"] = body.get("sources") or ["lusha", "clay"]
        fields += [("sources", name) for name in body["sources"]]
        shown = self.page.ask("GET", "/find", headers={"Accept": "text/html"})
        if shown.status != 200:
            return
        hidden = self.page.hidden(shown)
        asked = self._note("generate_leads", f"find:{hidden['idempotency_key']}:", body, most)
        ends = time.monotonic() + KEEP_TRYING
        times = 0
        while times < 2 and time.monotonic() < ends and not self.pace.over.is_set():
            asked.sent += 1
            try:
                answer = self.page.send_form("/find", [*fields, *hidden.items()])
            except NoAnswer:
                asked.lost += 1
                time.sleep(0.25)
                continue
            if answer.status >= 500:
                asked.lost += 1
                time.sleep(0.25)
                continue
            times += 1
            target = answer.headers.get("Location") or ""
            if answer.status in (302, 303) and target.startswith("/jobs/"):
                self.notebook.accept(asked, target.removeprefix("/jobs/"))
                self.open.setdefault(asked.job or "", {})
            elif answer.status != 402:
                self.notebook.note(f"{answer.status} {target} to a sound form: {body}")

    def export(self) -> None:
        done = [job for job, status in self.ended.items() if status == "succeeded"]
        key = self._key() if self.draw.random() < 0.9 else None
        self._insist(self._note("export_leads", key, wishes.file(self.draw, done), 0))

    def unlock(self) -> None:
        """Phones of some leads that were not asked for before: known ones come at once, others by providers."""
        answer = self.door.ask("GET", "/api/leads?limit=50")
        found = answer.json()["data"] if answer.status == 200 else []
        locked = [lead["id"] for lead in found if "phone" in lead["locked"] and lead["id"] not in self.unlocking]
        if locked:
            leads = self.draw.sample(locked, min(len(locked), self.draw.randint(1, 6)))
            self.unlocking.update(leads)
            body = {"fields": ["phone"], "lead_ids": leads}
            self._insist(self._note("enrich_leads", self._key(), body, wishes.PRICES["phone"] * len(leads)))

    def cancel(self) -> None:
        if self.open:
            job = self.draw.choice(sorted(self.open))
            answer = self.door.ask("POST", f"/api/jobs/{job}/cancel")
            if answer.status not in (202, 409) and answer.status < 500:
                self.notebook.note(f"{answer.status} to the cancelling of {job}")

    def retry(self) -> None:
        stopped = [job for job, status in self.ended.items() if status in ("failed", "cancelled")]
        if stopped:
            job = self.draw.choice(sorted(stopped))
            known = [one for one in self.asked if one.kind == "retry" and one.body["retry_of"] == job]
            asked = known[0] if known else self._note("retry", f"retry:{job}", {"retry_of": job}, 1 << 40)
            self._insist_retry(asked)

    def poll(self) -> None:
        """Look at open jobs as a program does, with the tag of the last look."""
        for job in self.draw.sample(sorted(self.open), min(4, len(self.open))):
            before = self.open[job]
            tag = before.get("etag")
            answer = self.door.ask("GET", f"/api/jobs/{job}", headers={"If-None-Match": tag} if tag else {})
            if answer.status == 200:
                self.look_at(job, before, answer)
            elif answer.status not in (304, 429) and answer.status < 500:
                self.notebook.note(f"{answer.status} to the reading of {job}")

    def look_at(self, job: str, before: dict[str, Any], answer: Answer) -> None:
        """What an answer about a job may say, given the one before."""
        now = answer.json()
        if now["id"] != job or now["progress"]["done"] < before.get("progress", {}).get("done", 0):
            self.notebook.note(f"job {job} went backwards: {before} {now}")
        if now["credits"]["spent"] < before.get("credits", {}).get("spent", 0):
            self.notebook.note(f"job {job} unspent credits: {before} {now}")
        self.open[job] = now | {"etag": answer.headers.get("ETag")}
        if now["status"] in ENDED:
            self.open.pop(job)
            self.ended[job] = now["status"]

    def watch(self) -> None:
        """Follow a job's stream, with a cut in the middle; the numbers must run on."""
        if not self.open:
            return
        job, last = self.draw.choice(sorted(self.open)), 0
        for _ in range(2):
            for number, _kind in self.door.stream(f"/api/jobs/{job}/events", last, self.draw.uniform(0.5, 3)):
                if number != last + 1:
                    self.notebook.note(f"the stream of {job} went from {last} to {number}")
                last = number

    def credits(self) -> None:
        answer = self.door.ask("GET", "/api/users/credits")
        if answer.status == 200:
            told = answer.json()
            if told["available"] < 0 or told["balance"] != told["available"] + told["reserved"]:
                self.notebook.note(f"credits that cannot be: {told}")

    def blunder(self) -> None:
        """Something that cannot be taken: refused, and never a 500 for it."""
        answer = self.door.ask("POST", "/api/leads/generate", wishes.nonsense(self.draw))
        if answer.status not in (400, 415, 422, 429) and answer.status != 503:
            self.notebook.note(f"{answer.status} to nonsense: {answer.body[:200]!r}")
