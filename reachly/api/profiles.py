"""Calls of profiles: keep a search, change it, run it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint

from jobs.broker import wake
from reachly import profiles
from reachly.accounts import Person
from reachly.api import replay
from reachly.api.call import call
from reachly.api.jobs import answer
from reachly.api.paging import link, refused
from reachly.api.problem import Problem
from reachly.api.schemas.jobs import JobAnswer
from reachly.api.schemas.parts import Paged
from reachly.api.schemas.profiles import IcpProfile, IcpProfileChange, IcpProfiles, NewIcpProfile, profile
from reachly.filters import Filters

bp = Blueprint("api_profiles", __name__)


@contextmanager
def told() -> Iterator[None]:
    """Failures of profiles as a program is told them."""
    try:
        yield
    except profiles.NoSuchProfile:
        raise Problem(404) from None
    except profiles.Unsound as wrong:
        raise Problem(422, "Some fields cannot be taken as they are.", errors=tuple(wrong.problems.items())) from None
    except profiles.CannotRun as refused_:
        raise Problem(409, refused_.words, code=refused_.code) from None


def _who(person: Person) -> tuple[UUID, UUID]:
    return person.workspace_id, person.user_id


@call(bp, "GET", "/api/icp-profiles", scope="read", reads=Paged, answers={200: IcpProfiles}, headers=("Link",))
def list_icp_profiles(person: Person, query: Paged) -> tuple[IcpProfiles, int, dict[str, str]]:
    """The searches that the workspace keeps, the newest first."""
    try:
        after = UUID(query.cursor) if query.cursor else None
    except ValueError:
        raise refused() from None
    page = profiles.page(*_who(person), after, query.limit)
    following = str(page.next) if page.next else None
    return IcpProfiles(data=[profile(row) for row in page.profiles], next_cursor=following), 200, link(following)


@call(
    bp,
    "POST",
    "/api/icp-profiles",
    scope="write",
    asks=NewIcpProfile,
    answers={201: IcpProfile},
    headers=("Location",),
    idempotent=True,
)
def create_icp_profile(person: Person, body: NewIcpProfile) -> tuple[IcpProfile, int, dict[str, str]]:
    """Keep a search. The same `Idempotency-Key` with the same body is the same profile."""
    with told():
        made = profiles.create(*_who(person), profiles.Kept(**_told(body)))
        return profile(profiles.get(*_who(person), made)), 201, {"Location": f"/api/icp-profiles/{made}"}


@call(bp, "GET", "/api/icp-profiles/<uuid:profile_id>", scope="read", answers={200: IcpProfile}, problems=(404,))
def get_icp_profile(person: Person, profile_id: UUID) -> IcpProfile:
    """One search that is kept, with its last run."""
    with told():
        return profile(profiles.get(*_who(person), profile_id))


@call(
    bp,
    "PATCH",
    "/api/icp-profiles/<uuid:profile_id>",
    scope="write",
    asks=IcpProfileChange,
    answers={200: IcpProfile},
    problems=(404,),
)
def change_icp_profile(person: Person, profile_id: UUID, body: IcpProfileChange) -> IcpProfile:
    """Change what is looked for, what it may cost, and when it runs."""
    with told():
        kept = profiles.get(*_who(person), profile_id).kept
        profiles.change(*_who(person), profile_id, replace(kept, **_told(body)))
        return profile(profiles.get(*_who(person), profile_id))


@call(bp, "DELETE", "/api/icp-profiles/<uuid:profile_id>", scope="write", answers={204: None}, problems=(404,))
def delete_icp_profile(person: Person, profile_id: UUID) -> tuple[None, int]:
    """Delete a profile. What it brought stays; a run that is under way goes on."""
    with told():
        profiles.delete(*_who(person), profile_id)
    return None, 204


@call(
    bp,
    "POST",
    "/api/icp-profiles/<uuid:profile_id>/run",
    scope="write",
    answers={202: JobAnswer},
    problems=(402, 404, 409),
    headers=("Location",),
    idempotent=True,
)
def run_icp_profile(person: Person, profile_id: UUID) -> Any:
    """Run a profile now: only who is new is delivered and paid.

    Holds the most the run can cost. 409 while its last run is at work, or where its own limits leave nothing to spend.
    """
    with told():
        asked = profiles.run(*_who(person), profile_id, replay.key())
    wake(asked)
    return answer(person, asked.job_id, replayed=asked.replayed)


def _told(body: IcpProfileChange) -> dict[str, Any]:
    """What was said, as the profile keeps it; ``null`` where there is nothing to keep is as if it had not been said."""
    said: dict[str, Any] = {}
    for name in body.model_fields_set:
        value = getattr(body, name)
        if value is None and name not in ("run_credits", "month_credits", "list_id"):
            continue
        said[name] = tuple(value) if isinstance(value, list) else value
    if "filters" in said:
        said["filters"] = body.filters.chosen() if body.filters else Filters()
    return said
