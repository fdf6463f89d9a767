"""Asks for a job: one transaction writes the row and holds the credits, or nothing happened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import peewee

from reachly import news
from reachly.database import afterwards, as_json, detail, scoped, sqlstate
from reachly.settings import settings
from reachly.spending import CapReached

_REQUEST = """
SELECT set_config('reachly.open_jobs', %s, true);
SELECT * FROM job_request(%s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s::jsonb, %s, %s, %s, %s::jsonb, %s)
"""


class NotEnoughCredits(Exception):
    """The job may cost more than there is; nothing was written."""

    def __init__(self, required: int, available: int) -> None:
        super().__init__(f"{required} credits needed, {available} available")
        self.required = required
        self.available = available


class TooManyOpen(Exception):
    """The workspace has as many jobs open as it may; nothing was written. One ends, and there is room."""

    RETRY_AFTER = 30

    def __init__(self, open: int, most: int) -> None:
        self.words = (
            f"This workspace has {open:,} of at most {most:,} jobs open."
            " Wait until some have ended, or stop some, and try again."
        )
        super().__init__(self.words)
        self.open = open
        self.most = most


class KeyReused(Exception):
    """The idempotency key belongs to another request."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. ``hold`` is the most it can cost, ``total`` what full progress will be."""

    kind: str
    queue: str
    name: str
    params: dict[str, Any]
    total: int
    hold: int = 0
    prices: dict[str, Any] = field(default_factory=dict)
    checkpoint: dict[str, Any] = field(default_factory=dict)
    sources: tuple[tuple[str, bool], ...] = ()
    """Name of each source in order, and whether the workspace's own key pays for it."""
    retry_of: UUID | None = None
    opening: str = ""
    version: int = 1
    """The oldest version of the kind's step that understands this; workers before it leave the job alone."""


@dataclass(frozen=True, slots=True)
class Requested:
    """The job's id, its queue, and whether it was there before (``replayed``)."""

    job_id: UUID
    queue: str
    replayed: bool


def digest_of(kind: str, params: dict[str, Any]) -> bytes:
    """What tells whether two requests ask for the same."""
    return hashlib.sha256(as_json([kind, params]).encode()).digest()


def _checkpoint(wish: Wish) -> dict[str, Any]:
    return wish.checkpoint | {"version": wish.version} if wish.version > 1 else wish.checkpoint


@contextmanager
def refusals(key: str | None) -> Iterator[None]:
    """What the database refuses a job for, as the errors of this module and ``CapReached``."""
    try:
        yield
    except peewee.PeeweeException as error:
        if sqlstate(error) == "RL402":
            needed = detail(error)
            raise NotEnoughCredits(needed["required"], needed["available"]) from error
        if sqlstate(error) == "RL403":
            raise CapReached(**detail(error)) from error
        if sqlstate(error) == "RL429":
            raise TooManyOpen(**detail(error)) from error
        if sqlstate(error) == "RL422":
            raise KeyReused(key) from error
        raise


def request(workspace_id: UUID | str, user_id: UUID | str, wish: Wish, key: str | None = None) -> Requested:
    """Write the job and its hold; the same ``key`` with the same wish gives the first job again.

    Raises :class:`NotEnoughCredits`, ``CapReached``, :class:`TooManyOpen` and :class:`KeyReused`; then nothing was
    written. The caller sends the message after this has returned, and may fail to: the sweep sends it then.
    """
    digest = digest_of(wish.kind, wish.params)
    with refusals(key):
        found = scoped(
            workspace_id,
            user_id,
            _REQUEST,
            (
                str(settings().workspace_open_jobs),
                wish.kind,
                wish.queue,
                wish.name,
                as_json(wish.params),
                as_json(wish.prices),
                wish.total,
                wish.hold,
                as_json(_checkpoint(wish)),
                key,
                digest,
                wish.retry_of,
                as_json(wish.sources),
                wish.opening or "Job started",
            ),
        )
    assert found is not None
    afterwards(lambda: news.publish(workspace_id, found["job_id"]))
    return Requested(found["job_id"], wish.queue, found["replayed"])
