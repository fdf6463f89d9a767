"""What a request asks for: a whole page or the fragment a page wants to put in, and its words as plain text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, request
from flask_login import login_required

LONGEST_TEXT = 200
MOST_PAGES_BACK = 30
Kind = TypeVar("Kind")


def members_only(bp: Blueprint) -> Blueprint:
    """``bp``, none of whose pages is shown to whoever is not signed in."""

    @login_required
    def guard() -> None:
        """Nothing to do for who is signed in."""

    bp.before_request(guard)
    return bp


def fragment() -> bool:
    """Whether htmx asks, to put the answer into a page that is there already."""
    return request.headers.get("HX-Request") == "true"


def go(address: str) -> Response:
    """Go to a page of ours; from a fragment by the header that makes htmx leave the page."""
    if fragment():
        return Response(status=204, headers={"HX-Redirect": address})
    return make_response(redirect(address, 303))


def toast(words: str, kind: str, response: Response | None = None) -> Response:
    """``response``, by default one that changes nothing on the page, with a short message beside it."""
    response = response or Response(status=204)
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": words, "kind": kind}})
    return response


def turning(url: Callable[..., str], next_cursor: str | None) -> dict[str, str | None]:
    """The addresses of the pages before and after this one, of a list that only knows how to go on.

    The way back is the cursors one came by, which the address carries along as ``via``.
    """
    here, via = request.args.get("after"), request.args.getlist("via")[-MOST_PAGES_BACK:]
    back = url(after=via[-1], via=via[:-1]) if via else url()
    return {
        "previous": back if here else None,
        "next": url(after=next_cursor, via=[*via, here] if here else []) if next_cursor else None,
    }


def text(value: str | None, most: int = LONGEST_TEXT) -> str:
    """What was typed, without blanks around it and without what PostgreSQL cannot hold, cut at ``most`` characters."""
    return (value or "").replace("\0", "").encode("utf-8", "replace").decode().strip()[:most]


def identifier(value: str | None) -> UUID:
    """An id of ours from an address; what is none of ours does not exist: 404."""
    return chosen(value, UUID) or abort(404)


def chosen(value: str | None, kind: Callable[[str], Kind]) -> Kind | None:
    """``value`` as ``kind``, ``None`` where it cannot be read as one."""
    try:
        return kind(value) if value else None
    except ValueError:
        return None
