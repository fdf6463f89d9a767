"""The command line: which verbs there are, and which module does each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from uuid import UUID

from reachly import __version__


def parser() -> argparse.ArgumentParser:
    """Every verb with its arguments; without a verb it is `run`."""
    top = argparse.ArgumentParser(prog="python3 -m reachly", description="Runs and looks after a Reachly.")
    top.add_argument("--version", action="version", version=f"Reachly {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("run", help="start everything and print the address (what happens without a verb)")
    test = verbs.add_parser(
        "test", help="run the tests on a throw-away cluster; takes pytest's arguments", add_help=False
    )
    test.add_argument("--shell-env", action="store_true", help="print the cluster's variables and keep it until killed")
    verbs.add_parser("migrate", help="bring the database to this version, and seed what every Reachly needs")
    verbs.add_parser("doctor", help="check every setting and store, and say what to do")
    audit = verbs.add_parser("audit", help="prove the books: balances, deliveries, jobs, files")
    audit.add_argument("--files", action="store_true", help="read every file and compare its hash")
    audit.add_argument("--times", action="store_true", help="say how long each rule took")
    admin = verbs.add_parser("admin", help="make an administrator; give credits; merge duplicates").add_subparsers(
        dest="act", required=True, metavar="ACT"
    )
    create = admin.add_parser("create", help="make an administrator, or make an existing user one")
    create.add_argument("email", metavar="EMAIL")
    create.add_argument(
        "--take-over", action="store_true", help="of an account there: a new password, no session or API key left"
    )
    grant = admin.add_parser("grant", help="give credits to a person's workspace")
    grant.add_argument("email", metavar="EMAIL")
    grant.add_argument("credits", metavar="CREDITS", type=_positive)
    grant.add_argument("--reason", required=True, metavar="TEXT", help="stands in the credit history")
    grant.add_argument("--key", metavar="TEXT", help="grant once for this key, however often it is run")
    grant.add_argument("--again", action="store_true", help="grant though the same was granted minutes ago")
    duplicates = admin.add_parser("duplicates", help="people or companies of the catalogue that look like one")
    duplicates.add_argument("kind", choices=("people", "companies"))
    merge = admin.add_parser("merge", help="let one person or company of the catalogue stand for another")
    merge.add_argument("kind", choices=("people", "companies"))
    merge.add_argument("kept", metavar="KEPT", type=UUID)
    merge.add_argument("gone", metavar="GONE", type=UUID)
    merge.add_argument("--reason", default="", metavar="TEXT", help="stands in the record of what operators did")
    split = admin.add_parser("split", help="take a merge in the catalogue back")
    split.add_argument(
        "merge", nargs="?", metavar="MERGE", type=UUID, help="which; without one, those that stand are listed"
    )
    split.add_argument("--reason", default="", metavar="TEXT", help="stands in the record of what operators did")
    jobs = verbs.add_parser("jobs", help="what is stuck, waits or got no answer; try a job again, or give it up")
    jobs.add_argument("act", nargs="?", choices=("stuck", "waiting", "unknown", "record", "retry", "release"))
    jobs.add_argument("id", nargs="?", metavar="ID", type=UUID, help="for retry and release: the job's id")
    jobs.add_argument("--reason", metavar="TEXT", help="for release: its people read it")
    bench = verbs.add_parser("bench", help="measure, with ratios to the plain way of doing it")
    bench.add_argument("name", metavar="NAME")
    bench.add_argument("rest", nargs=argparse.REMAINDER, metavar="...")
    chaos = verbs.add_parser("chaos", help="kill everything under load, then prove that nothing was lost")
    chaos.add_argument("--minutes", type=float, default=10)
    chaos.add_argument("--seed", type=int, default=1, help="the same seed: the same faults, the same wishes")
    chaos.add_argument("--seeds", type=_range, metavar="FIRST-LAST", help="several runs, one after the other")
    chaos.add_argument("--users", type=_positive, default=12)
    chaos.add_argument("--persistence", choices=("on", "off"), default="off", help="whether Redis keeps its data")
    chaos.add_argument("--home", type=Path, metavar="DIR", help="where to run; kept afterwards")
    chaos.add_argument("--report", metavar="FILE", help="everything as JSON")
    return top


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _range(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments ask; the exit code."""
    known, rest = parser().parse_known_args(arguments)
    if rest and known.verb != "test":
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    known.rest = getattr(known, "rest", rest)
    if known.verb == "jobs" and (known.act in ("retry", "release")) != (known.id is not None):
        parser().error("an ID goes with retry and with release, and with nothing else")
    from reachly.operator import at_hand, mishaps

    verb = known.verb or "run"
    with mishaps.in_one_line():
        if verb in ("migrate", "doctor", "audit", "admin", "jobs"):
            with at_hand.stores() as known.given:
                return int(import_module(f"reachly.operator.{verb}").main(known))
        return int(import_module(f"reachly.operator.{verb}").main(known))
    return 1


def say(words: str = "") -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
