"""How long the audit takes on books with a million transactions while others write, against a plain scan of them.

The books: transactions with two entries each, 450,000 leads, 50,000 jobs, a million events, 900,000 unlocks. A scan is
one `SELECT count(*)`, with the sum of the credits where there are any, of each of these tables. The writers request,
deliver and end jobs through the product's own functions all the while: whatever the audit calls a breach was none.
"""

from __future__ import annotations

import argparse
import threading
import time
from uuid import uuid4

from _filled import fill
from _people import CREDITS, new_team

from reachly import audit
from reachly.database import as_json, connected, one, owner_database
from reachly.engine.claim import take
from reachly.engine.request import Wish, request
from reachly.generate.rows import row
from reachly.providers.values import Company, Person
from reachly.settings import settings

TABLES = ("transactions", "entries", "leads", "unlocks")
COUNTED = ("jobs", "job_events", "job_sources", "provider_calls", "exports")
TRANSACTIONS_A_JOB = 20
WANTED = 40


def scan() -> float:
    """Seconds to read every table once, the best of three."""
    owner = owner_database(settings())
    best = float("inf")
    with owner.connection_context():
        for _ in range(3):
            began = time.monotonic()
            for table in TABLES:
                owner.execute_sql(f"SELECT count(*), sum(credits) FROM {table}").fetchone()
            for table in COUNTED:
                owner.execute_sql(f"SELECT count(*) FROM {table}").fetchone()
            best = min(best, time.monotonic() - began)
    return best


def write(stop: threading.Event, written: list[int]) -> None:
    """Whole jobs of five leads, one after the other, in a workspace of this writer's own."""
    workspace_id, user_id = new_team(2 * CREDITS)
    with connected():
        while not stop.is_set():
            wish = Wish("generate_leads", "bulk", "Written", {}, 6, 6, {"email": 1}, sources=(("lusha", False),))
            claim = take(request(workspace_id, user_id, wish).job_id, "bench")
            assert claim is not None
            mark = uuid4().hex[:12]
            told = [
                row(
                    Person(
                        provider_id=f"{mark}{n}",
                        first_name="Ada",
                        last_name=mark,
                        email=f"{n}@{mark}.example",
                        email_grade="A",
                        company=Company(f"Firm {mark}", f"{mark}.example", "Software", "51-200", 120, "Germany"),
                    ),
                    "lusha",
                    uuid4(),
                    n,
                    True,
                )
                for n in range(5)
            ]
            with claim.transaction():
                one(
                    "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, ARRAY['email'], 5, 0, %s::jsonb, '{}')",
                    (claim.id, claim.attempt, as_json(told), as_json({"email": 1})),
                )
            claim.end("succeeded")
            written.append(1)


def main() -> None:
    """Print the seconds of each rule, of all, and the ratio to a scan: alone, and beside writers."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--transactions", type=int, default=1_000_000)
    arguments.add_argument("--writers", type=int, default=4)
    chosen = arguments.parse_args()
    jobs = chosen.transactions // TRANSACTIONS_A_JOB
    print(f"filled in {fill(teams=200, jobs=jobs, leads=9, events=20):.0f} s", flush=True)
    plain = scan()
    alone = audit.look()
    took = sum(alone.seconds.values())
    for rule, seconds in sorted(alone.seconds.items(), key=lambda told: -told[1])[:12]:
        print(f"{seconds:7.2f} s   {rule}")
    print(f"alone             {took:6.1f} s   a scan {plain:5.2f} s   ratio {took / plain:5.1f}   (at most {WANTED})")
    stop, written = threading.Event(), list[int]()
    writers = [threading.Thread(target=write, args=(stop, written)) for _ in range(chosen.writers)]
    for writer in writers:
        writer.start()
    time.sleep(2)
    before = len(written)
    beside = audit.look()
    during = len(written) - before
    stop.set()
    for writer in writers:
        writer.join()
    took = sum(beside.seconds.values())
    wrong = len(alone.breaches) + len(beside.breaches)
    print(f"beside {chosen.writers} writers  {took:6.1f} s   {during} jobs of theirs ended meanwhile")
    for breach in (alone.breaches + beside.breaches)[:10]:
        print(f"  {breach}")
    print(f"false breaches    {wrong:6}     (none)")


if __name__ == "__main__":
    main()
