"""`audit`: proves the books."""

from __future__ import annotations

import argparse


def main(arguments: argparse.Namespace) -> int:
    """Run every proof; 1 and a line for each thing that does not add up, 0 when all does."""
    del arguments
    from reachly import audit

    return audit.main()
