"""What people see when something does not work: a page in plain words, never a trace, and never a lost form."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import peewee
import structlog
from flask import Flask, Response, current_app, g, make_response, request, session
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from reachly import database
from reachly.database import StoreAway
from reachly.web.limits import TooManyRequests
from reachly.web.roles import LOOKS, NotYourRole
from reachly.web.security import for_programs

AWAY_SECONDS = 5
PAGES = (400, 403, 404, 405, 413, 429, 500, 503)
AWAY = (StoreAway, peewee.OperationalError, peewee.InterfaceError)
Programs = Callable[[Exception, str], Response]
STALE = "This page is from before you signed in or changed the workspace. Nothing was changed: load it again."
_log = structlog.get_logger()


def start(app: Flask, programs: Programs, expected: tuple[type[Exception], ...] = ()) -> None:
    """Answer every failure; ``programs`` turns one into an answer for a program, given a reference for the log.

    Failures of the ``expected`` kinds are answers like any other and are not written down.
    """
    ordinary: tuple[type[Exception], ...] = (TooManyRequests, NotYourRole, *expected)

    def failed(error: Exception) -> Response:
        reference = _noted(error, ordinary)
        if for_programs(request.path):
            return programs(error, reference)
        return _for_people(error, reference)

    app.register_error_handler(Exception, failed)
    app.teardown_request(_hand_back)


def _noted(error: Exception, expected: tuple[type[Exception], ...]) -> str:
    """Write down what is our own failure; returns what finds it in the log again."""
    if isinstance(error, AWAY):
        _log.warning("store_away", path=_path(), error=type(error).__name__, told=str(error)[:200])
        # Connections that the server closed are all closed: the next request shall not meet another of them.
        if not database.db.deferred and not isinstance(error, StoreAway):
            database.db.close_idle()
        return ""
    if isinstance(error, (HTTPException, *expected)):
        return ""
    if database.refused(error):
        _log.warning("role_refused", method=request.method, path=_path())
        return ""
    reference = secrets.token_hex(4)
    _log.error("request_failed", reference=reference, method=request.method, path=_path(), exc_info=error)
    return reference


def _path() -> str:
    """The address for the log, without what lets somebody in."""
    return "/invitations/…" if request.path.startswith("/invitations/") else request.path


def _for_people(error: Exception, reference: str) -> Response:
    if isinstance(error, TooManyRequests):
        return page(429, {"retry_after": error.seconds}, error.seconds)
    if isinstance(error, AWAY):
        names = {
            "store": "The database",
            "retry_after": AWAY_SECONDS,
            "method": request.method,
            "action": _address(),
            "fields": _typed(),
        }
        return page(503, names, AWAY_SECONDS)
    if isinstance(error, NotYourRole) or database.refused(error):
        return page(403, {"words": error.words if isinstance(error, NotYourRole) else LOOKS})
    if isinstance(error, CSRFError):
        return page(400, {"words": STALE})
    if isinstance(error, HTTPException):
        if error.code is None or error.code < 400:
            return make_response(error.get_response())
        response = page(error.code if error.code in PAGES else 400 if error.code < 500 else 500)
        response.status_code = error.code
        allowed = getattr(error, "valid_methods", None)
        if allowed:
            response.headers["Allow"] = ", ".join(allowed)
        return response
    return page(500, {"reference": reference})


def page(status: int, names: dict[str, Any] | None = None, retry_after: int | None = None) -> Response:
    """The page for ``status``, made without any store; a fragment gets its words alone, for a toast."""
    if request.headers.get("HX-Request") == "true":
        response = make_response((names or {}).get("words") or _words(status), status)
        response.mimetype = "text/plain"
    else:
        response = make_response(_rendered(status, names or {}), status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
        if status == 503 and request.method == "GET":
            response.headers["Refresh"] = str(retry_after)
    response.cache_control.no_store = True
    return response


def _words(status: int) -> str:
    return {
        404: "That is gone.",
        413: "That is too much at once.",
        429: "A little too fast. Try again in a moment.",
        503: "The database is away. Nothing is lost; try again in a moment.",
    }.get(status, "That did not work. Nothing was changed.")


def _rendered(status: int, names: dict[str, Any]) -> str:
    """The template without the context that pages share, which may want the very store that is away."""
    try:
        template = current_app.jinja_env.get_template(f"errors/{status}.html")
        return template.render({"request": request, "session": session, "g": g, "words": ""} | names)
    except Exception as error:
        _log.error("error_page_failed", status=status, exc_info=error)
        return f"<!doctype html><html lang=en><title>Reachly</title><h1>{status}</h1><p>{_words(status)}</p>"


def _address() -> str:
    """Where the page that tries again asks: here, and on no other server, however the path is written."""
    query = request.query_string.decode("ascii", "ignore") if request.method == "POST" else ""
    return quote(request.path) + (f"?{query}" if query else "")


def _typed() -> list[tuple[str, str]]:
    """What was asked for, so that it can be asked again: the fields of the form that could not be taken, without
    passwords and keys, or those of the address, which a form that is sent by GET would leave out.
    """
    if request.method != "POST":
        return list(request.args.items(multi=True))
    return [(name, value) for name, value in request.form.items(multi=True) if "password" not in name and name != "key"]


def _hand_back(_error: BaseException | None) -> None:
    """Give a connection back that a view has left open."""
    if not database.db.deferred and not database.db.is_closed():
        database.db.close()
