"""Puts a fault into this process, or into the database that its settings point at."""

from __future__ import annotations

import os

from bench.planted import replacements
from bench.planted.catalogue import FAULTS, Planted
from reachly.database import owner_database
from reachly.settings import settings

VARIABLE = "REACHLY_BENCH_PLANTED"


def chosen() -> Planted:
    """The fault that the bench told this process to have."""
    return next(fault for fault in FAULTS if fault.name == os.environ[VARIABLE])


def into_process() -> None:
    """Replace what the fault replaces, once everything is imported."""
    import bench.crashpoints.acts
    import bench.crashpoints.scenarios  # noqa: F401
    import reachly.app  # noqa: F401

    if name := chosen().python:
        replacements.REPLACEMENTS[name]()


def into_database(fault: Planted | None = None) -> None:
    """Replace the pieces of functions, and run what the fault runs, as the schema's owner."""
    fault = fault or chosen()
    owner = owner_database(settings())
    with owner.connection_context():
        for function, right, wrong in fault.functions:
            text = owner.execute_sql("SELECT pg_get_functiondef(%s::regproc)", (function,)).fetchone()[0]
            if text.count(right) != 1:
                raise RuntimeError(f"{function} has changed: say anew what to break ({fault.name})")
            owner.execute_sql(text.replace(right, wrong).replace("%", "%%"))
        if fault.python == "hold_afterwards":
            owner.execute_sql(replacements.HOLD_AFTERWARDS)
        if fault.sql:
            owner.execute_sql(fault.sql)
