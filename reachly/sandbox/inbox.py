"""A mail server for one machine: takes everything by RFC 5321's basics, sends nothing on, and shows what came."""

from __future__ import annotations

import html
import itertools
import socketserver
import threading
import time
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from reachly.sandbox.messages import Request, Response

PATH = "/inbox"
KEPT = 500
MOST_BYTES = 5_000_000
LINE = 4096
IDLE_SECONDS = 60
FAULTS = {"refuse": 554, "4xx": 451, "5xx": 550, "hang": 0, "cut": 0}
"""What may go wrong: no connection, a recipient now, a recipient for good, silence, a line that breaks once the mail
was taken.
"""


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, ``times`` times (``None``: always), for one recipient where it names one."""

    kind: str
    to: str | None = None
    times: int | None = 1
    code: int | None = None
    seconds: float = 30.0
    happened: int = 0


class Inbox:
    """The mails that came, the newest last, and the faults that the next ones meet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._mails: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._faults: list[Fault] = []
        self.stopping = threading.Event()
        self.port = 0

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        """Take a mail in."""
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        mail = {
            "number": next(self._numbers),
            "at": time.time(),
            "sender": sender,
            "to": recipients,
            "from": str(message["From"] or ""),
            "subject": str(message["Subject"] or ""),
            "message_id": str(message["Message-ID"] or ""),
            "text": _part(message, "plain"),
            "html": _part(message, "html"),
        }
        with self._lock:
            self._mails.append(mail)

    def mails(self, to: str = "") -> list[dict[str, Any]]:
        """What came, or what came for one address."""
        with self._lock:
            found = list(self._mails)
        return [mail for mail in found if not to or to.casefold() in (each.casefold() for each in mail["to"])]

    def plan(self, faults: list[Fault]) -> None:
        """Replace what goes wrong."""
        with self._lock:
            self._faults = faults

    def meet(self, kinds: tuple[str, ...], to: str | None = None) -> Fault | None:
        """The fault of one of these kinds that is met now, if any."""
        with self._lock:
            for fault in self._faults:
                over = fault.times is not None and fault.happened >= fault.times
                if fault.kind in kinds and not over and fault.to in (None, to):
                    fault.happened += 1
                    return fault
        return None

    def empty(self) -> None:
        """Forget all that came and all that goes wrong."""
        with self._lock:
            self._mails.clear()
            self._faults = []


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def answer(inbox: Inbox, request: Request) -> Response:
    """``GET`` shows what came (``?to=`` for one address), ``PUT {"faults": […]}`` plans, ``DELETE`` empties."""
    if request.method == "DELETE":
        inbox.empty()
    elif request.method == "PUT":
        try:
            inbox.plan([_fault(one) for one in request.json()["faults"]])
        except (ValueError, TypeError, KeyError) as trouble:
            return Response.of({"message": f"faults are a list of {', '.join(FAULTS)}: {trouble}"}, 400)
    elif request.method != "GET":
        return Response.of({"message": "GET, PUT or DELETE"}, 405)
    found = inbox.mails(request.query.get("to", ""))
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return Response(200, _page(found).encode(), {"Content-Type": "text/html; charset=utf-8"})
    return Response.of({"mails": found, "smtp_port": inbox.port})


def _fault(values: dict[str, Any]) -> Fault:
    if values.get("kind") not in FAULTS:
        raise ValueError(f"no kind {values.get('kind')}")
    return Fault(**values)


_LOOK = """
:root { color-scheme: light dark; }
body { max-width: 720px; margin: 0 auto; padding: 20px 16px; font: 14px/21px system-ui, sans-serif;
       background: light-dark(#fcfcfd, #0e0f12); color: light-dark(#16171d, #eeeff3); }
h1 { font-size: 18px; } h2 { margin: 0; font-size: 15px; }
p { margin: 2px 0; color: light-dark(#4b4e59, #b4b7c2); }
article { margin: 14px 0; padding: 14px 16px; border: 1px solid light-dark(#e9e9ee, #23262d); border-radius: 8px;
          background: light-dark(#fff, #131519); }
pre { margin: 10px 0 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: light-dark(#4338ca, #a8abff); }
"""


