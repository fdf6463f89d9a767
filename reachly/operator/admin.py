"""`admin`: what an operator does to people's accounts."""

from __future__ import annotations

import argparse

from reachly.operator.line import say


def main(arguments: argparse.Namespace) -> int:
    """Do the act that was named."""
    return {"create": create, "grant": grant}[arguments.act](arguments)


def create(arguments: argparse.Namespace) -> int:
    """Make an administrator and print the one-time password, which is stored nowhere in clear."""
    from reachly import accounts

    password = accounts.create_admin(arguments.email)
    say(f"{arguments.email} is an administrator.")
    say(f"One-time password: {password}")
    return 0


def grant(arguments: argparse.Namespace) -> int:
    """Give credits to a person's own workspace, with a reason that stands in its history."""
    from reachly import ledger

    ledger.grant(arguments.email, arguments.credits, reason=arguments.reason)
    say(f"{arguments.credits} credits granted to {arguments.email}.")
    return 0
