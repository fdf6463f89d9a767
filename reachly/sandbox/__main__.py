"""``python -m reachly.sandbox --host 127.0.0.1 --port 8900``: the made-up providers as a program."""

from __future__ import annotations

import argparse
import logging
import signal
import sys

from reachly.sandbox.accounts import DEMO_KEY
from reachly.sandbox.server import serve
from reachly.sandbox.world import MOST_PEOPLE, PEOPLE


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGTERM or Ctrl-C; prints one line when ready."""
    parser = argparse.ArgumentParser(prog="python -m reachly.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8900, help="port to listen on, 0 for any free one")
    parser.add_argument(
        "--smtp-port", type=int, default=0, help="port of this machine to take mail on, 0 for any free one"
    )
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"how many people there are, up to {MOST_PEOPLE}")
    parser.add_argument("--latency-ms", type=float, default=0, help=f"how long {DEMO_KEY} waits for each answer")
    chosen = parser.parse_args(arguments)
    if not 10 <= chosen.people <= MOST_PEOPLE:
        parser.error(f"--people goes from 10 to {MOST_PEOPLE}")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    told = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, told)  # for every thread from here on; they are waited for below
    try:
        running = serve(chosen.host, chosen.port, chosen.people, chosen.smtp_port)
    except OSError as trouble:
        sys.stderr.write(f"sandbox: cannot listen on {chosen.host}:{chosen.port}: {trouble.strerror}\n")
        return 1
    demo = running.application.accounts.of(DEMO_KEY)
    assert demo is not None
    demo.behaviour.latency_ms = chosen.latency_ms
    sys.stdout.write(f"sandbox: {running.url} ({chosen.people:,} made-up people, try the key {DEMO_KEY})\n")
    sys.stdout.flush()
    signal.sigwait(told)
    running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
