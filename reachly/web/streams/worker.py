"""Gunicorn's worker of threads, which can let go of a connection whose answer is a stream."""

from __future__ import annotations

from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from reachly.web.streams.sockets import sockets


class Worker(ThreadWorker):
    """Serves pages with threads; a connection that was handed over is neither closed nor counted any more."""

    def init_process(self) -> None:
        """Called once in the worker's process; tells the application that connections may be taken."""
        sockets.ready = True
        super().init_process()

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """Called on the main thread after each request."""
        if conn.sock in sockets.handed_over:
            self.nr_conns -= 1
            return
        super().finish_request(conn, fs)
