"""The doctor's look at PostgreSQL, Redis and the storage: asked for real, with a file written and removed."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

from reachly.operator.findings import Finding, fail, ok, warn
from reachly.settings import Settings

OLDEST = 18
EXTENSIONS = {"citext", "pg_trgm", "unaccent", "btree_gin"}
_PATIENCE = 2.0


def postgresql(chosen: Settings) -> Iterator[Finding]:
    """Version, extensions, migrations, the app's role, and the two clocks."""
    from reachly import database, migrating

    owner = database.owner_database(chosen)
    with owner.connection_context():
        version = _value(owner, "SELECT current_setting('server_version_num')::int") // 10000
        if version < OLDEST:
            yield fail(f"version {version}: the schema needs {OLDEST}", f"move to PostgreSQL {OLDEST} or newer")
            return
        yield ok(f"version {version} answers")
        present = {row[0] for row in owner.execute_sql("SELECT extname FROM pg_extension").fetchall()}
        for name in sorted(EXTENSIONS - present):
            yield fail(f"extension {name} is missing", f"as a superuser of that database: CREATE EXTENSION {name};")
        skew = abs(float(_value(owner, "SELECT extract(epoch FROM clock_timestamp())")) - time.time())
    if skew > _PATIENCE:
        yield warn(f"its clock differs from ours by {skew:.0f} s", "let both machines keep time by NTP")
    waiting = migrating.pending(chosen)
    if waiting:
        yield fail(f"{len(waiting)} migrations are pending: {', '.join(waiting)}", "python3 -m reachly migrate")
    else:
        yield ok("no migration is pending")
    yield _role()
    if not waiting:
        yield from _audit(chosen)


def _audit(chosen: Settings) -> Iterator[Finding]:
    """Whether audits can look at all, and how the last one ended."""
    from reachly import audit

    if not audit.may_look():
        yield warn(
            "DATABASE_OWNER_URL does not own the tables: no audit can look, neither yours nor the nightly one",
            "set it, for the workers too, to the role that migrates",
        )
        return
    state = audit.state()
    if state is None:
        remedy = "python3 -m reachly audit, or let the worker's scheduler run past the hour of AUDIT_HOUR"
        yield warn("no audit has been made yet", remedy) if chosen.audit_every else ok("audits are made by hand only")
    elif state.failed:
        yield warn(f"the audit of {state.finished_at:%Y-%m-%d %H:%M} could not look", "python3 -m reachly audit")
    elif state.breaches:
        words = f"the audit of {state.finished_at:%Y-%m-%d %H:%M} found {state.breaches} breaches"
        yield fail(words, "python3 -m reachly audit shows them")
    else:
        yield ok(f"the audit of {state.finished_at:%Y-%m-%d %H:%M} found the books right")


def _role() -> Finding:
    from reachly import database

    with database.transaction():
        role = database.one(
            "SELECT current_user AS name, rolsuper OR rolbypassrls AS above,"
            " (SELECT count(*) FROM pg_tables WHERE tableowner = current_user AND schemaname = 'public') AS owned"
            " FROM pg_roles WHERE rolname = current_user"
        )
    if role is None or role["above"] or role["owned"]:
        return fail(
            "the role of DATABASE_URL can go around row-level security, so tenants are not kept apart",
            "use a role that owns no table and has neither SUPERUSER nor BYPASSRLS (reachly_app)",
        )
    return ok(f"role {role['name']} owns nothing and cannot go around row-level security")


def _value(owner: Any, sql: str) -> Any:
    return owner.execute_sql(sql).fetchone()[0]


def redis(chosen: Settings) -> Iterator[Finding]:
    """Whether it answers, and whether it would throw queues away when its memory is full."""
    from redis import Redis

    with Redis.from_url(chosen.redis_url.get_secret_value(), socket_connect_timeout=chosen.redis_timeout) as client:
        began = time.monotonic()
        client.ping()
        yield ok(f"answers in {(time.monotonic() - began) * 1000:.1f} ms")
        memory: Any = client.info("memory")
    policy = memory.get("maxmemory_policy", "unknown")
    if policy != "noeviction":
        yield warn(
            f"its eviction policy is {policy}: a full memory would drop queues, and jobs would start late",
            "set maxmemory-policy to noeviction",
        )


def storage(chosen: Settings) -> Iterator[Finding]:
    """Write, read and delete one small file."""
    del chosen
    from reachly import storage as files

    name, content = f"doctor-{secrets.token_hex(8)}", secrets.token_bytes(64)
    files.put(name, [content])
    try:
        same = b"".join(files.read(name)) == content
    finally:
        files.delete(name)
    if same:
        yield ok("a file was written, read and deleted")
    else:
        yield fail("a file reads differently from how it was written", "choose another STORAGE_URL")
