"""`admin`: what an operator does to people's accounts, and to duplicates of the catalogue."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING
from uuid import UUID

from reachly.operator.line import say
from reachly.operator.mishaps import Mishap

if TYPE_CHECKING:
    from reachly.oversight import Kind

PAGE = 100
KINDS: dict[str, Kind] = {"people": "contact", "companies": "organization"}


def main(arguments: argparse.Namespace) -> int:
    """Do the act that was named."""
    return {"create": create, "grant": grant, "duplicates": duplicates, "merge": merge, "split": split}[arguments.act](
        arguments
    )


def create(arguments: argparse.Namespace) -> int:
    """Make an administrator and print the one-time password, which is stored nowhere in clear."""
    from reachly import accounts

    try:
        password = accounts.create_admin(arguments.email, arguments.take_over)
    except accounts.Invalid as wrong:
        raise Mishap(" ".join(words for words in wrong.errors.values())) from wrong
    except accounts.NotConfirmed as wrong:
        raise Mishap(
            f"Somebody registered as {arguments.email} and has not confirmed the address, so it may be anybody."
            " Add --take-over to give the account a new password and end its sessions and API keys."
        ) from wrong
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


def duplicates(arguments: argparse.Namespace) -> int:
    """What looks like one, each pair as the command would take it."""
    from reachly.oversight import as_owner

    found = as_owner().pairs(KINDS[arguments.kind], 100)
    for pair in found:
        kept, gone = f"{pair.kept} ({pair.kept_about})", f"{pair.gone} ({pair.gone_about})"
        say(f"{pair.kept_id} {pair.gone_id}  {pair.why}: {kept} and {gone}")
    say(f"{len(found)} pairs." if found else "Nothing looks like a duplicate.")
    return 0


def merge(arguments: argparse.Namespace) -> int:
    """Let one stand for the other, in every workspace."""
    from reachly.oversight import NOT_MERGED, as_owner

    done = as_owner().merge(KINDS[arguments.kind], arguments.kept, arguments.gone, arguments.reason)
    if done.outcome != "done":
        raise Mishap(NOT_MERGED[done.outcome])
    say(
        f"Merged: {done.leads} leads of {done.workspaces} workspaces followed. Take it back with: admin split {done.id}"
    )
    return 0


def split(arguments: argparse.Namespace) -> int:
    """Take a merge back, or list those that stand."""
    from reachly.oversight import NOT_SPLIT, as_owner

    if arguments.merge is None:
        before: UUID | None = None
        while page := as_owner().merges(before, PAGE):
            for one in page:
                who = one.who or "command line"
                say(f"{one.id}  {one.at:%Y-%m-%d %H:%M} {who}: {one.gone} into {one.kept}. {one.reason}")
            before = page[-1].id
        return 0
    done = as_owner().split(arguments.merge, arguments.reason)
    if done.outcome != "done":
        raise Mishap(NOT_SPLIT[done.outcome])
    say(f"Two again: {done.leads} leads of {done.workspaces} workspaces are where they were.")
    return 0
