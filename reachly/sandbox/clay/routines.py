"""Runs of a function over up to a hundred items, finished after a while, asked for by polling."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reachly.sandbox.accounts import Account
from reachly.sandbox.clay.functions import FUNCTIONS, Function, Unusable
from reachly.sandbox.messages import Refused, Response
from reachly.sandbox.postman import Postman
from reachly.sandbox.world import World

_MOST_KEPT = 5_000


@dataclass(slots=True)
class Run:
    """What a run brought and when it may be told."""

    data: list[dict[str, Any]]
    started: float
    seconds: float

    def finished(self, now: float) -> int:
        """How many items are done: they finish evenly over the run's time."""
        if now >= self.started + self.seconds:
            return len(self.data)
        return int(len(self.data) * (now - self.started) / self.seconds)


def start(world: World, account: Account, postman: Postman, routine: str, body: dict[str, Any]) -> Response:
    """Starts a run; asking twice runs and charges twice, there is no idempotency key."""
    kind, _, name = routine.partition(":")
    function = FUNCTIONS.get(name) if kind == "function" else None
    if function is None:
        raise Refused(404, "Routine not found")
    webhook = account.webhooks.get(body.get("webhook_id", ""))
    if "webhook_id" in body and webhook is None:
        raise Refused(400, "Webhook not found")
    with account.lock:
        data = [_item(world, account, function, item) for item in body["items"]]
        run = Run(data, time.monotonic(), account.behaviour.routine_delay_ms / 1000)
        run_id = f"run_{secrets.token_hex(10)}"
        if len(account.runs) >= _MOST_KEPT:
            account.runs.pop(next(iter(account.runs)))
        account.runs[run_id] = run
    if webhook is not None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        notice = {"webhookId": body["webhook_id"], "createdAt": now, "data": {"routine_run_id": run_id}}
        raw = json.dumps(notice, separators=(",", ":")).encode()
        signature = hmac.new(webhook.secret.encode(), raw, hashlib.sha256).hexdigest()
        postman.post_bytes_later(run.seconds, webhook.url, {"X-Clay-Signature": f"sha256={signature}"}, raw)
    return Response.of({"routine_run_id": run_id, "status": "in_progress"}, 202)


def results(account: Account, run_id: str, query: Mapping[str, str]) -> Response:
    """How far a run is, or a page of what it brought."""
    run: Run | None = account.runs.get(run_id)
    if run is None:
        raise Refused(404, "Run not found")
    limit, first = _page(query)
    finished, total = run.finished(time.monotonic()), len(run.data)
    about = {"routine_run_id": run_id, "finished": finished, "total": total}
    if finished < total:
        return Response.of({**about, "status": "in_progress"}, 202)
    more = {"cursor": f"c{first + limit}"} if first + limit < total else {}
    return Response.of({**about, "status": "complete", "data": run.data[first : first + limit], **more})


def _page(query: Mapping[str, str]) -> tuple[int, int]:
    try:
        limit = int(query.get("limit", "20"))
        first = int(query.get("cursor", "c0").removeprefix("c"))
    except ValueError:
        raise Refused(400, "Validation failed") from None
    if not 1 <= limit <= 100 or first < 0:
        raise Refused(400, "Validation failed")
    return limit, first


def _item(world: World, account: Account, function: Function, item: dict[str, Any]) -> dict[str, Any]:
    if account.clay_data_spent + function.price > account.behaviour.clay_data_credits:
        return _failed(item, "Insufficient credits")
    try:
        result = function.find(world, item["inputs"])
    except Unusable as trouble:
        return _failed(item, str(trouble))
    price = function.price if result else function.price_of_miss
    account.clay_data_spent = round(account.clay_data_spent + price, 3)
    with account.tally("clay.run_routine") as tally:
        tally.credits = round(tally.credits + price, 3)
    return {"id": item["id"], "status": "complete", "result": result}


def _failed(item: dict[str, Any], message: str) -> dict[str, Any]:
    return {"id": item["id"], "status": "failed", "error": {"message": message}}
