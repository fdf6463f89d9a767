"""Mail that people get: written in the transaction that is its reason, and sent afterwards.

A mail is sent at least once: where a sender dies between the server's yes and the row, it goes out again, under the
same Message-ID. Without ``SMTP_URL`` mails are kept until there is one, or until they are too old to be of use.
"""

from __future__ import annotations

import time
from datetime import timedelta
from random import SystemRandom
from typing import Any
from uuid import UUID

import structlog

from reachly import mailer
from reachly.database import afterwards, one, rows, transaction
from reachly.mailer import Letter, Line, NoServer, NotSent, Route
from reachly.settings import settings

AT_ONCE = 10
LONGEST_WAIT = 3600.0
_jitter = SystemRandom().uniform
_log = structlog.get_logger()


def post(
    recipient: str,
    kind: str,
    subject: str,
    text: str,
    html: str | None = None,
    user_id: UUID | str | None = None,
    once_key: str | None = None,
) -> UUID | None:
    """Write a mail, inside a scope; it goes out once what is being written there is committed.

    ``kind`` is ``noun.verb``, ``user_id`` whom it is for where that is one of ours. A second mail of the workspace with
    the same ``once_key`` is none: ``None``. What it says is in nobody's sight again, so links in it may open doors.
    """
    subject = " ".join(subject.split())[:250]
    row = one(
        "INSERT INTO mails (workspace_id, user_id, recipient, kind, subject, text, html, once_key)"
        " VALUES (scope_workspace(), %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING RETURNING id",
        (user_id and str(user_id), recipient, kind, subject, text, html, once_key),
    )
    if row is None:
        return None
    afterwards(lambda: _log.info("mail_written", mail=str(row["id"]), kind=kind, sent=sending()))
    return UUID(str(row["id"]))


def sending() -> bool:
    """Whether mail goes out at all: whoever invites somebody is shown the link where it does not."""
    return bool(settings().smtp_url.get_secret_value())


def inbox() -> str:
    """Where mail is to be read on a first run, which sends none to anybody; empty where it goes out to people."""
    return settings().sandbox_inbox


def route() -> Route:
    """How mail goes out; raises ``ValueError`` where the settings make no sense."""
    config = settings()
    return Route.of(config.smtp_url.get_secret_value(), config.mail_from, config.smtp_timeout)


def send_due() -> int:
    """Send what is due and return how many went out; any number may do this at once, and each mail is one's.

    Where the server is away the rest waits as long as the first, and has lost no attempt.
    """
    if not sending():
        return 0
    way, sent = route(), 0
    while taken := _take():
        gone, away = _carry(way, taken)
        sent += gone
        if away or len(taken) < AT_ONCE:
            break
    return sent


def forget() -> int:
    """Forget mails older than they are kept; what waited for a server so long is of no use any more."""
    with transaction():
        told = one("SELECT mails_forget(%s, 1000) AS many", (timedelta(days=settings().mail_days),))
    return int(told["many"]) if told else 0


def _take() -> list[dict[str, Any]]:
    lease = timedelta(seconds=AT_ONCE * settings().smtp_timeout * 6)
    with transaction():
        return rows("SELECT * FROM mails_take(%s, %s)", (lease, AT_ONCE))


def _carry(way: Route, taken: list[dict[str, Any]]) -> tuple[int, bool]:
    """Send these over one line; how many went, and whether the server is away."""
    sent = 0
    waiting = list(taken)
    try:
        with mailer.line(way) as line:
            while waiting:
                sent += _one(line, waiting[0])
                waiting.pop(0)
    except NoServer as error:
        _log.warning("mail_server_away", error=str(error), mails=len(waiting))
        for at, row in enumerate(waiting):
            _again(row, str(error), counts=at == 0)
        return sent, True
    return sent, False


def _one(line: Line, row: dict[str, Any]) -> bool:
    """Send one and write down how that came out; raises :class:`NoServer`, with nothing written."""
    began = time.monotonic()
    try:
        line.send(Letter(str(row["id"]), row["recipient"], row["subject"], row["body"], row["html"]))
    except NoServer:
        raise
    except NotSent as error:
        if error.permanent:
            _settle(row, "failed", str(error))
            _log.warning("mail_refused", mail=str(row["id"]), kind=row["kind"], error=_code(error))
        else:
            _again(row, str(error))
        return False
    _settle(row, "sent")
    took = round(time.monotonic() - began, 2)
    _log.info("mail_sent", mail=str(row["id"]), kind=row["kind"], attempt=row["attempts"], seconds=took)
    return True


def _again(row: dict[str, Any], error: str, counts: bool = True) -> None:
    """Let it wait, the longer the more often it was tried; after the last attempt it is given up."""
    if counts and row["attempts"] >= settings().mail_attempts:
        _settle(row, "failed", error)
        _log.warning("mail_given_up", mail=str(row["id"]), kind=row["kind"], attempts=row["attempts"])
        return
    wait = min(LONGEST_WAIT, settings().mail_backoff * 2 ** min(row["attempts"] - 1, 20)) * _jitter(0.75, 1.25)
    _settle(row, "queued", error, timedelta(seconds=wait), counts)


def _settle(
    row: dict[str, Any], status: str, error: str | None = None, again: timedelta | None = None, counts: bool = True
) -> None:
    with transaction():
        one(
            "SELECT mail_settle(%s, %s, %s, %s, %s, %s, %s)",
            (row["workspace_id"], row["id"], row["attempts"], status, error, again, counts),
        )


def _code(error: NotSent) -> str:
    """What of a refusal may stand in a log: servers repeat the address in their words."""
    return str(error).split(" ", 1)[0]
