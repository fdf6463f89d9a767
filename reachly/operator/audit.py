"""`audit`: proves the books."""

from __future__ import annotations

import argparse

from reachly.operator.line import say


def main(arguments: argparse.Namespace) -> int:
    """Run every proof and keep what it found; 1 and a line for each thing that does not add up, 0 when all does."""
    from reachly import audit
    from reachly.settings import settings

    found = audit.look(None if arguments.files else settings().audit_hash_bytes)
    audit.store(found)
    if text := audit.words(found):
        say(text)
    if arguments.times:
        for rule, seconds in sorted(found.seconds.items(), key=lambda told: -told[1]):
            say(f"{seconds:8.2f} s  {rule}")
    wrong, took = len(found.breaches), sum(found.seconds.values())
    say(f"{wrong} breach{'es' if wrong > 1 else ''}." if wrong else f"The books are right ({took:.1f} s).")
    return int(bool(wrong))
