"""`audit`: proves the books."""

from __future__ import annotations

import argparse

from reachly.operator.line import say


def main(arguments: argparse.Namespace) -> int:
    """Run every proof; 1 and a line for each thing that does not add up, 0 when all does."""
    del arguments
    from reachly import audit

    wrong = list(audit.run())
    for words in wrong:
        say(str(words))
    say(f"{len(wrong)} findings." if wrong else "The books are right.")
    return int(bool(wrong))
