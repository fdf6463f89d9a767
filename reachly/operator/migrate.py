"""`migrate`: the database as this version wants it, with what every Reachly needs in it; may be repeated."""

from __future__ import annotations

import argparse

from reachly.operator.line import say
from reachly.operator.mishaps import Mishap
from reachly.settings import settings


def main(arguments: argparse.Namespace) -> int:
    """Apply what is pending under a lock, then seed, with the demo where it is offered; names what it applied."""
    del arguments
    from reachly.accounts import ensure_demo
    from reachly.migrating import NotMigrated, migrate
    from reachly.seed import seed

    try:
        applied = migrate(settings())
    except NotMigrated as reason:
        raise Mishap(str(reason)) from reason
    for name in applied:
        say(f"Applied {name}.")
    seed(settings())
    if settings().reachly_embedded:
        ensure_demo()
    return 0
