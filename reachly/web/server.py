"""How gunicorn serves the application: threads, because pages wait for stores and streams wait for news.

Used as ``gunicorn "reachly.app:create_app()" --config python:reachly.web.server``.
"""

from __future__ import annotations

import signal
import sys
from typing import Any

from reachly.settings import settings

_config = settings()
bind = f"{f'[{_config.host}]' if ':' in _config.host else _config.host}:{_config.port or 8000}"
worker_class = "reachly.web.streams.worker.Worker"
workers = _config.web_processes
threads = _config.web_threads
worker_connections = max(1000, _config.web_threads * 4)
keepalive = 30
timeout = 60
graceful_timeout = 12
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = _config.log_level.lower() if _config.log_level.lower() in ("debug", "warning", "error") else "warning"
limit_request_line = 16380
limit_request_fields = 100
forwarded_allow_ips = "*" if _config.trusted_proxies else "127.0.0.1,::1"
proc_name = "reachly-web"


def on_starting(_server: Any) -> None:
    """Serve nothing from a database that is older than the code: whoever deploys sees it, and the release before goes
    on serving.
    """
    from reachly import database, logs, migrating

    logs.start()
    if not migrating.ready():
        sys.exit("The database is not migrated: run `python3 -m reachly migrate`, then start again.")
    if not database.db.deferred:
        database.db.close_all()


def post_fork(_server: Any, _worker: Any) -> None:
    """A child starts with no connection of its parent's: two on one socket would read each other's answers."""
    from reachly import database, news

    if not database.db.deferred:
        database.db.init(None)
    news._client = None


def post_worker_init(worker: Any) -> None:
    """Tell open streams to end as soon as the worker is asked to stop, so that it stops in time."""
    from reachly import watching

    def stop(number: int, frame: Any) -> None:
        watching.stop()
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, stop)
    signal.siginterrupt(signal.SIGTERM, False)
