"""The statements of one whole job as the product really sends them, turned into a script for pgbench.

Each message to PostgreSQL stays one message and each transaction one transaction. What must differ from job to job (the
workspace, the job's id, the ids of its calls, who the people are) becomes a variable.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg2.extensions

from reachly import database
from reachly.database import connection_parameters, owner_database, rows, scope
from reachly.embedded.servant import package
from reachly.settings import settings

PGBENCH = package() / "pginstall" / "bin" / "pgbench"
_sent: list[str] = []


class _Told(psycopg2.extensions.cursor):
    """A cursor that writes down what it sends."""

    def execute(self, query: Any, vars: Any = None) -> None:
        _sent.append(self.mogrify(query, vars).decode())
        super().execute(query, vars)


def traced(act: Callable[[], Any]) -> tuple[list[str], Any]:
    """What ``act`` sends over the product's own connection, in order, and what it returns."""
    with database.connected():
        pass
    database.db.close_all()
    database.db.connect_params["cursor_factory"] = _Told
    _sent.clear()
    try:
        result = act()
    finally:
        database.db.close_all()
        del database.db.connect_params["cursor_factory"]
    return list(_sent), result


def script(sent: list[str], workspace_id: UUID, user_id: UUID, job_id: UUID, teams: int) -> str:
    """The statements as one transaction script: one run of it is one job."""
    with scope(workspace_id, user_id):
        calls = rows("SELECT id FROM provider_calls WHERE job_id = %s ORDER BY requested_at", (job_id,))
    names = {str(workspace_id): ":w", str(user_id): ":u", str(job_id): ":job_id"}
    names |= {str(call["id"]): f":c{n}_id" for n, call in enumerate(calls)}
    lines = [
        f"\\set n random(0, {teams - 1})",
        "\\set r random(100000000000, 999999999999)",
        "SELECT w, u FROM bench_teams WHERE n = :n \\gset",
    ]
    intents = 0
    for statement in sent:
        text = " ".join(statement.split("\n")).strip().rstrip(";")
        for literal, name in names.items():
            text = text.replace(literal, name)
        text = re.sub(r'(["\'])([eln]):(?=[^"\']+["\'])', r"\1\2:x-:r-", text)
        text = re.sub(r'("new_id": ?"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)[0-9a-f]{12}', r"\1:r", text)
        text = re.sub(r'("domain": ?")', r"\1x-:r-", text)
        # What is sent as one message stays one.
        text = re.sub(r"(^BEGIN|\));\s+(?=SELECT|WITH|UPDATE|INSERT)", r"\1\\; ", text)
        if "job_request(" in text:
            lines.append(f"{text} \\gset")
        elif "INSERT INTO provider_calls" in text:
            lines.append(f"{text} \\gset c{intents}_")
            intents += 1
        else:
            lines.append(f"{text};")
    assert intents == len(calls), f"{intents} intents were sent, {len(calls)} are there"
    return "\n".join(lines) + "\n"


def pgbench(text: str, teams: list[tuple[UUID, UUID]], clients: int, jobs: int) -> float:
    """Jobs per second of so many clients, at least ``jobs`` of them altogether."""
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql("CREATE TABLE IF NOT EXISTS bench_teams (n int PRIMARY KEY, w text, u text)")
        owner.execute_sql("TRUNCATE bench_teams")
        for number, (workspace_id, user_id) in enumerate(teams):
            owner.execute_sql("INSERT INTO bench_teams VALUES (%s, %s, %s)", (number, workspace_id, user_id))
        owner.execute_sql("GRANT SELECT ON bench_teams TO reachly_app")
    url = urlsplit(settings().database_url.get_secret_value())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "job.sql")
        file.write_text(text)
        each = -(-jobs // clients)
        command = [str(PGBENCH), "-n", "-M", "simple", "-c", str(clients), "-j", "2", "-t", str(each), "-f", str(file)]
        command += ["-h", str(url.hostname), "-p", str(url.port), "-U", str(url.username), url.path[1:]]
        options = connection_parameters(url.geturl(), settings())[1]["options"]
        environment = {"PGPASSWORD": url.password or "", "PGOPTIONS": options}
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=environment, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not found:
        raise RuntimeError(done.stdout[-1500:] + done.stderr[-2500:])
    return float(found[1])
