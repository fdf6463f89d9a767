"""Cursors of collections that are numbered, and the link to the next page."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

from flask import request

from reachly.api.problem import Problem


def after(cursor: str | None, kind: str) -> int | None:
    """The number a cursor of this kind stands for; raises :class:`Problem` 422 for anything we did not make."""
    if cursor is None:
        return None
    try:
        told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        made_for, number = told
        if made_for == kind and type(number) is int and 0 <= number < 2**62:
            return number
    except (ValueError, TypeError, RecursionError):
        pass
    raise refused()


def cursor(kind: str, number: int) -> str:
    """The cursor of the page after ``number``."""
    return base64.urlsafe_b64encode(json.dumps([kind, number]).encode()).decode().rstrip("=")


def refused() -> Problem:
    """What a cursor that is none of ours gets."""
    return Problem(
        422, "Some parameters cannot be taken as they are.", errors=[("cursor", "Not a cursor of this list.")]
    )


def link(next_cursor: str | None) -> dict[str, str]:
    """The header that names the next page, where there is one."""
    if next_cursor is None:
        return {}
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return {"Link": f'<{request.path}?{urlencode([*kept, ("cursor", next_cursor)])}>; rel="next"'}
