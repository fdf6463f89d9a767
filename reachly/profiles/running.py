"""Running a profile: its search once more, paid only for who is new, within its caps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from reachly.database import execute, one, scope
from reachly.engine.request import NotEnoughCredits, Requested, TooManyOpen
from reachly.generate.asking import Search, ask, lead_prices, most_in_all, most_per_lead, price_list, too_little
from reachly.profiles.keeping import NoSuchProfile
from reachly.profiles.profile import COLUMNS, Kept, kept_of
from reachly.sources import Source, sources_of
from reachly.spending import CapReached

REFUSALS = (NotEnoughCredits, CapReached, TooManyOpen)
NO_FILTERS = "It does not say whom to look for: choose at least one facet."
# By what the job itself says, so that those count which went on with another or came by another door.
_ITS_JOBS = (
    "j.workspace_id = scope_workspace() AND j.kind = 'generate_leads' AND j.params ->> 'icp_profile_id' = %s::text"
)


class CannotRun(Exception):
    """The profile cannot run now; ``code`` says why to programs, ``words`` to people."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class StillRunning(CannotRun):
    """Its last run has not ended."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__("still_running", "The last run is still at work.")
        self.job_id = job_id


@dataclass(frozen=True, slots=True)
class Price:
    """The most the next run may cost, and why it cannot run, in words."""

    credits: int
    problem: str | None = None


def run(workspace_id: UUID | str, user_id: UUID | str, profile_id: UUID | str, key: str | None = None) -> Requested:
    """Run a profile for whoever asks, now; the same ``key`` gives the first run's job again.

    Raises :class:`NoSuchProfile`, :class:`CannotRun`, ``NotEnoughCredits``, ``CapReached``, ``TooManyOpen``.
    """
    with scope(workspace_id, user_id):
        row = one(f"SELECT {COLUMNS} FROM icp_profiles p WHERE id = %s AND deleted_at IS NULL", (str(profile_id),))
        if row is None:
            raise NoSuchProfile(str(profile_id))
        # One after the other: what a run may cost depends on those before it.
        one("SELECT id FROM icp_profiles WHERE id = %s FOR UPDATE", (str(profile_id),))
        if key and (made := _made(profile_id, key)):
            return made
        asked = start(workspace_id, user_id, row["id"], kept_of(row), key)
        remember(row["id"], asked.job_id)
    return asked


def start(
    workspace_id: UUID | str, user_id: UUID | str, profile_id: UUID, kept: Kept, key: str | None = None
) -> Requested:
    """Ask for the profile's search in somebody's name, inside a scope and under the profile's lock."""
    _alone(profile_id)
    if kept.filters.empty:
        raise CannotRun("no_filters", NO_FILTERS)
    known = sources_of(workspace_id, user_id)
    search = search_of(profile_id, kept, known)
    if not search.sources:
        raise CannotRun("no_source", "None of its sources can be asked. Look under Sources.")
    most = cap_left(profile_id, kept)
    if most is not None:
        search = replace(search, max_credits=most)
    little = too_little(search, _per_lead(search, known))
    if little:
        raise CannotRun("cap_reached", f"Its credit limit is reached. {little}")
    return ask(workspace_id, user_id, search, key)


def leave_for(profile_id: UUID | str, credits: int) -> None:
    """Hold the profile's lock until the transaction ends, for a job that goes on with one of its runs and may cost so
    much; raises :class:`CannotRun` where another is at work or the month leaves less. Inside a scope.
    """
    row = one(f"SELECT {COLUMNS} FROM icp_profiles p WHERE id = %s FOR NO KEY UPDATE OF p", (str(profile_id),))
    if row is None:
        return
    _alone(row["id"])
    left = cap_left(row["id"], replace(kept_of(row), run_credits=None))
    if left is not None and credits > left:
        words = f"The credit limit of its profile leaves {left:,} this month, and this may cost up to {credits:,}."
        raise CannotRun("cap_reached", words)


def _alone(profile_id: UUID) -> None:
    going = one(f"SELECT j.id FROM jobs j WHERE {_ITS_JOBS} AND j.finished_at IS NULL LIMIT 1", (str(profile_id),))
    if going:
        raise StillRunning(going["id"])


