"""How often one may ask: counted per person or address, said in the headers of the IETF draft."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, g, request
from flask_login import current_user

from reachly import counter
from reachly.settings import settings
from reachly.web.security import for_programs
from reachly.web.session import address

WINDOW = 60
FREE = ("/static/", "/healthz", "/readyz", "/metrics")
View = TypeVar("View", bound=Callable[..., Any])


class TooManyRequests(Exception):
    """The limit is used up; ``seconds`` until it is not."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:.0f} s")
        self.seconds = max(1, math.ceil(seconds))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of one limit."""

    name: str
    most: int
    left: int
    ends_in: int


def start(app: Flask) -> None:
    """Count every request of people; programs are counted once it is known who they are."""
    app.before_request(_count_person)
    app.after_request(_tell)


def spend(name: str, who: str) -> Standing:
    """Take one from the limit ``rate_limit_NAME`` of ``who``; raises :class:`TooManyRequests` when none was left."""
    most = max(1, int(getattr(settings(), f"rate_limit_{name}") * settings().rate_limit_scale))
    counted = counter.count(f"rate:{name}:{who}", WINDOW)
    standing = Standing(name, most, max(0, most - counted.used), math.ceil(counted.ends_in))
    if "standings" not in g:
        g.standings = []
    g.standings.append(standing)
    if counted.used > most:
        raise TooManyRequests(counted.ends_in)
    return standing


def limited(name: str) -> Callable[[View], View]:
    """Let a view be asked only ``rate_limit_NAME`` times a minute by one person, or by one address of the unknown."""

    def around(view: View) -> View:
        @functools.wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            spend(name, whoever())
            return view(*args, **kwargs)

        return counted  # type: ignore[return-value]

    return around


def whoever() -> str:
    """The signed-in person, or the address."""
    if not for_programs(request.path) and current_user.is_authenticated:
        return str(current_user.user_id)
    return address()


def _count_person() -> None:
    if request.path.startswith(FREE) or for_programs(request.path):
        return
    who = whoever()
    spend("requests", who)
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        spend("writes", who)


def _tell(response: Response) -> Response:
    standings: list[Standing] = g.get("standings", [])
    if standings:
        response.headers["RateLimit-Policy"] = ", ".join(
            f'"{each.name}";q={each.most};w={WINDOW}' for each in standings
        )
        response.headers["RateLimit"] = ", ".join(f'"{each.name}";r={each.left};t={each.ends_in}' for each in standings)
    return response
