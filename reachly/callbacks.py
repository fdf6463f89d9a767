"""The addresses that a Clay table calls back, and what becomes of what it sends.

An address names a run and an item and is signed by us. A run begins with the id of its job.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly import database, news
from reachly.database import as_json, execute, one, scope
from reachly.providers.clay.callback import Callback, CallbackExpired, CallbackRefused, sign, verify
from reachly.providers.clay.table import FILTERS_ITEM
from reachly.settings import settings

DAYS = 7
MOST_BYTES = 262_144
MOST_PAGE = 2**31 - 1
_WAKE = """
UPDATE jobs SET wake_at = clock_timestamp(),
                checkpoint = jsonb_set(checkpoint, '{sources,clay_table,resumes_at}', 'null')
 WHERE id = %s AND status = 'waiting'
"""
"""The source rests as well as its job: one woken without the other would only look and lie down again."""


class NoSuchCallback(Exception):
    """The address is none of ours, or its job is not there."""


class CallbackOver(Exception):
    """The address was ours, and its time is over: it expired, or its job has ended."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was kept: for which job, through which queue it is woken, and whether it had come before."""

    job_id: UUID
    queue: str
    duplicate: bool


def address(run: str, item: str) -> str:
    """The address that takes the results of one item of a run for a week."""
    token = sign(settings().secrets()[0], run, item, time.time() + DAYS * 86_400)
    return f"{(settings().public_url or '').rstrip('/')}/hooks/clay/{token}"


def take(token: str, body: dict[str, Any]) -> Taken:
    """Keep what came for a job that waits and let it wake up; each item and page is kept once.

    Raises :class:`NoSuchCallback` and :class:`CallbackOver`.
    """
    told = _verified(token)
    job_id = _job_of(told.run)
    with database.transaction():
        known = one("SELECT * FROM job_scope(%s)", (str(job_id),))
    if known is None:
        raise NoSuchCallback
    with scope(known["workspace_id"]):
        job = one("SELECT queue, finished_at FROM jobs WHERE id = %s", (str(job_id),))
        if job is None:
            raise NoSuchCallback
        kept = execute(
            "INSERT INTO callbacks (workspace_id, job_id, run, item, page, body)"
            " SELECT %s, %s, %s, %s, %s, %s::jsonb WHERE %s ON CONFLICT DO NOTHING",
            (
                known["workspace_id"],
                str(job_id),
                told.run,
                told.item,
                _page(told.item, body),
                as_json(body).encode("utf-8", "replace").decode(),
                job["finished_at"] is None,
            ),
        ).rowcount
        if job["finished_at"] is not None:
            raise CallbackOver
        if kept:
            execute(_WAKE, (str(job_id),))
    if kept:
        news.publish(known["workspace_id"], job_id)
    return Taken(job_id, job["queue"], not kept)


def _verified(token: str) -> Callback:
    """What the token stands for, made with any secret of ours."""
    for secret in settings().secrets():
        try:
            return verify(token, secret, time.time())
        except CallbackExpired:
            raise CallbackOver from None
        except CallbackRefused:
            continue
    raise NoSuchCallback


def _job_of(run: str) -> UUID:
    try:
        return UUID(run[:36])
    except ValueError:
        raise NoSuchCallback from None


def _page(item: str, body: dict[str, Any]) -> int:
    """Which of several results of one item this is.

    One row with filters brings many people through one address: where Clay gives them no number, their content is one.
    """
    page = body.get("page")
    if type(page) is int and 0 <= page <= MOST_PAGE:
        return page
    if item != FILTERS_ITEM:
        return 0
    content = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return int.from_bytes(hashlib.sha256(content).digest()[:4], "big") & MOST_PAGE
