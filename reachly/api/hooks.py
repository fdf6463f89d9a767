"""What comes from outside without being asked for: results of a Clay table, and word of Clay's runs."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from jobs.broker import send
from reachly import callbacks, deliveries
from reachly.api import caller
from reachly.api.problem import Problem
from reachly.providers.clay.callback import CallbackRefused
from reachly.providers.reading import finite

bp = Blueprint("api_hooks", __name__)


@bp.post("/hooks/clay/<token>")
def clay(token: str) -> tuple[Response, int]:
    """202 as soon as the result is kept, 200 for one that came before; 404, 410 and 413 as the contract says.

    Only addresses that we did not sign count against a limit: a table sends a result once, and what is refused is lost.
    """
    request.max_content_length = callbacks.MOST_BYTES
    try:
        told = json.loads(request.get_data().decode("utf-8"), parse_float=finite, parse_constant=finite)
    except RequestEntityTooLarge:
        raise Problem(413) from None
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not JSON in UTF-8.") from None
    if not isinstance(told, dict):
        raise Problem(422, "The body is one object: the row.")
    try:
        taken = callbacks.take(token, told)
    except callbacks.NoSuchCallback:
        caller.charge(None, None)
        raise Problem(404) from None
    except callbacks.CallbackOver:
        raise Problem(410, "This address has expired, or its job has ended.") from None
    if taken.duplicate:
        return jsonify(accepted=True, duplicate=True), 200
    send(taken.queue, taken.job_id)
    return jsonify(accepted=True, duplicate=False), 202


@bp.post("/hooks/clay-delivery")
def clay_delivery() -> tuple[str, int]:
    """204 for every word of Clay's, be there a job that waits for it or not; 403 for what Clay did not sign.

    This is the address to register at Clay; without CLAY_WEBHOOK_SECRET there is nothing here. Only what is refused
    counts against a limit.
    """
    request.max_content_length = callbacks.MOST_BYTES
    try:
        woken = deliveries.take(request.get_data(), request.headers.get("X-Clay-Signature"))
    except RequestEntityTooLarge:
        raise Problem(413) from None
    except deliveries.NoDeliveries:
        caller.charge(None, None)
        raise Problem(404) from None
    except CallbackRefused:
        caller.charge(None, None)
        raise Problem(403, "This is not signed with the webhook's secret.") from None
    for job in woken:
        send(job.queue, job.job_id)
    return "", 204
