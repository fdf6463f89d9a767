"""`migrate`: the database as this version wants it, with what every Reachly needs in it; may be repeated."""

from __future__ import annotations

import argparse

from reachly.operator.line import say
from reachly.settings import settings


def main(arguments: argparse.Namespace) -> int:
    """Apply what is pending under a lock, then seed; names each migration that it applied."""
    del arguments
    from reachly.database import migrate
    from reachly.seed import seed

    for name in migrate(settings()):
        say(f"Applied {name}.")
    seed(settings())
    return 0
