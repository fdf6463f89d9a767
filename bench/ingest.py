"""A page of 1,000 results into all tables, those of search too, against the raw COPY of the same rows.

Both write the same data into tables with the same indexes in the same run; the ratio is what counts.
"""

from __future__ import annotations

import io
import json
import statistics
import time
from typing import Any
from uuid import UUID, uuid4

from _people import CREDITS, new_team

from reachly import database
from reachly.database import as_json, one, owner_database, rows, scope
from reachly.engine.claim import Claim, take
from reachly.engine.request import Wish, request
from reachly.generate.rows import row
from reachly.providers.values import Company, Person
from reachly.settings import settings

PAGE = 1000
ROUNDS = 9
WANTED = 10


def people(start: int, count: int) -> list[Person]:
    """People that nobody has seen before, at a tenth as many companies."""
    made = []
    for number in range(start, start + count):
        company = Company(f"Company {number // 10}", f"c{number // 10}.example", "Software", "51-200", 120, "Germany")
        made.append(
            Person(
                provider_id=f"p{number}",
                first_name="Ada",
                last_name=f"Number {number}",
                title="Head of Operations",
                seniority="head",
                department="Operations",
                linkedin_url=f"https://www.linkedin.com/in/ada-{number}",
                city="Berlin",
                country="Germany",
                company=company,
                email=f"ada.{number}@c{number // 10}.example",
                email_grade="A+",
                has=frozenset({"email", "phone"}),
            )
        )
    return made


def deliver(claim: Claim, told: str) -> None:
    """The product's own transaction for one page."""
    with claim.transaction():
        outcome = one(
            "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, %s, %s, 0, %s::jsonb, '{}'::jsonb)",
            (claim.id, claim.attempt, told, ["email"], PAGE, as_json({"email": 1})),
        )
        assert outcome is not None
        assert outcome["delivered"] == PAGE


TABLES = (
    *("organizations", "contacts", "contact_keys", "leads", "transactions", "entries", "unlocks"),
    *("lead_search", "contact_search"),
)


def baseline(owner: Any) -> None:
    """Copies of the tables, without rows and rules but with the same indexes."""
    for table in TABLES:
        execute_owner(owner, f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING INDEXES INCLUDING GENERATED)")


def execute_owner(owner: Any, sql: str) -> None:
    """One statement as the owner."""
    owner.execute_sql(sql)


def raw(owner: Any, texts: dict[str, str]) -> None:
    """The raw COPY of the page's rows, in one transaction."""
    with owner.atomic():
        cursor = owner.cursor()
        for table, text in texts.items():
            cursor.copy_expert(f"COPY raw_{table} FROM STDIN", io.StringIO(text))


def page_as_copied(owner: Any, job_id: UUID, since: str) -> dict[str, str]:
    """The rows that the page wrote, table by table, as COPY writes them."""
    where = {
        "organizations": f"created_at >= '{since}'",
        "contacts": f"created_at >= '{since}'",
        "contact_keys": f"contact_id IN (SELECT id FROM contacts WHERE created_at >= '{since}')",
        "leads": f"created_at >= '{since}'",
        "transactions": f"kind = 'capture' AND created_at >= '{since}'",
        "entries": "transaction_id IN (SELECT id FROM transactions"
        f" WHERE kind = 'capture' AND created_at >= '{since}')",
        "unlocks": f"created_at >= '{since}'",
        "lead_search": f"created_at >= '{since}'",
        "contact_search": f"contact_id IN (SELECT id FROM contacts WHERE created_at >= '{since}')",
    }
    texts = {}
    for table, condition in where.items():
        out = io.StringIO()
        owner.cursor().copy_expert(f"COPY (SELECT * FROM {table} WHERE {condition}) TO STDOUT", out)
        texts[table] = out.getvalue()
    return texts


def quiet(owner: Any, ways: str) -> None:
    """Switch what keeps the search tables off, or on again."""
    for table, names in (
        ("leads", ("leads_searched_new", "leads_searched_changed")),
        ("contacts", ("contacts_searched_new", "contacts_searched_changed")),
    ):
        for name in names:
            execute_owner(owner, f"ALTER TABLE {table} {ways} TRIGGER {name}")


def main() -> None:
    """Print the two medians and their ratio."""
    workspace_id, user_id = new_team(CREDITS)
    wish = Wish(
        "generate_leads", "bulk", "Bench", {}, PAGE * 100, PAGE * 100, {"email": 1}, sources=(("lusha", False),)
    )
    claim = take(request(workspace_id, user_id, wish).job_id, "bench")
    assert claim is not None
    owner = owner_database(settings())
    ours, theirs, reading = [], [], []
    with database.connected(), owner.connection_context():
        baseline(owner)
        for number in range(ROUNDS + 1):
            found = people(number * PAGE, PAGE)
            started = time.perf_counter()
            told = as_json([row(person, "lusha", uuid4(), at, True) for at, person in enumerate(found)])
            normalised = time.perf_counter() - started
            with scope(workspace_id, user_id):
                since = rows("SELECT clock_timestamp()::text AS now")[0]["now"]
            started = time.perf_counter()
            deliver(claim, told)
            mine = time.perf_counter() - started
            texts = page_as_copied(owner, claim.id, since)
            started = time.perf_counter()
            raw(owner, texts)
            copied = time.perf_counter() - started
            for table in TABLES:
                execute_owner(owner, f"TRUNCATE raw_{table}")
            if number:
                ours.append(mine)
                theirs.append(copied)
                reading.append(normalised)
        without = []
        quiet(owner, "DISABLE")
        for number in range(ROUNDS + 1, 2 * ROUNDS + 1):
            told = as_json([row(one, "lusha", uuid4(), at, True) for at, one in enumerate(people(number * PAGE, PAGE))])
            started = time.perf_counter()
            deliver(claim, told)
            without.append(time.perf_counter() - started)
        quiet(owner, "ENABLE")
    mine, copied, normal = (statistics.median(times) * 1000 for times in (ours, theirs, reading))
    print(json.dumps({"rows": PAGE, "rounds": ROUNDS}))
    print(f"normalising in Python  {normal:8.1f} ms")
    print(f"deliver_page           {mine:8.1f} ms")
    print(f"  without search       {statistics.median(without) * 1000:8.1f} ms")
    print(f"raw COPY, same rows    {copied:8.1f} ms")
    print(f"ratio                  {mine / copied:8.2f}   (wanted: at most {WANTED})")


if __name__ == "__main__":
    main()
