"""Gunicorn's worker of threads, which can let go of a connection whose answer is a stream."""

from __future__ import annotations

import resource
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from reachly.settings import settings
from reachly.web.streams.sockets import sockets


class Worker(ThreadWorker):
    """Serves pages with threads; a connection that was handed over is neither closed nor counted any more."""

    def init_process(self) -> None:
        """Called once in the worker's process; tells the application that connections may be taken."""
        sockets.ready = True
        allow_files(settings().web_streams + 512)
        super().init_process()

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
