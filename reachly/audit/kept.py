"""What audits found, kept in a table: who looks tonight, what was seen, and when the books were last right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly.audit.running import Found
from reachly.database import one, owner_database, transaction
from reachly.settings import settings

LINES = 500
"""How many lines of an audit are kept."""
ATTEMPTS = 3
"""How often a night's audit is begun again after its scheduler died over it."""

_CLAIM = """
INSERT INTO audits AS a (due_at)
SELECT to_timestamp(floor((extract(epoch FROM clock_timestamp()) - %(hour)s * 3600) / %(every)s) * %(every)s
                    + %(hour)s * 3600)
ON CONFLICT (due_at) DO UPDATE SET attempt = a.attempt + 1, started_at = clock_timestamp()
 WHERE a.finished_at IS NULL AND a.attempt < %(attempts)s
   AND a.started_at < clock_timestamp() - make_interval(secs => %(lease)s)
RETURNING id, attempt
"""
_FINISH = """
UPDATE audits SET finished_at = clock_timestamp(), breaches = %s, notes = %s, text = %s, failed = %s
 WHERE id = %s AND attempt = %s AND finished_at IS NULL
"""
_STORE = """
INSERT INTO audits (started_at, finished_at, breaches, notes, text, failed)
VALUES (clock_timestamp() - make_interval(secs => %s), clock_timestamp(), %s, %s, %s, NULL)
"""
_OLD = "DELETE FROM audits WHERE started_at < clock_timestamp() - interval '400 days'"


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit that ended: ``breaches`` is ``None`` where it could not look, and ``failed`` says why."""

    id: UUID
    due_at: datetime | None
    started_at: datetime
    finished_at: datetime
    breaches: int | None
    notes: int | None
    text: str
    failed: str | None


@dataclass(frozen=True, slots=True)
class State:
    """How the last audit ended, and when the last one ended that found nothing wrong."""

    finished_at: datetime
    breaches: int | None
    notes: int | None
    failed: bool
    right_at: datetime | None


@dataclass(frozen=True, slots=True)
class Night:
    """The audit of one night as held by one attempt at it."""

    id: UUID
    attempt: int


def claim() -> Night | None:
    """This night's audit if nobody has it: of any number of schedulers one gets it, and another one after that died.

    The night turns at ``AUDIT_HOUR`` by the database's clock in UTC.
    """
    config = settings()
    told = {
        "hour": config.audit_hour,
        "every": config.audit_every,
        "attempts": ATTEMPTS,
        "lease": 2 * config.audit_timeout,
    }
    owner = owner_database(config)
    with owner.connection_context():
        row = owner.execute_sql(_CLAIM, told).fetchone()
    return Night(*row) if row else None


def finish(night: Night, found: Found | None, failed: str | None = None) -> bool:
    """Write down what the night's audit found, or why it could not look; false, and nothing written, for an attempt
    that another one has overtaken.
    """
    figures = (len(found.breaches), len(found.notes), words(found)) if found else (None, None, "")
    owner = owner_database(settings())
    with owner.connection_context():
        written = owner.execute_sql(_FINISH, (*figures, failed, str(night.id), night.attempt)).rowcount
        owner.execute_sql(_OLD)
    return bool(written)


def store(found: Found) -> None:
    """Write down an audit that a person asked for."""
    owner = owner_database(settings())
    with owner.connection_context():
        took = sum(found.seconds.values())
        owner.execute_sql(_STORE, (took, len(found.breaches), len(found.notes), words(found)))


def words(found: Found) -> str:
    """A line for each note and breach."""
    lines = [str(breach) for breach in found.breaches] + [f"Note: {note}" for note in found.notes]
    return "\n".join(lines[:LINES])


def last() -> Audit | None:
    """The last audit that ended, with its words; inside the scope of an administrator, ``None`` for everybody else."""
    row = one("SELECT * FROM audit_last()")
    return Audit(**{name: row[name] for name in Audit.__slots__}) if row else None


def state() -> State | None:
    """How the last audit ended, ``None`` where there was none; needs no scope, since it is nobody's data."""
    with transaction():
        row: dict[str, Any] | None = one("SELECT * FROM audit_state()")
    return State(**row) if row else None
