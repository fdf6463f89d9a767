"""The process that acts: everything is imported once, then each act is a fork with connections of its own.

Started by the arena with settings that lead through its proxies. Reads one act a line, tells the fork's number, then
how it ended.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import traceback
from typing import Any, NoReturn

from bench.crashpoints import acts, gated, people
from bench.crashpoints.arena import LONGEST, PATIENCE


def main() -> None:
    """Fork for each act until there are no more."""
    from reachly.providers.clay import routines

    routines.WAITS = PATIENCE  # type: ignore[assignment]
    gated.install(int(os.environ["REACHLY_BENCH_GATE"]))
    people.program()
    say("ready")
    for line in sys.stdin:
        asked = json.loads(line)
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(read)
            perform(asked, write)
        os.close(write)
        say(json.dumps({"pid": pid}))
        with os.fdopen(read) as told:
            words = told.read()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        say(json.dumps({"status": status, "told": json.loads(words) if words else None}))


def say(words: str) -> None:
    """A line to the arena."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def perform(asked: dict[str, Any], write: int) -> NoReturn:
    """Act, tell what came of it, and be gone without any tidying up."""
    status = 1
    faulthandler.dump_traceback_later(LONGEST * 0.8)  # who hangs says where, before it is ended
    try:
        told = acts.ACTS[asked["act"]](**asked["arguments"])
        os.write(write, json.dumps(told, default=str).encode())
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