def ask_within(workspace_id: UUID | str, user_id: UUID | str, search: Search, key: str | None = None) -> Requested:
    """Ask for a search of somebody's own as a run of ``search.profile_id``, within what its month leaves; the same
    ``key`` gives the first run's job again.

    Its filters, number and limit may be others than the profile's, and it may run beside another. Raises
    :class:`NoSuchProfile`, :class:`CannotRun`, and all that ``ask`` raises.
    """
    assert search.profile_id is not None
    profile_id = search.profile_id
    with scope(workspace_id, user_id):
        # One after the other: what a run may cost depends on those before it.
        row = one(
            f"SELECT {COLUMNS} FROM icp_profiles p WHERE id = %s AND deleted_at IS NULL FOR NO KEY UPDATE OF p",
            (str(profile_id),),
        )
        if row is None:
            raise NoSuchProfile(str(profile_id))
        if key and (made := _made(profile_id, key)):
            return made
        left = cap_left(profile_id, replace(kept_of(row), run_credits=None))
        if left is not None and (search.max_credits is None or search.max_credits > left):
            search = replace(search, max_credits=left)
            little = too_little(search, _per_lead(search, sources_of(workspace_id, user_id)))
            if little:
                raise CannotRun("cap_reached", f"The credit limit of its month is reached. {little}")
        asked = ask(workspace_id, user_id, search, key)
        remember(profile_id, asked.job_id)
    return asked


def remember(profile_id: UUID | str, job_id: UUID, due_at: datetime | None = None) -> None:
    """Write down that a job is a run of a profile; inside the scope, once per job."""
    execute(
        "INSERT INTO icp_profile_runs (workspace_id, profile_id, user_id, due_at, outcome, job_id)"
        " VALUES (scope_workspace(), %s, scope_user(), %s, 'started', %s) ON CONFLICT DO NOTHING",
        (str(profile_id), due_at, str(job_id)),
    )


def price(workspace_id: UUID | str, user_id: UUID | str, profile_id: UUID, kept: Kept, known: list[Source]) -> Price:
    """What a press on the button may cost at most."""
    if kept.filters.empty:
        return Price(0, NO_FILTERS)
    with scope(workspace_id, user_id):
        search = search_of(profile_id, kept, known)
        most = cap_left(profile_id, kept)
        search = search if most is None else replace(search, max_credits=most)
        per_lead = _per_lead(search, known)
    if not search.sources:
        return Price(0, "None of its sources can be asked.")
    if too_little(search, per_lead):
        return Price(0, "Its credit limit is reached.")
    return Price(most_in_all(search, per_lead))


def search_of(profile_id: UUID, kept: Kept, known: list[Source]) -> Search:
    """The search that a profile stands for, with those of its sources that can be asked."""
    usable = [source.name for source in known if source.usable]
    chosen = [name for name in kept.sources if name in usable] if kept.sources else usable
    return Search(
        kept.filters,
        kept.limit,
        tuple(chosen),
        kept.reveal,
        name=kept.name,
        list_id=kept.list_id,
        profile_id=profile_id,
    )


def cap_left(profile_id: UUID, kept: Kept) -> int | None:
    """The most that one more run may cost by the profile's own limits; ``None`` where it has none. Inside a scope."""
    caps = [kept.run_credits] if kept.run_credits is not None else []
    if kept.month_credits is not None:
        spent = one(
            "SELECT coalesce(sum(CASE WHEN j.finished_at IS NULL THEN j.credits_held ELSE j.credits_spent END), 0)"
            f"::bigint AS credits FROM jobs j WHERE {_ITS_JOBS}"
            " AND j.created_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
            (str(profile_id),),
        )
        caps.append(max(0, kept.month_credits - (spent["credits"] if spent else 0)))
    return min(caps) if caps else None


def _per_lead(search: Search, known: list[Source]) -> int:
    prices = lead_prices(price_list(), search.reveal)
    return most_per_lead(prices, [source for source in known if source.name in search.sources])


def _made(profile_id: UUID | str, key: str) -> Requested | None:
    row = one(
        "SELECT j.id, j.queue FROM icp_profile_runs r JOIN jobs j ON j.workspace_id = r.workspace_id"
        " AND j.id = r.job_id WHERE j.idempotency_key = %s AND r.profile_id = %s",
        (key, str(profile_id)),
    )
    return Requested(row["id"], row["queue"], replayed=True) if row else None
