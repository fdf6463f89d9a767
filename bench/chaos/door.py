"""One person's line to the web: plain HTTP, kept open, and honest about answers that never came."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.chaos.notebook import Notebook

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class NoAnswer(Exception):
    """The request went out, or may have, and nobody knows what came of it."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        """The body as JSON; what is none is an empty object."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


class Door:
    """Not to be shared between threads; ``token`` signs a program in, ``cookies`` a browser."""

    def __init__(self, url: str, notebook: Notebook, seconds: float = 10) -> None:
        parts = urlsplit(url)
        self._notebook = notebook
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
        self.token: str | None = None
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Send and wait; raises :class:`NoAnswer`."""
        sent = {"Accept": "application/json"} | (headers or {})
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        if self.token and path.startswith("/api"):
            sent["Authorization"] = f"Bearer {self.token}"
        if self.cookies and not path.startswith("/api"):
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.monotonic()
        what = f"{method} {re.sub('[0-9a-f-]{36}', 'ID', path.split('?')[0])}"
        try:
            self._line.request(method, path, data, sent)
            response = self._line.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            self._line.close()
            self._notebook.count(what, f"none ({type(error).__name__})", time.monotonic() - began)
            raise NoAnswer(str(error)) from error
        self._notebook.count(what, str(answer.status), time.monotonic() - began)
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def form(self, page: str, path: str, fields: list[tuple[str, str]]) -> tuple[Answer, dict[str, str]]:
        """Open the page, take the proof out of its form, send the form; the answer and the page's hidden fields."""
        shown = self.ask("GET", page, headers={"Accept": "text/html"})
        hidden = self.hidden(shown)
        return self.send_form(path, [*fields, *hidden.items()]), hidden

    @staticmethod
    def hidden(shown: Answer) -> dict[str, str]:
        """The proof and the key in a page's form; raises :class:`NoAnswer` for a page that has none."""
        text = shown.body.decode(errors="replace")
        token = _TOKEN.search(text)
        if token is None:
            raise NoAnswer(f"{shown.status} without a form")
        key = re.search(r'name="idempotency_key" value="([^"]*)"', text)
        return {"csrf_token": unescape(token[1])} | ({"idempotency_key": unescape(key[1])} if key else {})

    def send_form(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        """Send a form as a browser does without a script."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        return self.ask("POST", path, urlencode(fields).encode(), kind)

    def stream(self, path: str, after: int, seconds: float) -> Iterator[tuple[int, str]]:
        """Number and kind of each event until the stream ends, breaks or ``seconds`` are over."""
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {self.token}"}
        if after:
            headers["Last-Event-ID"] = str(after)
        line = http.client.HTTPConnection(self._line.host, self._line.port, timeout=3)
        ends = time.monotonic() + seconds
        number, kind = 0, ""
        try:
            line.request("GET", path, headers=headers)
            response = line.getresponse()
            self._notebook.count("GET stream", str(response.status), 0.0)
            while response.status == 200 and time.monotonic() < ends:
                told = response.readline().decode().rstrip()
                if told.startswith("id:"):
                    number = int(told[3:])
                elif told.startswith("event:"):
                    kind = told[6:].strip()
                elif not told and number:
                    yield number, kind
                    number, kind = 0, ""
                elif not told and response.isclosed():
                    return
        except (OSError, ValueError, http.client.HTTPException):
            return
        finally:
            line.close()

    def close(self) -> None:
        """Hang up."""
        self._line.close()
