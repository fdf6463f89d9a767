"""The addresses that a Clay table calls back: made by us, provably ours, good for one item and for a while.

A Clay column can send static headers but cannot sign, so the proof is in the address. It shows that the caller was
given the address, not that the body is untouched: what comes must be checked, and taken once per item.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import NamedTuple

MOST = 512
VERSION = "v1"


class CallbackRefused(Exception):
    """The token was not made by us, or not with this secret."""


class CallbackExpired(CallbackRefused):
    """The token was made by us, and its time is over."""


class Callback(NamedTuple):
    """What a token stands for."""

    run: str
    item: str


def sign(secret: str, run: str, item: str, expires: float) -> str:
    """The token for one item of one run, good until ``expires`` (seconds since 1970): one segment of a path.

    Raises ``ValueError`` for names so long that the token would not fit.
    """
    told = json.dumps([run, item, int(expires)], separators=(",", ":"), ensure_ascii=False)
    token = _token(secret, told.encode())
    if len(token) > MOST:
        raise ValueError("run and item are too long for a callback address")
    return token


def verify(token: str, secret: str, now: float) -> Callback:
    """The run and item of ``token``; raises :class:`CallbackRefused` or, for one of ours, :class:`CallbackExpired`.

    The comparison takes the same time wherever the token is wrong.
    """
    version, _, rest = token.partition(".")
    payload, _, _ = rest.partition(".")
    if len(token) > MOST or version != VERSION or not token.isascii():
        raise CallbackRefused
    told = _decoded(payload)
    if not hmac.compare_digest(_token(secret, told), token):
        raise CallbackRefused
    run, item, expires = json.loads(told)
    if now >= expires:
        raise CallbackExpired
    return Callback(run, item)


def verify_delivery(secret: str, raw_body: bytes, header: str | None) -> str | None:
    """The run that a delivery of Clay's own webhook says is finished; ``None`` for a test delivery.

    Raises :class:`CallbackRefused` unless ``X-Clay-Signature`` is ``sha256=`` and the HMAC of the very bytes received.
    Clay sends no time and may deliver twice: take each run once, and go on asking for results, for it may also never
    deliver.
    """
    expected = "sha256=" + hmac.new(secret.encode(), raw_body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), (header or "").strip().encode("utf-8", "replace")):
        raise CallbackRefused
    try:
        body = json.loads(raw_body)
    except (ValueError, RecursionError):
        raise CallbackRefused from None
    data = body.get("data") if isinstance(body, Mapping) else None
    run = data.get("routine_run_id") if isinstance(data, Mapping) else None
    return run if isinstance(run, str) and run else None


def _token(secret: str, told: bytes) -> str:
    if not secret:
        raise ValueError("callbacks cannot be signed without a secret")
    mac = hmac.new(secret.encode(), b"reachly clay callback\0" + VERSION.encode() + b"\0" + told, hashlib.sha256)
    return f"{VERSION}.{_encoded(told)}.{_encoded(mac.digest())}"


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode("ascii").rstrip("=")


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise CallbackRefused from None
