"""Mail on the wire: plain values in, over SMTP, with a time limit on every word of the conversation.

``SMTP_URL`` says how: ``smtp://user:password@host:587`` (TLS is begun where the server offers it),
``smtp+starttls://…`` (or nothing is sent), ``smtps://…:465`` (TLS from the first byte), ``smtp+plain://…`` (never).
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtp+starttls": 587, "smtp+plain": 25, "smtps": 465}
OUR_FAULT = (421, 450, 451, 452, 454, 530, 534, 535, 538)
"""Codes that say something of the server or of how we sign in, and nothing of this mail."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where mail goes out and in whose name; ``tls`` is ``offered``, ``begun``, ``whole`` or ``never``."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    sender: str
    timeout: float

    @classmethod
    def of(cls, url: str, sender: str, timeout: float) -> Route:
        """The route of an ``SMTP_URL``; raises ``ValueError`` where it is none."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError(
                f"SMTP_URL begins with one of {', '.join(f'{name}://' for name in PORTS)} and names a host"
            )
        if "@" not in parseaddr(sender)[1]:
            raise ValueError("MAIL_FROM is an address, or a name with an address in angle brackets")
        tls = {"smtp": "offered", "smtp+starttls": "begun", "smtp+plain": "never", "smtps": "whole"}[parts.scheme]
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls,
            sender,
            timeout,
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail; ``id`` becomes its Message-ID, by which a recipient's server can tell that it came twice."""

    id: str
    recipient: str
    subject: str
    text: str
    html: str | None = None


class NotSent(Exception):
    """The mail did not go out; ``permanent`` where it never will."""

    permanent = False


class Refused(NotSent):
    """The server will not take this mail, now or later."""

    permanent = True


class NoServer(NotSent):
    """The server cannot be reached, or does not let us in: it is the same for every mail."""


class Line:
    """An open conversation with the server, which takes any number of mails."""

    def __init__(self, server: smtplib.SMTP, route: Route) -> None:
        self._server = server
        self._route = route

    def send(self, letter: Letter) -> None:
        """Hand the mail over; returns once the server has taken it. Raises :class:`NotSent`."""
        try:
            message = _message(letter, self._route.sender)
            envelope = parseaddr(self._route.sender)[1]
            self._server.send_message(message, from_addr=envelope, to_addrs=[letter.recipient])
        except smtplib.SMTPRecipientsRefused as error:
            raise _judged(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPResponseException as error:
            raise _judged(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(f"the server cannot write to this address: {error}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NoServer(_words(error)) from error
        except ValueError as error:  # an address or a subject that no mail can carry
            raise Refused(_words(error)) from error


@contextmanager
def line(route: Route) -> Iterator[Line]:
    """A conversation with the route's server until the block ends; raises :class:`NoServer`."""
    server: smtplib.SMTP | None = None
    try:
        try:
            server = _greeted(route)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NoServer(_words(error)) from error
        yield Line(server, route)
    finally:
        if server is not None:
            _hang_up(server)


def _greeted(route: Route) -> smtplib.SMTP:
    """A server that has said hello, over TLS where the route wants it, and knows us where we have a name there."""
    context = ssl.create_default_context()
    if route.tls == "whole":
        server: smtplib.SMTP = smtplib.SMTP_SSL(route.host, route.port, timeout=route.timeout, context=context)
    else:
        server = smtplib.SMTP(route.host, route.port, timeout=route.timeout)
    try:
        server.ehlo_or_helo_if_needed()
        if route.tls == "begun" or (route.tls == "offered" and server.has_extn("starttls")):
            server.starttls(context=context)
            server.ehlo()
        if route.user:
            server.login(route.user, route.password)
    except BaseException:
        server.close()
        raise
    return server


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{letter.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


def _judged(code: int, told: bytes | str) -> NotSent:
    words = f"{code} {told.decode('utf-8', 'replace') if isinstance(told, bytes) else told}"[:400]
    if code in OUR_FAULT and code >= 500:
        return NoServer(words)
    return Refused(words) if code >= 500 else NotSent(words)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:400]
