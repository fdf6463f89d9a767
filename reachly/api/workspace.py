"""Calls of a workspace: its name, its people and their roles, handing it over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint

from reachly import spending, teams, workplaces
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.problem import Problem
from reachly.api.schemas.workspace import (
    Handover,
    Member,
    MemberChange,
    Members,
    Workspace,
    WorkspaceChange,
    Workspaces,
)

bp = Blueprint("api_workspace", __name__)


@contextmanager
def decided() -> Iterator[None]:
    """What a decision about people may come to, as problems."""
    try:
        yield
    except (teams.NotYours, teams.SharedDemo) as refusal:
        raise Problem(403, refusal.words) from refusal
    except (teams.IsOwner, teams.NobodyThere, teams.NotOffered) as refusal:
        raise Problem(409, refusal.words) from refusal
    except teams.NoSuchColleague:
        raise Problem(404) from None


@call(bp, "GET", "/api/workspace", scope="read", answers={200: Workspace})
def get_workspace(person: Person) -> Workspace:
    """The workspace that this token acts in."""
    return next(each for each in _mine(person) if each.id == person.workspace_id)


@call(bp, "GET", "/api/workspace/all", scope="read", answers={200: Workspaces})
def list_workspaces(person: Person) -> Workspaces:
    """All workspaces of the person behind the token.

    A token acts in one; make a key in another one there, under Settings.
    """
    return Workspaces(data=_mine(person))


@call(bp, "PATCH", "/api/workspace", scope="write", asks=WorkspaceChange, answers={200: Workspace})
def rename_workspace(person: Person, body: WorkspaceChange) -> Workspace:
    """Call it something else; for its owner and admins."""
    with decided():
        teams.rename(person, body.name)
    return next(each for each in _mine(person) if each.id == person.workspace_id)


@call(bp, "GET", "/api/workspace/members", scope="read", answers={200: Members})
def list_members(person: Person) -> Members:
    """Its people, with what each has spent and may spend this month."""
    return Members(data=_members(person))


@call(
    bp,
    "PATCH",
    "/api/workspace/members/<uuid:user_id>",
    scope="write",
    asks=MemberChange,
    answers={200: Member},
    problems=(404, 409),
)
def change_member(person: Person, user_id: UUID, body: MemberChange) -> Member:
    """Give somebody another role; for its owner and admins.

    The owner's is only handed over: 409.
    """
    with decided():
        teams.set_role(person, user_id, body.role)
    found = [each for each in _members(person) if each.user_id == user_id]
    if not found:
        raise Problem(404)
    return found[0]


@call(
    bp,
    "DELETE",
    "/api/workspace/members/<uuid:user_id>",
    scope="write",
    answers={204: None},
    problems=(404, 409),
)
def remove_member(person: Person, user_id: UUID) -> tuple[None, int]:
    """Put somebody out; for its owner and admins.

    Their sessions and keys here end, their jobs go on, their lists become the owner's.
    """
    with decided():
        if user_id == person.user_id:
            teams.leave(person)
        else:
            teams.remove(person, user_id)
    return None, 204


@call(bp, "POST", "/api/workspace/leave", scope="write", answers={204: None}, problems=(409,), personal=True)
def leave_workspace(person: Person) -> tuple[None, int]:
    """Belong to it no more. The token that asks ends with it; the owner hands over first: 409."""
    with decided():
        teams.leave(person)
    return None, 204


@call(bp, "POST", "/api/workspace/ownership", scope="write", asks=Handover, answers={204: None}, problems=(409,))
def offer_ownership(person: Person, body: Handover) -> tuple[None, int]:
    """Offer the workspace to one of its people; for its owner, who stays so until it is taken."""
    with decided():
        teams.offer(person, body.to)
    return None, 204


@call(bp, "POST", "/api/workspace/ownership/take", scope="write", answers={204: None}, problems=(409,), personal=True)
def take_ownership(person: Person) -> tuple[None, int]:
    """Take the workspace that was offered to you; the owner before stays as an admin."""
    with decided():
        teams.take(person)
    return None, 204


@call(bp, "DELETE", "/api/workspace/ownership", scope="write", answers={204: None}, personal=True)
def withdraw_ownership(person: Person) -> tuple[None, int]:
    """Take the offer back, or turn it down."""
    with decided():
        teams.withdraw(person)
    return None, 204


def _mine(person: Person) -> list[Workspace]:
    return [Workspace.model_validate(each) for each in workplaces.mine(person.workspace_id, person.user_id)]


def _members(person: Person) -> list[Member]:
    caps = {cap.user_id: cap for cap in spending.caps(person.workspace_id, person.user_id)}
    told = []
    for each in teams.people(person.workspace_id, person.user_id):
        cap = caps.get(each.user_id)
        same = {name: getattr(each, name) for name in ("user_id", "name", "email", "role", "since", "seen_at")}
        told.append(
            Member(**same, credits_this_month=cap.used if cap else 0, monthly_limit=cap.credits if cap else None)
        )
    return told
