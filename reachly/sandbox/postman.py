"""Sends what the providers send of their own accord: a finished run's notice, the rows of a table."""

from __future__ import annotations

import heapq
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT = 10.0


class Postman:
    """Posts letters when they are due; once each, no matter what the other side says, as Clay's columns do."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._stopped = False
        self._carriers = ThreadPoolExecutor(4, thread_name_prefix="postman")
        self.outcomes: Counter[str] = Counter()
        self._clock = threading.Thread(target=self._run, name="postman", daemon=True)
        self._clock.start()

    def post_later(self, seconds: float, url: str, headers: Mapping[str, str], value: Any) -> None:
        """Posts ``value`` as JSON to ``url`` once ``seconds`` have passed."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        self.post_bytes_later(seconds, url, headers, body)

    def post_bytes_later(self, seconds: float, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """The same for a body that is signed as it stands."""
        with self._wake:
            heapq.heappush(
                self._due, (time.monotonic() + seconds, next(self._order), lambda: self._carry(url, headers, body))
            )
            self._wake.notify()

    def stop(self) -> None:
        """Forgets what is not yet due and waits for nothing."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._carriers.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._stopped and (not self._due or self._due[0][0] > time.monotonic()):
                    self._wake.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if self._stopped:
                    return
                letter = heapq.heappop(self._due)[2]
                self._carriers.submit(letter)

    def _carry(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        try:
            self.outcomes[str(_posted(url, headers, body))] += 1
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            self.outcomes[type(trouble).__name__] += 1


def _posted(url: str, headers: Mapping[str, str], body: bytes) -> int:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an address to post to")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=_TIMEOUT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        answer.read(65_536)
        return answer.status
    finally:
        connection.close()
