"""A request and an answer as plain values, so that everything but the server can be read without sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """What came in; ``path`` is still percent-encoded, header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    client: str

    def json(self) -> Any:
        """The body as JSON; raises ``ValueError`` when it is none."""
        return json.loads(self.body or b"null")


@dataclass(slots=True)
class Response:
    """What goes out.

    ``ending`` says how: ``whole``, ``cut`` (half the body, then the line is dead) or ``silent`` (nothing at all for
    ``seconds``, then the line is dead).
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    ending: str = "whole"
    seconds: float = 0

    @classmethod
    def of(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """``value`` as a JSON answer."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


class Refused(Exception):
    """The provider says no: ``status`` and, where it lists them, the ``errors`` in the request."""

    def __init__(self, status: int, message: str | None = None, errors: list[str] | None = None) -> None:
        super().__init__(message or str(status))
        self.status = status
        self.message = message
        self.errors = errors or []
        self.headers: dict[str, str] = {}
