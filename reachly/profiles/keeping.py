"""Keeping profiles: made, looked at, changed, put away and brought back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from reachly import actions, plain
from reachly.actions import Action
from reachly.database import as_json, execute, one, rows, scope
from reachly.lists import fillable
from reachly.profiles.profile import COLUMNS, Kept, Profile, Run, kept_of
from reachly.profiles.schedule import next_time

_SET = (
    "name = %s, filters = %s::jsonb, lead_limit = %s, reveal = %s, sources = %s, schedule = %s, weekday = %s,"
    " hour = %s, time_zone = %s, paused = %s, run_credits = %s, month_credits = %s,"
    " list_id = %s, notify = %s, next_run_at = %s"
)
_RUN = (
    "r.id, r.outcome, r.created_at, r.due_at, r.code, r.words, r.job_id, j.status AS job_status,"
    " coalesce(j.progress_done, 0) AS found, coalesce(j.credits_spent, 0) AS spent,"
    " coalesce((j.result ->> 'duplicates')::bigint, 0) AS owned"
)
_RUNS = "icp_profile_runs r LEFT JOIN jobs j ON j.workspace_id = r.workspace_id AND j.id = r.job_id"


class NoSuchProfile(Exception):
    """There is no such profile in this workspace, or it was deleted."""


class Unsound(ValueError):
    """Some fields cannot be taken as they are: ``problems`` has a sentence for each."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Page:
    """Some profiles, the newest first, and the id of the last where older ones follow."""

    profiles: list[Profile]
    next: UUID | None


def create(workspace_id: UUID | str, user_id: UUID | str, kept: Kept, now: datetime | None = None) -> UUID:
    """Keep a search under a name; raises :class:`Unsound`."""
    with scope(workspace_id, user_id):
        _check(kept)
        row = one(
            "INSERT INTO icp_profiles (name, filters, lead_limit, reveal, sources, schedule, weekday, hour, time_zone,"
            " paused, run_credits, month_credits, list_id, notify, next_run_at)"
            " VALUES (%s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            _values(kept, now),
        )
        assert row is not None
        actions.note("profile.save", subject_id=row["id"], data={"name": kept.name})
    return row["id"]


def change(
    workspace_id: UUID | str, user_id: UUID | str, profile_id: UUID | str, kept: Kept, now: datetime | None = None
) -> None:
    """Make a profile what ``kept`` says; its next time is worked out anew. Raises :class:`NoSuchProfile`,
    :class:`Unsound`.
    """
    with scope(workspace_id, user_id):
        before = one("SELECT list_id FROM icp_profiles WHERE id = %s", (str(profile_id),))
        _check(kept, before["list_id"] if before else None)
        done = execute(
            f"UPDATE icp_profiles SET {_SET}, updated_at = now() WHERE id = %s AND deleted_at IS NULL",
            [*_values(kept, now), str(profile_id)],
        ).rowcount
        if not done:
            raise NoSuchProfile(str(profile_id))
        actions.note("profile.change", subject_id=profile_id, data={"name": kept.name})


def delete(workspace_id: UUID | str, user_id: UUID | str, profile_id: UUID | str) -> UUID:
    """Put a profile away, and give the act that brings it back; a run that is under way goes on."""
    with scope(workspace_id, user_id):
        gone = one(
            "UPDATE icp_profiles SET deleted_at = now() WHERE id = %s AND deleted_at IS NULL RETURNING name",
            (str(profile_id),),
        )
        if gone is None:
            raise NoSuchProfile(str(profile_id))
        return actions.note("profile.delete", subject_id=profile_id, data=gone, undoable=True)


@actions.undoes("profile.delete")
def _bring_back(action: Action) -> int:
    row = one(
        f"UPDATE icp_profiles p SET deleted_at = NULL WHERE id = %s AND deleted_at IS NOT NULL RETURNING {COLUMNS}",
        (str(action.subject_id),),
    )
    if row is None:
        return 0
    execute("UPDATE icp_profiles SET next_run_at = %s WHERE id = %s", (due_next(kept_of(row)), row["id"]))
    return 1


