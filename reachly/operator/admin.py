"""`admin`: what an operator does to people's accounts."""

from __future__ import annotations

import argparse

from reachly.operator.line import say
from reachly.operator.mishaps import Mishap


def main(arguments: argparse.Namespace) -> int:
    """Do the act that was named."""
    return {"create": create, "grant": grant}[arguments.act](arguments)


def create(arguments: argparse.Namespace) -> int:
    """Make an administrator and print the one-time password, which is stored nowhere in clear."""
    from reachly import accounts

    try:
        password = accounts.create_admin(arguments.email)
    except accounts.Invalid as wrong:
        raise Mishap(" ".join(words for words in wrong.errors.values())) from wrong
    say(f"{arguments.email} is an administrator.")
    say(f"One-time password: {password}" if password else "The account was there before, and keeps its password.")
    return 0


def grant(arguments: argparse.Namespace) -> int:
    """Give credits to a person's own workspace, with a reason that stands in its history."""
    from reachly import ledger

    try:
        available = ledger.grant(arguments.email, arguments.credits, arguments.reason, arguments.key, arguments.again)
    except ledger.NoSuchPerson as wrong:
        raise Mishap(f"Nobody here has the address {arguments.email}.") from wrong
    except ledger.JustGranted as wrong:
        raise Mishap("The same was granted a moment ago: nothing was granted. Add --again if you mean it.") from wrong
    except ValueError as wrong:
        raise Mishap(str(wrong)) from wrong
    say(f"{arguments.credits} credits granted to {arguments.email}, who now has {available} available.")
    return 0
