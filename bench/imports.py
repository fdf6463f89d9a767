"""A file of so many rows, tried and imported by the product's own job, against the raw COPY of the rows it wrote.

Both write the same rows into tables with the same indexes in the same run; the ratio is what counts. The job runs in a
process of its own, whose peak memory is told for a small file and for the large one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from _people import new_team

from reachly import imports
from reachly.database import one, owner_database, scope
from reachly.settings import settings

SMALL = 10_000
TABLES = {
    "contacts": "id IN (SELECT contact_id FROM leads WHERE workspace_id = '{0}')",
    "imported_keys": "workspace_id = '{0}'",
    "leads": "workspace_id = '{0}'",
    "action_items": "workspace_id = '{0}'",
}
HEADER = "First name,Last name,Job title,E-mail,Phone,LinkedIn URL,Company,Website,Industry,Employees,City,Country\n"


def write(path: Path, rows: int) -> None:
    """A file as sales teams have them: some rows are wrong, some come twice."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for n in range(rows):
            if n % 500 == 499:
                file.write(f"No,Body{n},,,,,,,,,,\n")
                continue
            at = n - 1 if n % 500 == 250 else n
            firm = at // 20
            file.write(
                f"Ada{at % 900},Lovelace{at},Head of Operations,ada.{at}@firm{firm}.example,"
                f"+4930{10_000_000 + at},https://www.linkedin.com/in/ada-{at},Firm {firm} GmbH,"
                f"https://www.firm{firm}.example/,Software,{at % 900 + 1},Berlin,Germany\n"
            )


WORK = """
import sys
from reachly.engine.run import run
from reachly.imports.step import step
sys.exit(run(sys.argv[1], {"import_leads": step}, "bench") != "succeeded")
"""


def job(job_id: UUID) -> tuple[float, int]:
    """Work on the job in a process of its own: seconds, and its peak memory in bytes."""
    began = time.monotonic()
    child = subprocess.Popen([sys.executable, "-c", WORK, str(job_id)])
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, "the job did not succeed"
    return time.monotonic() - began, used.ru_maxrss * 1024


def imported(rows: int, folder: Path) -> dict[str, Any]:
    """Upload, try and import a file of so many rows."""
    whose = new_team()
    path = folder / f"{rows}.csv"
    write(path, rows)
    began = time.monotonic()
    with path.open("rb") as file:
        import_id = imports.keep(*whose, path.name, imports.store(whose[0], file))
    looked = time.monotonic() - began
    tried, tried_peak = job(imports.check(*whose, import_id).job_id)
    took, peak = job(imports.start(*whose, import_id).job_id)
    told = imports.get(*whose, import_id)
    assert told.run is not None
    assert told.checked is not None
    counts = {name: getattr(told.run, name) for name in ("read", "new", "updated", "same", "refused")}
    assert counts == {name: getattr(told.checked, name) for name in counts}, "the dry run told something else"
    assert counts["read"] == rows
    return {
        "whose": whose,
        "bytes": path.stat().st_size,
        "looked": looked,
        "tried": tried,
        "took": took,
        "peak": max(peak, tried_peak),
        "counts": counts,
    }


def raw(workspace_id: UUID, folder: Path) -> float:
    """Seconds that COPY takes for the same rows, into tables with the same indexes and nothing else."""
    owner = owner_database(settings())
    seconds = 0.0
    with owner.connection_context():
        for table, where in TABLES.items():
            owner.execute_sql(f"DROP TABLE IF EXISTS raw_{table}")
            owner.execute_sql(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING INDEXES INCLUDING GENERATED)")
            path = folder / table
            cursor = owner.cursor()
            with path.open("wb") as out:
                cursor.copy_expert(f"COPY (SELECT * FROM {table} WHERE {where.format(workspace_id)}) TO STDOUT", out)
            began = time.monotonic()
            with path.open("rb") as back:
                cursor.copy_expert(f"COPY raw_{table} FROM STDIN", back)
            owner.commit()
            seconds += time.monotonic() - began
            owner.execute_sql(f"DROP TABLE raw_{table}")
    return seconds


def main() -> None:
    """Print rows per second, the ratio to raw COPY, and peak memory."""
    parser = argparse.ArgumentParser(prog="bench imports")
    parser.add_argument("--rows", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["STORAGE_URL"] = (folder / "storage").as_uri()
        settings.cache_clear()
        small = imported(min(SMALL, asked.rows), folder)
        large = imported(asked.rows, folder)
        copied = raw(large["whose"][0], folder)
        with scope(*large["whose"]):
            leads = one("SELECT count(*) AS many FROM leads")
    counts = large["counts"]
    assert leads == {"many": counts["new"]}
    print(f"file: {asked.rows:,} rows, {large['bytes'] / 1e6:.1f} MB")
    print("rows: " + ", ".join(f"{number:,} {name}" for name, number in counts.items()) + "; the dry run said the same")
    print(f"uploaded and looked through: {large['looked']:.1f} s")
    print(f"tried:    {large['tried']:.1f} s, {asked.rows / large['tried']:,.0f} rows a second")
    print(f"imported: {large['took']:.1f} s, {asked.rows / large['took']:,.0f} rows a second")
    print(f"raw COPY of what it wrote: {copied:.1f} s; the import took {large['took'] / copied:.1f} times as long")
    print(
        f"peak memory: {small['peak'] / 1e6:.0f} MB at {min(SMALL, asked.rows):,} rows,"
        f" {large['peak'] / 1e6:.0f} MB at {asked.rows:,} rows ({large['peak'] / small['peak']:.2f} times)"
    )


if __name__ == "__main__":
    main()
