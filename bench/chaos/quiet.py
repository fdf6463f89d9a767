"""Waiting from outside until no job is open, and saying which ones are when that takes too long."""

from __future__ import annotations

import time
from typing import Any

import psycopg2

LONGEST = 60.0


def still_open(owner_url: str) -> list[tuple[Any, ...]]:
    """The open jobs as the tables have them."""
    connection = psycopg2.connect(owner_url, connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, kind, status, attempt, crashes, progress_done, progress_total, wait_reason,"
                " round(extract(epoch FROM lease_until - clock_timestamp())::numeric, 1) AS lease,"
                " round(extract(epoch FROM wake_at - clock_timestamp())::numeric, 1) AS wakes"
                " FROM jobs WHERE finished_at IS NULL ORDER BY created_at"
            )
            return list(cursor.fetchall())
    finally:
        connection.close()


def settle(owner_url: str, longest: float = LONGEST) -> tuple[float, list[tuple[Any, ...]]]:
    """Seconds until no job is open, and the jobs that still were at the end of ``longest``."""
    began = time.monotonic()
    left: list[tuple[Any, ...]] = []
    while time.monotonic() - began < longest:
        try:
            left = still_open(owner_url)
            if not left:
                break
        except psycopg2.OperationalError:
            pass
        time.sleep(0.2)
    return time.monotonic() - began, left


def answers(owner_url: str, longest: float = LONGEST) -> None:
    """Wait until PostgreSQL takes connections and answers."""
    ends = time.monotonic() + longest
    while time.monotonic() < ends:
        try:
            still_open(owner_url)
        except psycopg2.Error:
            time.sleep(0.05)
        else:
            return
