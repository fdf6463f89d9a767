"""Works on jobs straight from their rows while Redis is away, so that its absence slows jobs down and stops none."""

from __future__ import annotations

import threading
import time
from uuid import UUID

import structlog

from jobs.actors import work
from jobs.broker import send
from reachly.settings import settings

_ASK_AGAIN = 2.0
"""Seconds until Redis is tried again after it failed: a frozen one takes its time-out each time."""
_log = structlog.get_logger()


class Direct:
    """A way to have jobs worked on: by a message where Redis takes it, else by a thread of this process."""

    def __init__(self) -> None:
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._away_until = 0.0

    def room(self, most: int) -> int:
        """How many jobs can be taken now: ``most`` by messages, while Redis is away no more than there are threads, and
        one where it is time to ask whether it is back.
        """
        if not self._away_until:
            return most
        with self._lock:
            free = settings().worker_threads - len(self._threads)
        return min(most, max(free, int(time.monotonic() >= self._away_until)))

    def take(self, queue: str, job_id: UUID) -> bool:
        """Send the job, or begin to work on it here; false where neither can be done now."""
        if time.monotonic() >= self._away_until:
            if send(queue, job_id):
                self._away_until = 0.0
                return True
            self._away_until = time.monotonic() + _ASK_AGAIN
        with self._lock:
            if len(self._threads) >= settings().worker_threads:
                return False
            thread = threading.Thread(target=self._work, args=(job_id,), name=f"direct-{job_id}", daemon=True)
            self._threads.add(thread)
        thread.start()
        return True

    def _work(self, job_id: UUID) -> None:
        try:
            work(str(job_id))
        except Exception as error:
            _log.exception("direct_work_failed", job=str(job_id), exc_info=error)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def wait(self, seconds: float) -> None:
        """Give the jobs at hand so long to be handed back."""
        until = time.monotonic() + seconds
        for thread in list(self._threads):
            thread.join(max(0.0, until - time.monotonic()))
