"""What the platform asks: does it live, is it ready, how is it doing."""

from __future__ import annotations

import peewee
import redis
from flask import Blueprint, Response, jsonify

from reachly import audit, database, news
from reachly.web import metrics

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
def lives() -> Response:
    """The process answers; no store is touched, so that a database that is away restarts nobody."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@bp.get("/readyz")
def ready() -> tuple[Response, int, dict[str, str]]:
    """200, or 503 naming the store that is away; without Redis pages still work, but jobs start late.

    What the last audit found stands beside it and makes nobody unready: another process would read the same books.
    """
    stores = {"postgresql": _postgresql(), "redis": _redis()}
    away = [name for name, there in stores.items() if not there]
    if away:
        return jsonify(ready=False, away=away), 503, {"Retry-After": "5"}
    return jsonify(ready=True, away=away, audit=_audit()), 200, {}


@bp.get("/metrics")
def figures() -> Response:
    """Prometheus text."""
    return metrics.shown()


def _postgresql() -> bool:
    try:
        with database.transaction():
            return database.one("SELECT 1 AS one") is not None
    except (database.StoreAway, peewee.PeeweeException):
        return False


def _audit() -> str:
    try:
        state = audit.state()
    except (database.StoreAway, peewee.PeeweeException):
        return "unknown"
    if state is None:
        return "none yet"
    if state.failed:
        return "could not look"
    return "wrong" if state.breaches else "right"


def _redis() -> bool:
    try:
        return bool(news.client().ping())
    except (redis.RedisError, OSError, ValueError):
        return False
