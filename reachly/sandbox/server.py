"""The sandbox on a socket: one thread per connection, kept alive, with a hand on how each answer ends."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from reachly.sandbox import inbox
from reachly.sandbox.application import Application
from reachly.sandbox.messages import Request, Response
from reachly.sandbox.world import PEOPLE, world

log = logging.getLogger(__name__)
_MOST_BYTES = 2_000_000
_IDLE_SECONDS = 120


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], answer: Callable[[Request], Response]) -> None:
        self.answer = answer
        self.stopping = threading.Event()
        self.lines: set[socket.socket] = set()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("a connection ended early", exc_info=True)

    def close_lines(self) -> None:
        for line in list(self.lines):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.lines.add(self.connection)

    def finish(self) -> None:
        self.server.lines.discard(self.connection)
        super().finish()

    def _serve(self) -> None:
        request = self._request()
        if request is None:
            self._send(Response.of({"message": "Payload too large"}, 413))
            self.close_connection = True
            return
        try:
            response = self.server.answer(request)
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            response = Response.of({"message": "The sandbox itself failed"}, 500)
        self._send(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _serve  # noqa: N815

    def _request(self) -> Request | None:
        parts = urlsplit(self.path)
        try:
            length = int(self.headers.get("content-length") or 0)
        except ValueError:
            return None
        if not 0 <= length <= _MOST_BYTES or self.headers.get("transfer-encoding"):
            return None
        return Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
            client=str(self.client_address[0]),
        )

    def _send(self, response: Response) -> None:
        if response.ending == "silent":
            self.server.stopping.wait(response.seconds)
            self._hang_up()
            return
        lines = [f"HTTP/1.1 {response.status} {http.client.responses.get(response.status, '')}"]
        lines += [f"Server: reachly-sandbox\r\nDate: {self.date_time_string()}\r\nContent-Length: {len(response.body)}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        if response.ending == "cut":
            self.connection.sendall(head + response.body[: len(response.body) // 2])
            self._hang_up()
            return
        self.connection.sendall(head if self.command == "HEAD" else head + response.body)

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:
        log.debug(format, *args)


class Running:
    """A sandbox that serves until stopped; ``url`` is where, ``smtp_url`` where it takes mail."""

    def __init__(self, server: _Server, application: Application, smtp_port: int) -> None:
        self._server = server
        self._mail = inbox.Server(application.inbox, smtp_port)
        self.smtp_url = f"smtp+plain://127.0.0.1:{application.inbox.port}"
        self.application = application
        host, port = server.server_address[:2]
        name = host.decode() if isinstance(host, bytes | bytearray) else str(host)
        self.port = int(port)
        self.url = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="sandbox", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stops serving, drops open connections and what was still to be sent."""
        self._server.stopping.set()
        self.application.postman.stop()
        self._mail.stop()
        self._server.shutdown()
        self._server.close_lines()
        self._server.server_close()
        self._thread.join(5)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(host: str = "127.0.0.1", port: int = 0, people: int = PEOPLE, smtp_port: int = 0) -> Running:
    """Starts a sandbox with accounts of its own on ``port`` (0: any free one) and returns at once."""
    application = Application(world(people))
    return Running(_Server((host, port), application), application, smtp_port)
