"""Counts and times of what was asked, for Prometheus."""

from __future__ import annotations

import hmac
import ipaddress
import time
from collections.abc import Iterator

import peewee
from flask import Flask, Response, abort, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reachly import audit
from reachly.database import StoreAway
from reachly.settings import settings

registry = CollectorRegistry()
ProcessCollector(registry=registry)
_asked = Counter(
    "reachly_http_requests_total",
    "Requests by route, method and status.",
    ["route", "method", "status"],
    registry=registry,
)
_took = Histogram(
    "reachly_http_request_seconds",
    "Time until the answer began.",
    ["route"],
    registry=registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class _Audits(Collector):
    """How the last audit ended, asked of the table at each look, since it ran in another process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The breaches of the last audit, and when one last found nothing; neither where the database is away."""
        try:
            state = audit.state()
        except (StoreAway, peewee.PeeweeException):
            return
        if state is not None and state.breaches is not None:
            yield GaugeMetricFamily("reachly_audit_breaches", "What the last audit found wrong.", state.breaches)
        if state is not None and state.right_at is not None:
            told = "When an audit last found the books right."
            yield GaugeMetricFamily("reachly_audit_last_success_timestamp", told, state.right_at.timestamp())

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: naming them takes no look at the database."""
        return []


registry.register(_Audits())
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def start(app: Flask) -> None:
    """Count and time every request; routes are named by their pattern, so that ids make no series."""
    app.before_request(_began)
    app.after_request(_counted)


def shown() -> Response:
    """The figures of this process as text; only with the configured token, or from this machine where there is none."""
    token = settings().metrics_token
    if token is not None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
        if not hmac.compare_digest(given, token.get_secret_value().encode()):
            abort(403)
    elif not _from_here():
        abort(403)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _from_here() -> bool:
    """Whether the request comes from this machine and through no proxy, which would make everyone look like that."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _began() -> None:
    g.began = time.perf_counter()


def _counted(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    _asked.labels(route, method, str(response.status_code)).inc()
    if "began" in g:
        _took.labels(route).observe(time.perf_counter() - g.began)
    return response
