"""Compresses text for browsers that say they can read it."""

from __future__ import annotations

import gzip
import threading

from flask import Flask, Response, request

SMALLEST = 600
SMALL_WITH_TAG = 30_000
"""What is polled for carries a strong tag, which compressing would take from it: it goes out as it is."""
TEXT = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/javascript",
    "application/manifest+json",
    "image/svg+xml",
)
_kept: dict[str, bytes] = {}
_lock = threading.Lock()


def start(app: Flask) -> None:
    """Compress what is text, whole and not tiny; streams, files and ranges go out as they are."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    kind = response.mimetype or ""
    if (
        not kind.startswith(TEXT)
        or kind == "text/event-stream"
        or response.headers.get("Content-Disposition", "").startswith("attachment")
    ):
        return response
    response.vary.add("Accept-Encoding")
    asset = request.endpoint in ("static", "static_plain")
    if (
        response.status_code not in (200, 402, 404, 422)
        or "Content-Encoding" in response.headers
        or "Content-Range" in response.headers
        or request.method == "HEAD"
        or not request.accept_encodings["gzip"]
        or (response.is_streamed and not asset)
    ):
        return response
    etag, weak = response.get_etag()
    if etag and not weak and not asset and len(response.get_data()) < SMALL_WITH_TAG:
        return response
    packed = _asset(response) if asset else _packed(response.get_data(), 5)
    if packed is None:
        return response
    response.direct_passthrough = False
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    if etag and not weak:
        response.set_etag(etag, weak=True)
    return response


def _packed(content: bytes, level: int) -> bytes | None:
    return gzip.compress(content, level, mtime=0) if len(content) >= SMALLEST else None


def _asset(response: Response) -> bytes | None:
    """A file's compressed form, made once."""
    name = f"{request.path} {response.headers.get('ETag')}"
    with _lock:
        known = _kept.get(name)
    if known is None:
        response.direct_passthrough = False
        known = gzip.compress(response.get_data(), 9, mtime=0)
        with _lock:
            if len(_kept) > 300:
                _kept.clear()
            _kept[name] = known
    return known
