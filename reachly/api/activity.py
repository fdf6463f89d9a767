"""Calls of the activity feed: read it, take an act back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint

from reachly import actions, leads
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.paging import link
from reachly.api.problem import Problem
from reachly.api.schemas.activity import Act, Activity, ActivityQuery, TakenBack

bp = Blueprint("api_activity", __name__)


@call(
    bp,
    "GET",
    "/api/activity",
    scope="read",
    reads=ActivityQuery,
    answers={200: Activity},
    problems=(404,),
    headers=("Link",),
)
def list_activity(person: Person, query: ActivityQuery) -> tuple[Activity, int, dict[str, str]]:
    """What was done in the workspace, the newest first."""
    contact_id = None
    if query.lead_id is not None:
        try:
            contact_id = leads.get(person.workspace_id, person.user_id, query.lead_id).lead.contact_id
        except leads.NoSuchLead:
            raise Problem(404) from None
    page = actions.feed(
        person.workspace_id,
        person.user_id,
        contact_id=contact_id,
        subject_id=query.subject_id,
        kinds=[query.kind] if query.kind else (),
        by=query.user_id,
        since=query.since,
        before=query.before,
        after=query.cursor,
        limit=query.limit,
    )
    following = str(page.next) if page.next else None
    told = {"data": [Act.model_validate(act) for act in page.actions], "next_cursor": following}
    return Activity.model_validate(told), 200, link(following)


@call(
    bp,
    "POST",
    "/api/actions/<uuid:action_id>/undo",
    scope="write",
    answers={200: TakenBack},
    problems=(404, 409),
)
def undo_action(person: Person, action_id: UUID) -> TakenBack:
    """Take an act back, for ten minutes after it was done and once.

    What has changed since by other hands stays as it is now, and is counted under `stayed`. Where another act is to be
    taken back before, the refusal names it as `undo_first`.
    """
    try:
        undone = actions.undo(person.workspace_id, person.user_id, action_id)
    except actions.NoSuchAction:
        raise Problem(404) from None
    except actions.UndoOver as over:
        words = over.words or "It was taken back before, is too long ago, or cannot be taken back."
        more: dict[str, Any] = {"undo_first": str(over.first)} if over.first else {}
        raise Problem(409, words, **more) from None
    told = {"action": Act.model_validate(undone.action), "restored": undone.count, "stayed": undone.stayed}
    return TakenBack.model_validate(told)
