"""Writes down for search what was there before its tables were."""

from __future__ import annotations

import time

from reachly.database import one, transaction

BATCH = 1_000
SECONDS = 20.0


def fill(seconds: float = SECONDS) -> int:
    """Fill the search tables batch by batch until all is in them or the time is over; returns how many rows were read.

    Each batch is a transaction of its own that holds up nobody for long. Many may fill at once: one does, the others
    pass by.
    """
    ends = time.monotonic() + seconds
    done = 0
    for what in ("contact", "lead"):
        while time.monotonic() < ends:
            with transaction():
                row = one(f"SELECT {what}_search_fill(%s) AS many", (BATCH,))
            if row is None or not row["many"]:
                break
            done += row["many"]
    return done
