"""Many presses of one button at once, against the product's own server: what must be one job is one, what must not be
paid is not.

Bursts of ten requests at the same instant, through the API and through the page's form: with one key, which must make
one job, and with ten keys where there is credit for three, which must make exactly three. Prints the counts and the
rate of requests, and fails where a count is wrong. A number tells how many bursts of each sort; 1,000 by default.
"""

from __future__ import annotations

import http.client
import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from urllib.parse import urlencode

from _people import Team, new_team, owner_rows
from _serve import served

from reachly import accounts, database
from reachly.database import scope
from reachly.settings import settings

AT_ONCE = 10
LIMIT = 33
"""Leads per job: the trial's 100 credits hold three of them."""
WANTED = {"filters": {"industries": ["Software"]}, "limit": LIMIT, "reveal": ["email"], "sources": ["lusha"]}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
Answer = tuple[int, str, bool]
"""The status, the job it names, and whether it says that it is a replay."""


class Line(threading.local):
    """A connection per thread, kept open."""

    def __init__(self, port: int) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        """Send and wait."""
        self.http.request(method, path, body, headers)
        answer = self.http.getresponse()
        return answer.status, answer.headers, answer.read()


class Api:
    """The button as programs press it."""

    name = "API"

    def __init__(self, line: Line) -> None:
        self._line = line

    def ready(self, whose: Team) -> Callable[[str], Answer]:
        """A press in the name of the team; its argument is the key."""
        token, _seconds = accounts.issue_token(whose[1], whose[0], "bench")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = json.dumps(WANTED).encode()

        def press(key: str) -> Answer:
            while True:
                sent = headers | {"Idempotency-Key": key}
                status, told, data = self._line.ask("POST", "/api/leads/generate", body, sent)
                if status != 409:
                    job = json.loads(data)["job"]["id"] if status == 202 else ""
                    return status, job, told.get("Idempotent-Replayed") == "true"
                time.sleep(0.1)

        return press


class Form:
    """The button as people press it, in a page whose form carries the key."""

    name = "form"

    def __init__(self, line: Line) -> None:
        from reachly.app import create_app

        self._line, self._app = line, create_app()

    def ready(self, whose: Team) -> Callable[[str], Answer]:
        """A press in the name of the team; its argument is the key that its page would have had."""
        client = self._app.test_client()
        with client.session_transaction() as held:
            held["_user_id"] = accounts.start_session(whose[1], whose[0], "bench")
            held["_fresh"] = True
        token = _TOKEN.search(client.get("/find").text)
        name = self._app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        assert token is not None
        headers = {"Cookie": f"{name}={cookie.value}", "Content-Type": "application/x-www-form-urlencoded"}
        form = {"industries": "Software", "limit": LIMIT, "reveal": "email", "sources": "lusha", "again": "yes"}
        form |= {"csrf_token": unescape(token[1])}

        def press(key: str) -> Answer:
            body = urlencode(form | {"idempotency_key": key}).encode()
            status, told, _data = self._line.ask("POST", "/find", body, headers)
            found = re.search("/jobs/([0-9a-f-]{36})", told.get("Location", "")) if status in (302, 303) else None
            return (202, found[1], False) if found else (status, "", False)

        return press


def burst(pool: ThreadPoolExecutor, press: Callable[[str], Answer], keys: list[str]) -> list[Answer]:
    """All at the same instant."""
    start = threading.Barrier(len(keys))

    def pressed(key: str) -> Answer:
        start.wait()
        return press(key)

    return list(pool.map(pressed, keys))


def storm(button: Api | Form, bursts: int, same: bool) -> str:
    """So many bursts, each of a workspace of its own; the line to print. Raises where a count is wrong."""
    statuses: Counter[int] = Counter()
    jobs = seconds = 0.0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(bursts):
            whose = new_team()
            press = button.ready(whose)
            keys = [f"{number}" if same else f"{number}-{n}" for n in range(AT_ONCE)]
            began = time.monotonic()
            answers = burst(pool, press, keys)
            seconds += time.monotonic() - began
            statuses.update(status for status, _job, _replayed in answers)
            jobs += proved(whose, answers, same, button.name)
    least = lowest()
    assert least >= 0, f"an account stands at {least}"
    told = ", ".join(f"{count:,} × {status}" for status, count in sorted(statuses.items()))
    keys_told = "one key" if same else f"{AT_ONCE} keys, credit for 3"
    rate = bursts * AT_ONCE / seconds
    return f"{button.name:5} {keys_told:22} {bursts:6,} bursts {int(jobs):6,} jobs   {told:28} {rate:6.0f} requests/s"


def proved(whose: Team, answers: list[Answer], same: bool, name: str) -> int:
    """How many jobs the burst made, as the database knows; all that its answers say must fit."""
    with scope(*whose):
        made = {str(row["id"]) for row in database.rows("SELECT id FROM jobs")}
        held = {row["name"]: row["balance"] for row in database.rows("SELECT name, balance FROM accounts")}
    named = {job for status, job, _replayed in answers if status == 202}
    wanted = 1 if same else 3
    assert named == made, (answers, made)
    assert len(made) == wanted, answers
    assert (held["held"], held["available"]) == (LIMIT * wanted, settings().trial_credits - LIMIT * wanted), held
    if same:
        assert all(status == 202 for status, _job, _replayed in answers), answers
        assert name != "API" or [replayed for _status, _job, replayed in answers].count(False) == 1, answers
    else:
        assert sorted(status for status, _job, _replayed in answers) == [202] * 3 + [402] * 7, answers
    return len(made)


def lowest() -> int:
    """The lowest balance there is of what people see."""
    return int(owner_rows("SELECT min(balance) FROM accounts WHERE name IN ('available', 'held')")[0][0])


def main(bursts: int) -> None:
    """Print a line for each sort of burst."""
    # A provider that refuses every connection: no job is worked on here, and no estimate keeps an answer waiting.
    away = {"LUSHA_API_KEY": "x", "LUSHA_BASE_URL": "http://127.0.0.1:9"}
    with served("reachly.app:create_app()", "/readyz", WEB_PROCESSES="2", **away) as (_pid, port):
        line = Line(port)
        with database.connected():
            for button in (Api(line), Form(line)):
                for same in (True, False):
                    print(storm(button, bursts, same), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
