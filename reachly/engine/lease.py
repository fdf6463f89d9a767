"""Keeps leases alive from a thread of its own, so that a hung provider call does not lose the job."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from reachly.engine.claim import Claim, LeaseLost
from reachly.settings import settings

_log = structlog.get_logger()


class Keeper:
    """Renews the leases of all claims of this process every third of their length."""

    def __init__(self) -> None:
        self._claims: set[Claim] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def keeping(self, claim: Claim) -> Iterator[None]:
        """Renew ``claim`` until the block ends."""
        with self._lock:
            self._claims.add(claim)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name="lease-keeper", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._claims.discard(claim)

    def hand_back(self) -> None:
        """Give all jobs of this process back at once, whatever their steps still wait for: it is about to end.

        What a step brings after that changes nothing, as if it had lost its lease, and no crash is counted.
        """
        with self._lock:
            claims = list(self._claims)
        for claim in claims:
            try:
                claim.hand_back()
                claim.lost = True
                _log.warning("handed_back_in_the_middle", job=str(claim.id))
            except LeaseLost:
                continue
            except Exception as error:
                # Without a store there is nobody to hand it to: its lease runs out.
                _log.warning("not_handed_back", job=str(claim.id), error=type(error).__name__)

    def _keep(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(settings().job_lease / 3)
            with self._lock:
                claims = list(self._claims)
            for claim in claims:
                try:
                    claim.renew()
                except Exception as error:
                    # The stores may be away for a moment; a lease that truly ran out is found by the fence.
                    _log.warning("lease_not_renewed", job=str(claim.id), error=type(error).__name__)


keeper = Keeper()
