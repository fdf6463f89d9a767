"""One decorator for every call: who may ask, what is read, what is answered, and the line in the document."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response
from pydantic import BaseModel

from reachly.accounts import Person
from reachly.api import caller, problem, reading, replay
from reachly.api.problem import Problem

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What the document says about one call. ``answers`` holds a model, a media type, or ``None`` for no body."""

    method: str
    path: str
    name: str
    says: str
    more: str
    group: str
    scope: str | None
    asks: type[BaseModel] | None
    reads: type[BaseModel] | None
    answers: Mapping[int, type[BaseModel] | str | None]
    problems: tuple[int, ...]
    headers: tuple[str, ...] = field(default=())
    idempotent: bool = False
    personal: bool = False
    sends: type[BaseModel] | None = None


CALLS: list[Call] = []


def call(
    bp: Blueprint,
    method: str,
    path: str,
    *,
    answers: Mapping[int, type[BaseModel] | str | None],
    scope: str | None = None,
    asks: type[BaseModel] | None = None,
    reads: type[BaseModel] | None = None,
    limit: str | None = None,
    problems: tuple[int, ...] = (),
    headers: tuple[str, ...] = (),
    idempotent: bool = False,
    finish: Callable[[Any, Response], Response] | None = None,
    personal: bool = False,
    sends: type[BaseModel] | None = None,
    takes: Callable[[Person], AbstractContextManager[BaseModel]] | None = None,
) -> Callable[[View], View]:
    """Make a function the answer to ``method`` on ``path``.

    It gets ``person`` where a ``scope`` is needed, ``body`` where it ``asks`` for one, ``query`` where it ``reads``.
    A multipart body, which ``sends`` describes, is read by ``takes``, and left by it once the answer is there.
    It returns a model, or a model with a status and headers, or a whole response. Its docstring becomes the document.
    With the scope ``write`` it is for roles that may write, unless it is ``personal``: about what is somebody's own.
    What is ``idempotent`` is done once per ``Idempotency-Key``, in one transaction with its answer: it must call nobody
    outside but by :func:`reachly.database.afterwards`. Where it has to wait for something after that, it returns what
    it began with the status 202, and ``finish`` makes the answer of it, from ``person`` and what was begun.
    """

    def around(view: View) -> View:
        first, _, rest = (view.__doc__ or "").strip().partition("\n\n")
        told = Call(
            method=method,
            path=path,
            name=view.__name__,
            says=" ".join(first.split()),
            more=" ".join(rest.split()),
            group=path.split("/")[2],
            scope=scope,
            asks=asks,
            reads=reads,
            answers=answers,
            problems=problems,
            headers=(*headers, replay.REPLAYED) if idempotent else headers,
            idempotent=idempotent,
            personal=personal,
            sends=sends,
        )
        CALLS.append(told)

        @functools.wraps(view)
        def answered(**values: Any) -> Response:
            person = caller.who(scope) if scope else None
            caller.charge(person, limit)
            if person is not None and scope == "write" and not personal and not person.may_write:
                raise Problem(403, problem.LOOKS)
            if person is not None:
                values["person"] = person
            if reads is not None:
                values["query"] = reading.query(reads)
            if asks is not None:
                values["body"] = reading.body(asks)
            if takes is None:
                return done(values)
            with takes(values["person"]) as values["body"]:
                return done(values)

        def done(values: dict[str, Any]) -> Response:
            if idempotent:
                act = lambda: _response(view(**values))  # noqa: E731 - one act, done once
                return replay.replayed(values["person"], values.get("body"), act, finish)
            return _response(view(**values))

        bp.add_url_rule(path, f"{method}_{view.__name__}", answered, methods=[method])
        return answered

    return around


def _response(told: Any) -> Response:
    status, headers = 200, {}
    if isinstance(told, tuple):
        told, status, headers = (*told, {})[:3]
    if isinstance(told, Response):
        return told
    response = Response(
        b"" if told is None else told.model_dump_json(exclude_unset=True), status, content_type="application/json"
    )
    if told is None:
        del response.headers["Content-Type"]
    response.headers.update(headers)
    return response
