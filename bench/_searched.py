"""Fills the bench's database with people to be searched for; see the SQL of the same name."""

from __future__ import annotations

import json
import time
from pathlib import Path
from uuid import UUID

from _filled import admin

SQL = Path(__file__).with_suffix(".sql")
WORLD = Path(__file__).resolve().parent.parent / "reachly" / "sandbox" / "world"


def words() -> dict[str, str]:
    """The names that people, titles and companies are made of, the commonest titles first."""
    people = json.loads((WORLD / "names.json").read_text(encoding="utf-8")).values()
    roles = json.loads((WORLD / "departments.json").read_text(encoding="utf-8")).values()
    roles = [role for one in roles for role in one["roles"].split(", ")]
    titles = [f"{rank}{role}" for rank in ("", "Senior ", "Head ") for role in roles]
    firms = json.loads((WORLD / "companies.json").read_text(encoding="utf-8"))["first"]
    return {
        "first": "|".join(name for script in people for name in script["first"].split(", ")),
        "last": "|".join(name for script in people for name in script["last"].split(", ")),
        "titles": "|".join(titles),
        "companies": "|".join(firms.split(", ")),
    }


def fill(contacts: int, sizes: list[int]) -> tuple[dict[int, tuple[UUID, UUID]], float]:
    """Make the catalogue and a workspace of each size; gives workspace and person by size, and the seconds it took."""
    started = time.monotonic()
    connection = admin()
    told = words() | {"contacts": str(contacts), "sizes": ",".join(map(str, sizes))}
    with connection.cursor() as cursor:
        for name, value in told.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (f"bench.{name}", value))
        for statement in SQL.read_text(encoding="utf-8").split(";\n\n"):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT w.id, u.id, split_part(substr(u.email::text, 8), '@', 1)::integer FROM workspaces w"
            " JOIN users u ON u.id = w.personal_of WHERE u.email LIKE 'search-%'"
        )
        made = {sizes[number - 1]: (workspace, user) for workspace, user, number in cursor.fetchall()}
    connection.close()
    return made, time.monotonic() - started