def _page(mails: list[dict[str, Any]]) -> str:
    """What came as a page to read, the newest first; links in it are taken from the plain text."""
    shown = "".join(
        f"<article><h2>{html.escape(mail['subject'])}</h2><p>To {html.escape(', '.join(mail['to']))}</p>"
        f"<pre>{_linked(mail['text'])}</pre></article>"
        for mail in reversed(mails)
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Inbox of the sandbox</title><style>{_LOOK}</style><h1>Inbox of the sandbox</h1>"
        "<p>Mail of this first run, the newest first. None of it was sent to anybody.</p>"
        f"{shown or '<p>No mail yet: it comes within a few seconds.</p>'}</html>"
    )


def _linked(text: str) -> str:
    """The text with each line that is an address made a link."""
    lines = html.escape(text).splitlines()
    return "\n".join(
        f"<a href='{line}'>{line}</a>" if line.startswith(("http://", "https://")) else line for line in lines
    )


class _Talk(socketserver.StreamRequestHandler):
    """One conversation."""

    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: Server

    def handle(self) -> None:
        inbox = self.server.inbox
        fault = inbox.meet(("refuse", "hang"))
        if fault is not None:
            if fault.kind == "hang":
                inbox.stopping.wait(fault.seconds)
            else:
                self._say(fault.code or 554, "no mail today")
            return
        self._say(220, "sandbox ESMTP")
        self._sender: str | None = None
        self._recipients: list[str] = []
        while (told := self._line()) is not None:
            verb, _, rest = told.partition(" ")
            if not self._obey(verb.upper(), rest.strip()):
                return

    def _obey(self, verb: str, rest: str) -> bool:
        """Answer one command; false when the conversation is over."""
        match verb:
            case "EHLO":
                self._raw("250-sandbox\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 5000000\r\n")
            case "HELO" | "NOOP":
                self._say(250, "ok")
            case "RSET":
                self._sender, self._recipients = None, []
                self._say(250, "ok")
            case "MAIL" if rest.upper().startswith("FROM:"):
                self._sender, self._recipients = _address(rest[5:]), []
                self._say(250, "ok")
            case "RCPT" if rest.upper().startswith("TO:") and self._sender is not None:
                self._recipient(_address(rest[3:]))
            case "DATA" if self._recipients:
                return self._data()
            case "QUIT":
                self._say(221, "bye")
                return False
            case "MAIL" | "RCPT" | "DATA":
                self._say(503, "not now")
            case _:
                self._say(502, "never heard of it")
        return True

    def _recipient(self, address: str) -> None:
        fault = self.server.inbox.meet(("4xx", "5xx"), address)
        if fault is not None:
            self._say(fault.code or FAULTS[fault.kind], f"<{address}> is not taken")
            return
        self._recipients.append(address)
        self._say(250, "ok")

    def _data(self) -> bool:
        self._say(354, "go on, end with a dot")
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline(MOST_BYTES)) not in (b".\r\n", b""):
            size += len(line)
            if size > MOST_BYTES:
                self._say(552, "too long")
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        assert self._sender is not None
        if not line:
            return False
        self.server.inbox.keep(self._sender, self._recipients, b"".join(lines))
        self._sender, recipients, self._recipients = None, self._recipients, []
        if any(self.server.inbox.meet(("cut",), to) for to in recipients):
            return False
        self._say(250, "taken")
        return True

    def _line(self) -> str | None:
        try:
            told = self.rfile.readline(LINE)
        except OSError:
            return None
        return told.decode("utf-8", "replace").rstrip("\r\n") if told.endswith(b"\n") else None

    def _say(self, code: int, words: str) -> None:
        self._raw(f"{code} {words}\r\n")

    def _raw(self, words: str) -> None:
        try:
            self.wfile.write(words.encode())
        except OSError:
            return


def _address(told: str) -> str:
    """The address between the angle brackets."""
    return told.strip().partition("<")[2].partition(">")[0] or told.strip().split(" ")[0]


class Server(socketserver.ThreadingTCPServer):
    """Takes mail on a port of this machine until stopped."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, inbox: Inbox, port: int) -> None:
        self.inbox = inbox
        super().__init__(("127.0.0.1", port), _Talk)
        inbox.port = int(self.server_address[1])
        threading.Thread(target=self.serve_forever, args=(0.1,), name="inbox", daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is no news."""

    def stop(self) -> None:
        """Take no more mail."""
        self.inbox.stopping.set()
        self.shutdown()
        self.server_close()
