"""`chaos`: the whole product under people and faults on a private home, then proof that nothing was lost."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from reachly.operator.environment import CHECKOUT


def main(arguments: argparse.Namespace) -> int:
    """Run `bench/chaos` as a program; it knows the product only from outside."""
    sys.path.append(str(CHECKOUT))
    return int(import_module("bench.chaos.commands").main(arguments))
