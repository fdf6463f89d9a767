"""What every page of a signed-in person shows around its content: the workspace, its credits, what runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from werkzeug.local import LocalProxy

from reachly import audit, mail, spending
from reachly.accounts import verifying
from reachly.database import one, scope, scoped
from reachly.hidden import SHOWN_LEADS
from reachly.settings import settings
from reachly.web.session import me
from reachly.web.undo import standing

bp = Blueprint("shell", __name__)

MOST_COUNTED = 10_000
"""Beside "Leads" in the menu nobody needs more than this many counted; above it stands a plus."""
BALANCE_EVERY = 5
_ASKS = ("find", "lists", "team", "settings", "notices")
"""Where a person is asked to confirm their address: where they begin, and where mail is written or read."""

_COUNTS = f"""
SELECT (SELECT balance FROM accounts WHERE name = 'available') AS available,
       (SELECT balance FROM accounts WHERE name = 'held') AS held,
       (SELECT count(*) FROM jobs WHERE finished_at IS NULL) AS running,
       (SELECT count(*) FROM (
           SELECT FROM leads l WHERE deleted_at IS NULL AND {SHOWN_LEADS} LIMIT {MOST_COUNTED + 1}) seen) AS leads
"""  # noqa: S608 - a number of our own
_OWN = """
(SELECT count(*) FROM (SELECT FROM notifications WHERE user_id = scope_user() AND read_at IS NULL LIMIT 100) seen)
       AS unread,
(SELECT coalesce(json_agg(json_build_object('id', w.id, 'name', w.name, 'role', w.role)), '[]') FROM my_workspaces() w)
       AS workspaces
"""
_WARNED = """
EXISTS (SELECT FROM spend_warnings w
         WHERE w.month = date_trunc('month', now() AT TIME ZONE 'UTC')::date AND (w.user_id IS NULL OR w.user_id = %s)
           AND NOT EXISTS (SELECT FROM spend_warnings_read r WHERE r.workspace_id = w.workspace_id
                              AND r.warning_id = w.id AND r.user_id = %s)) AS warned
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """Credits that can be used, and credits held for jobs."""

    available: int
    held: int


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame's figures; ``more_leads`` tells that there are more than were counted."""

    workspace: str
    role: str
    writes: bool
    """Whether this person may change what the workspace has; what they may not is marked and hidden."""
    runs: bool
    workspaces: tuple[dict[str, Any], ...]
    """``id, name, role, here`` of each workspace of this person."""
    unread: int
    """Notices that were not looked at, a hundred at most."""
    user: str
    email: str
    leads: int
    more_leads: bool
    running: int
    demo: bool
    embedded: bool
    admin: bool
    breaches: int
    """What the last audit found wrong, told to administrators alone."""
    balance: Balance
    unverified: bool = False
    """Whether this person is asked on this page to confirm their address."""
    warned: tuple[dict[str, Any], ...] = ()


def shell_of(workspace_id: UUID | str, user_id: UUID | str, person: Any) -> Shell:
    """The frame for one person, in one query; warnings that stand are looked up beside it."""
    told = scoped(workspace_id, user_id, f"{_COUNTS}, {_OWN}, {_WARNED}", (str(user_id), str(user_id)))
    assert told is not None
    return Shell(
        workspace=person.workspace,
        role=person.role,
        writes=person.may_write,
        runs=person.runs,
        workspaces=tuple(each | {"here": each["id"] == str(workspace_id)} for each in told["workspaces"]),
        unread=told["unread"],
        user=person.name,
        email=person.email,
        leads=min(told["leads"], MOST_COUNTED),
        more_leads=told["leads"] > MOST_COUNTED,
        running=told["running"],
        demo=person.demo,
        embedded=settings().reachly_embedded,
        admin=person.is_admin,
        breaches=_breaches() if person.is_admin else 0,
        balance=Balance(told["available"] or 0, told["held"] or 0),
        unverified=request.blueprint in _ASKS and verifying.asked(person.person),
        warned=_warned(workspace_id, user_id) if told["warned"] else (),
    )


def _breaches() -> int:
    state = audit.state()
    return (state.breaches or 0) if state else 0


def _warned(workspace_id: UUID | str, user_id: UUID | str) -> tuple[dict[str, Any], ...]:
    with scope(workspace_id, user_id):
        found = spending.unread(user_id)
    return tuple({"id": str(one.id), "text": _words(one)} for one in found)


def _words(warned: spending.Warned) -> str:
    cap = warned.cap
    whose = "your limit" if warned.personal else "this workspace's limit"
    told = f"{cap.percent} % of {whose} of {cap.credits or 0:,} credits a month are spent or held"
    return f"{told}; {cap.left or 0:,} are left."


def pulse() -> dict[str, Any]:
    """What ``_pulse.html`` needs; inside a scope."""
    told = one(_COUNTS)
    assert told is not None
    return {
        "balance": Balance(told["available"] or 0, told["held"] or 0),
        "shell": {
            "running": told["running"],
            "leads": min(told["leads"], MOST_COUNTED),
            "more_leads": told["leads"] > MOST_COUNTED,
        },
    }


def _shell() -> Shell:
    """The frame of this request, asked for once and only by templates that show it."""
    if "shell" not in g:
        g.shell = shell_of(*me(), current_user)
    return g.shell


@bp.app_context_processor
def frame() -> dict[str, Any]:
    """The names that the frame needs, for every template."""
    return {
        "shell": LocalProxy(_shell),
        "balance": LocalProxy(lambda: _shell().balance),
        "warned": LocalProxy(lambda: _shell().warned),
        "balance_every": BALANCE_EVERY,
        "undo": LocalProxy(standing),
        "inbox": mail.inbox(),
    }


@bp.get("/credits/balance")
@login_required
def balance() -> ResponseReturnValue:
    """The balance and the number of running jobs, for pages that ask now and then."""
    seen = _shell()
    return unless_known(
        (seen.balance, seen.running, seen.leads, seen.unread, "pulse"), lambda _tag: render_template("_pulse.html")
    )


def known(state: Any) -> bool:
    """Whether whoever asks has what :func:`unless_known` would make of this state."""
    tag = _tag(state)
    return request.args.get("seen") == tag or tag in request.if_none_match


def _tag(state: Any) -> str:
    return hashlib.blake2b(repr(state).encode(), digest_size=12).hexdigest()


def unless_known(state: Any, render: Callable[[str], str], store: bool = True) -> Response:
    """What ``render`` makes of the tag, a strong tag of ``state``; 304, and nothing is rendered, for whoever has it.

    htmx cannot say what it has where nothing may be kept (``store`` false); it names the tag as ``seen`` and is
    answered with 204.
    """
    tag = _tag(state)
    if request.args.get("seen") == tag:
        response = make_response("", 204)
    elif tag in request.if_none_match:
        response = make_response("", 304)
    else:
        response = make_response(render(tag))
    response.set_etag(tag)
    response.cache_control.private = True
    if store:
        response.cache_control.no_cache = True
    else:
        response.cache_control.no_store = True
    response.vary.add("HX-Request")
    return response
