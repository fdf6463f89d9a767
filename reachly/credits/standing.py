"""Where a workspace stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from reachly.database import one, rows, scope


@dataclass(frozen=True, slots=True)
class Balance:
    """The kept balances and the plan. ``spent`` is of all time; ``limit`` is what the plan grants a period."""

    available: int
    held: int
    spent: int
    limit: int
    plan: str
    plan_name: str
    period_start: datetime
    period_end: datetime | None

    @property
    def balance(self) -> int:
        """What is there: to spend and held."""
        return self.available + self.held


@dataclass(frozen=True, slots=True)
class Held:
    """What one open job still holds."""

    job_id: UUID
    job_number: int
    job_name: str
    credits: int


@dataclass(frozen=True, slots=True)
class Day:
    """What one day (UTC) spent, after refunds, and what it brought."""

    day: date
    spent: int
    added: int


def balance(workspace_id: UUID | str, user_id: UUID | str | None) -> Balance:
    """One quick look, fit for every page; raises ``LookupError`` where there is no such workspace."""
    with scope(workspace_id, user_id):
        row = one(
            "SELECT sum(a.balance) FILTER (WHERE a.name = 'available')::bigint AS available,"
            " sum(a.balance) FILTER (WHERE a.name = 'held')::bigint AS held,"
            " sum(a.balance) FILTER (WHERE a.name = 'spent')::bigint AS spent,"
            ' p.credits AS "limit", p.id AS plan, p.name AS plan_name, w.period_start, w.period_end'
            " FROM workspaces w JOIN plans p ON p.id = w.plan_id JOIN accounts a ON a.workspace_id = w.id"
            " GROUP BY w.id, p.id"
        )
    if row is None:
        raise LookupError(str(workspace_id))
    return Balance(**row)


def used(workspace_id: UUID | str, user_id: UUID | str | None) -> int:
    """What was spent since the present period began, less what was given back."""
    with scope(workspace_id, user_id):
        row = one(
            "SELECT coalesce(sum(CASE t.kind WHEN 'capture' THEN t.credits ELSE -t.credits END), 0)::bigint AS used"
            " FROM transactions t JOIN workspaces w ON w.id = t.workspace_id"
            " WHERE t.kind IN ('capture', 'refund') AND t.created_at >= w.period_start"
        )
    assert row is not None
    return int(row["used"])


def held_by_job(workspace_id: UUID | str, user_id: UUID | str | None) -> list[Held]:
    """The jobs that hold credits, newest first; their sum is the held balance."""
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT id AS job_id, number AS job_number, name AS job_name,"
            " credits_held - credits_spent - credits_released AS credits FROM jobs"
            " WHERE finished_at IS NULL AND credits_held > credits_spent + credits_released ORDER BY number DESC"
        )
    return [Held(**row) for row in found]


def per_day(workspace_id: UUID | str, user_id: UUID | str | None, days: int = 30) -> list[Day]:
    """The last so many days up to today, oldest first, without a gap."""
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT d.day::date AS day,"
            " coalesce(sum(CASE t.kind WHEN 'capture' THEN t.credits WHEN 'refund' THEN -t.credits END), 0)::bigint"
            " AS spent,"
            " coalesce(sum(t.credits) FILTER (WHERE t.kind IN ('grant', 'purchase')), 0)::bigint AS added"
            " FROM generate_series(current_date - %s::integer + 1, current_date, interval '1 day') d(day)"
            " LEFT JOIN transactions t ON t.created_at >= d.day AND t.created_at < d.day + interval '1 day'"
            "  AND t.created_at >= current_date - %s::integer"
            " GROUP BY d.day ORDER BY d.day",
            (days, days),
        )
    return [Day(**row) for row in found]
