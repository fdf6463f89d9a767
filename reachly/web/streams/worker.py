"""Gunicorn's worker of threads, which spends none on who sends slowly and can let go of a connection for a stream."""

from __future__ import annotations

import resource
import selectors
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from reachly.settings import settings
from reachly.web.arrival import SECONDS, arriving
from reachly.web.streams.sockets import sockets

STREAMS_END = 2.0
"""Seconds that the last bytes of open streams may take on their way out."""


class Worker(ThreadWorker):
    """Serves pages with threads; a connection that was handed over is neither closed nor counted any more."""

    def init_process(self) -> None:
        """Called once in the worker's process; tells the application that connections may be taken."""
        sockets.ready = True
        allow_files(settings().web_streams + 512)
        super().init_process()

    def run(self) -> None:
        """Serve until told to stop; returns when requests under way are answered and streams have ended whole."""
        super().run()
        sockets.finish(STREAMS_END)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Called on the main thread; once it stops for good, nobody is left in front of a closed door.

        Who has connected already is served. The door itself goes at once: as long as this process holds it, the
        system lets people in whom nobody answers.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        sockets.wake()
        for listener in self.sockets:
            listener.setblocking(False)
            before = -1
            while before != self.nr_conns:
                before = self.nr_conns
                self.accept(listener)
            listener.close()

    def enqueue_req(self, conn: TConn) -> None:
        """Called on the main thread where a request may come: it gets a thread as soon as it is here."""
        if self.cfg.is_ssl:
            super().enqueue_req(conn)
            return
        arrival = arriving(conn)
        if conn.data_ready:
            arrival.begin()
        conn.data_ready = False
        self._await(conn)

    def on_pending_socket_readable(self, conn: TConn, client: Any) -> None:
        """Called on the main thread when more of a request has come."""
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        self._await(conn)

    def _await(self, conn: TConn) -> None:
        arrival = arriving(conn)
        if arrival.take(conn.parser.unreader.buf):
            conn.data_ready = True
            super().enqueue_req(conn)
            return
        conn.timeout = arrival.ends or time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Called in a thread; a reader who takes nothing for a while is left."""
        conn.sock.settimeout(SECONDS)
        try:
            return super().handle_request(req, conn)
        except TimeoutError:
            return False

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """Called on the main thread after each request."""
        if conn.sock in sockets.handed_over:
            self.nr_conns -= 1
            return
        super().finish_request(conn, fs)


def allow_files(wanted: int) -> int:
    """Raise this process's own limit of open files to ``wanted``, as far as the system lets it; returns the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return soft
