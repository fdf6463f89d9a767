"""Asks for every kind of another's thing in every way there is, and for one that never was."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.routing import Rule

from reachly import accounts
from tests.access.world import World, owner, tables
from tests.web.browsing import Browser, application

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NAMED = ("lead_id", "lead_ids", "list_id", "job_id", "contact_id", "profile", "icp_profile_id", "import_id", "id")
"""Names under which an id may come in a query, a form or a body."""
LISTS = ("/leads", "/jobs", "/exports", "/api/leads", "/api/jobs", "/exports/new", "/catalogue", "/activity")
LEFT_OUT = ("/login", "/logout", "/register", "/demo", "/settings/logout", "/api/auth")
"""Doors that let people in and out: asked a thousand times they would shut."""
_PASSING = re.compile(
    r'name="(csrf_token|key|idempotency_key)" value="[^"]*"|value="[^"]*" name="(csrf_token|key)"|"instance": ?"[^"]*"'
)
_OWN = re.compile(r'"number": ?\d+|\b[Jj]obs? \d+|\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+00:00)?|\b\d\d:\d\d(:\d\d)?')
"""What Bob's own things have that the one before had not: their number and their time."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Probe:
    """One request with an id in it; ``{}`` stands for the id."""

    door: str
    method: str
    path: str
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.body or ''}".strip()


class Prober:
    """Bob with a browser and with a token, before what is Alice's."""

    def __init__(self, world: World) -> None:
        self.app: Flask = application()
        self.browser = Browser(world.bob)
        self.csrf = self.browser.token()
        self.cookie = self.browser.client.get_cookie("reachly")
        self.client = self.app.test_client()
        self.token, _seconds = accounts.issue_token(world.bob.user_id, world.bob.workspace_id)

    def answer(self, probe: Probe, the_id: UUID | str) -> tuple[Any, ...]:
        """What a probe with this id gets, without what differs from one request to the next."""
        path, told = probe.path.replace("{}", str(the_id)), str(the_id)
        if probe.door == "web":
            # The cookie as it was: what an answer would say on the next page is not for the next probe.
            self.browser.client.set_cookie("reachly", self.cookie.value if self.cookie else "")
            data = {"csrf_token": self.csrf} | (_with(probe.body, told) or {})
            options: dict[str, Any] = {} if probe.method in ("GET", "HEAD") else {"data": data}
            response = self.browser.client.open(path, method=probe.method, **options)
        else:
            options = {"headers": {"Authorization": f"Bearer {self.token}"}}
            if probe.method not in ("GET", "HEAD"):
                options |= {"json": _with(probe.body, told) or {}}
            response = self.client.open(path, method=probe.method, **options)
        text = response.get_data(as_text=True).replace(told.replace("-", ""), "UUID")
        where = (response.headers.get("Location") or "").replace(told, "ID")
        text = _OWN.sub("", _PASSING.sub("", _UUID.sub("UUID", text)))
        return response.status_code, response.content_type, _UUID.sub("UUID", where), text


def _with(body: Any, the_id: str) -> Any:
    return json.loads(json.dumps(body).replace("{}", the_id)) if body is not None else None


def ids(world: World) -> list[UUID]:
    """Every kind of id that Alice's workspace has: of each table's rows one of each column."""
    found: dict[tuple[str, str], UUID] = {}
    with closing(owner()) as connection, connection.cursor() as cursor:
        for table, whose in tables(cursor).items():
            if not whose:
                continue
            cursor.execute(f"SELECT * FROM {table} WHERE {whose} = %s LIMIT 1", (world.key(table),))
            names = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    (table, name): value for name, value in zip(names, row, strict=True) if isinstance(value, UUID)
                }
    return list(dict.fromkeys(found.values()))


def probes() -> Iterator[Probe]:
    """Every address that takes an id, with every method; and every list and form with an id among what it is given."""
    rules = sorted(application().url_map.iter_rules(), key=str)
    for rule in rules:
        door = "api" if rule.rule.startswith(("/api", "/functions", "/rest")) else "web"
        if rule.endpoint == "static" or rule.rule.startswith(LEFT_OUT):
            continue
        if rule.arguments:
            path = _path(rule)
            for method in METHODS:
                yield Probe(door, method, path)
        elif "POST" in (rule.methods or ()):
            for name in NAMED:
                several = door == "api" and name.endswith("s")
                yield Probe(door, "POST", rule.rule, {name: ["{}"] if several else "{}"})
    for path in LISTS:
        for name in NAMED:
            yield Probe("api" if path.startswith("/api") else "web", "GET", f"{path}?{name}={{}}")


def _path(rule: Rule) -> str:
    """The rule's address with the probe's id in its last place and ids of nobody in the others."""
    parts = re.split(r"<[^>]+>", rule.rule)
    return str(uuid4()).join(parts[:-1]) + "{}" + parts[-1] if len(parts) > 2 else "{}".join(parts)


def fingerprint(world: World) -> str:
    """Everything that Alice's workspace has, as one hash."""
    told = hashlib.sha256()
    with closing(owner()) as connection, connection.cursor() as cursor:
        for table, whose in tables(cursor).items():
            if whose:
                cursor.execute(
                    f"SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t"
                    f" WHERE {whose} = %s",
                    (world.key(table),),
                )
                told.update(f"{table}:{cursor.fetchone()[0]}".encode())
    return told.hexdigest()
