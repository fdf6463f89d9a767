"""Holding and capturing credits from Python, against pgbench running the same SQL.

On one account (every movement waits for the account's row) and spread over 1,000 accounts, with the same number of
clients on both sides. The figure that counts is the ratio of transactions per second.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

from _people import CREDITS, new_team, owner_rows

from reachly import database
from reachly.database import connection_parameters, execute, one, owner_database, scope, scoped
from reachly.embedded.servant import package
from reachly.settings import settings

CLIENTS = 4
SECONDS = 4
ROUNDS = 3
SPREAD = 1000
WANTED = 0.8
PGBENCH = package() / "pginstall" / "bin" / "pgbench"

HOLD = """
SELECT * FROM job_request('generate_leads', 'interactive', 'Bench', '{{"limit": 1}}'::jsonb, '{{"email": 1}}'::jsonb,
 1, 1, '{{}}'::jsonb, NULL, NULL, NULL, '[]'::jsonb, 'bench')
"""
CAPTURE = """
SELECT delivered FROM deliver_page('{job}', 1, 'lusha', jsonb_build_array(jsonb_build_object('n', 0,
 'new_id', gen_random_uuid(), 'keys', jsonb_build_array('e:' || gen_random_uuid()), 'email',
 'a@b.example', 'email_status', 'valid', 'has_email',
 true, 'has_phone', false, 'sample', true, 'suppressed', false, 'wanted', true, 'provenance', '{{}}'::jsonb,
 'company_provenance', '{{}}'::jsonb)), ARRAY['email'], 1, 0, '{{"email": 1}}'::jsonb, '{{}}'::jsonb)
"""


def teams(count: int) -> list[tuple[UUID, UUID, UUID]]:
    """Workspaces with credits, each with a running job that holds a lot."""
    made = []
    with database.connected():
        for _ in range(count):
            workspace_id, user_id = new_team(2 * CREDITS)
            with scope(workspace_id, user_id):
                asked = one(HOLD.format().replace("1, 1, '", "1000000, 1000000, '"))
                assert asked is not None
                execute(
                    "UPDATE jobs SET status = 'running', attempt = 1, lease_until = now() + interval '1 day'"
                    " WHERE id = %s",
                    (asked["job_id"],),
                )
            made.append((workspace_id, user_id, asked["job_id"]))
    return made


def python(sql: str, chosen: list[tuple[UUID, UUID, UUID]]) -> float:
    """Transactions per second through the product's own scope and connection pool."""
    ends = time.monotonic() + SECONDS
    counts = [0] * CLIENTS

    def client(number: int) -> None:
        at = number * 7919
        with database.connected():
            while time.monotonic() < ends:
                workspace_id, user_id, job_id = chosen[at % len(chosen)]
                at += 1
                scoped(workspace_id, user_id, sql.format(job=job_id))
                counts[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def pgbench(sql: str, chosen: list[tuple[UUID, UUID, UUID]]) -> float:
    """Transactions per second of pgbench with the same statements in the same order."""
    url = urlsplit(settings().database_url.get_secret_value())
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql("CREATE TABLE IF NOT EXISTS bench_teams (n int PRIMARY KEY, w text, u text, j text)")
        owner.execute_sql("TRUNCATE bench_teams")
        for number, (workspace_id, user_id, job_id) in enumerate(chosen):
            owner.execute_sql(
                "INSERT INTO bench_teams VALUES (%s, %s, %s, %s)", (number, workspace_id, user_id, job_id)
            )
        owner.execute_sql("GRANT SELECT ON bench_teams TO reachly_app")
    body = " ".join(sql.format(job="JOB").split()).replace("JOB", ":j")
    script = (
        f"\\set n random(0, {len(chosen) - 1})\nSELECT w, u, j FROM bench_teams WHERE n = :n \\gset\n"
        "SELECT set_config('reachly.workspace', ':w', true), set_config('reachly.user', ':u', true)\\; "
        f"{body};\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [str(PGBENCH), "-n", "-M", "simple", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS)]
        command += [
            "-f",
            file.name,
            "-h",
            str(url.hostname),
            "-p",
            str(url.port),
            "-U",
            str(url.username),
            url.path[1:],
        ]
        options = connection_parameters(url.geturl(), settings())[1]["options"]
        environment = {"PGPASSWORD": url.password or "", "PGOPTIONS": options}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(done.stderr[-2000:])
    return float(found[1])


def settle(sql: str, chosen: list[tuple[UUID, UUID, UUID]]) -> None:
    """Some movements, and then the statistics that autovacuum takes a while to gather: until then both sides keep the
    plans that were made for empty tables.
    """
    python(sql, chosen)
    owner_rows("ANALYZE")


def compare(name: str, sql: str, chosen: list[tuple[UUID, UUID, UUID]]) -> None:
    """Both sides in turn, and the median of the ratios."""
    settle(sql, chosen)
    runs: list[tuple[Callable[..., float], list[float]]] = [(python, []), (pgbench, [])]
    for _ in range(ROUNDS):
        for side, rates in runs:
            rates.append(side(sql, chosen))
    mine, theirs = (statistics.median(rates) for _, rates in runs)
    ratio = statistics.median(a / b for a, b in zip(runs[0][1], runs[1][1], strict=True))
    print(f"{name:24} Python {mine:8.0f}/s   pgbench {theirs:8.0f}/s   ratio {ratio:5.2f}   (wanted: {WANTED})")


def main() -> None:
    """Print a line for hold and capture, on one account and spread."""
    many = teams(SPREAD)
    print(f"{CLIENTS} clients, {SECONDS} s a run, {ROUNDS} rounds")
    for name, sql in (("hold", HOLD), ("capture", CAPTURE)):
        compare(f"{name}, one account", sql, many[:1])
        compare(f"{name}, {SPREAD} accounts", sql, many)


if __name__ == "__main__":
    main()