def get(workspace_id: UUID | str, user_id: UUID | str | None, profile_id: UUID | str) -> Profile:
    """One profile; raises :class:`NoSuchProfile`."""
    with scope(workspace_id, user_id):
        found = _read("p.id = %s", [str(profile_id)], 1)
    if not found:
        raise NoSuchProfile(str(profile_id))
    return found[0]


def page(
    workspace_id: UUID | str, user_id: UUID | str | None, after: UUID | str | None = None, limit: int = 50
) -> Page:
    """The workspace's profiles, the newest first, from behind the one of the id ``after``."""
    condition, params = ("p.id < %s", [str(after)]) if after else ("true", [])
    with scope(workspace_id, user_id):
        found = _read(condition, params, limit + 1)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def runs(workspace_id: UUID | str, user_id: UUID | str | None, profile_id: UUID | str, limit: int = 20) -> list[Run]:
    """The last runs of a profile, the newest first."""
    with scope(workspace_id, user_id):
        found = rows(
            f"SELECT {_RUN} FROM {_RUNS} WHERE r.profile_id = %s ORDER BY r.created_at DESC, r.id DESC LIMIT %s",
            (str(profile_id), limit),
        )
    return [Run(**row) for row in found]


def due_next(kept: Kept, now: datetime | None = None) -> datetime | None:
    """When it runs next by itself."""
    if kept.paused:
        return None
    return next_time(kept.schedule, kept.weekday, kept.hour, kept.time_zone, now or datetime.now(UTC))


def _read(condition: str, params: list[Any], limit: int) -> list[Profile]:
    found = rows(
        f"SELECT {COLUMNS}, (SELECT u.name FROM users u WHERE u.id = p.owner_id) AS owner, done.brought, done.spent,"
        f" (SELECT to_jsonb(last) FROM (SELECT {_RUN} FROM {_RUNS} WHERE r.profile_id = p.id"
        " ORDER BY r.created_at DESC, r.id DESC LIMIT 1) last) AS last"
        " FROM icp_profiles p CROSS JOIN LATERAL ("
        " SELECT coalesce(sum(j.progress_done), 0)::bigint AS brought,"
        " coalesce(sum(j.credits_spent), 0)::bigint AS spent"
        f" FROM {_RUNS} WHERE r.profile_id = p.id) done"
        f" WHERE p.deleted_at IS NULL AND {condition} ORDER BY p.id DESC LIMIT %s",
        [*params, limit],
    )
    return [
        Profile(
            kept=kept_of(row),
            last=_run(row["last"]) if row["last"] else None,
            **{
                name: row[name]
                for name in ("id", "owner_id", "next_run_at", "created_at", "updated_at", "owner", "brought", "spent")
            },
        )
        for row in found
    ]


def _run(told: dict[str, Any]) -> Run:
    """A run that came as JSON."""
    for name in ("created_at", "due_at"):
        told[name] = datetime.fromisoformat(told[name]) if told[name] else None
    for name in ("id", "job_id"):
        told[name] = UUID(told[name]) if told[name] else None
    return Run(**told)


def _check(kept: Kept, before: UUID | None = None) -> None:
    """A list that it has already may stay: whose profile it is may change it, and what runs asks again."""
    wrong = kept.problems()
    if kept.list_id and kept.list_id != before and not fillable(kept.list_id):
        wrong["list_id"] = "There is no such list that you may change."
    if wrong:
        raise Unsound(wrong)


def _values(kept: Kept, now: datetime | None) -> list[Any]:
    return [
        plain.line(kept.name),
        as_json(kept.filters.as_dict()),
        kept.limit,
        list(kept.reveal),
        list(kept.sources),
        kept.schedule,
        kept.weekday,
        kept.hour,
        kept.time_zone,
        kept.paused,
        kept.run_credits,
        kept.month_credits,
        kept.list_id and str(kept.list_id),
        kept.notify,
        due_next(kept, now),
    ]
