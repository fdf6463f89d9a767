"""Calls about leads that are one person: find them, make them one. ``/api/actions/ID/undo`` takes that apart again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint

from reachly import leads, merging
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.problem import Problem
from reachly.api.schemas.leads import Lead, lead
from reachly.api.schemas.merging import Duplicates, Merge, Merged

bp = Blueprint("api_merging", __name__)


@call(bp, "GET", "/api/leads/duplicates", scope="read", answers={200: Duplicates})
def list_duplicates(person: Person) -> Duplicates:
    """Pairs of leads that look like one person, at most fifty, those found last first.

    They are looked for among the 20,000 leads that were found last.
    """
    found = merging.duplicates(person.workspace_id, person.user_id)
    told = [
        {"kept": Lead.model_validate(lead(pair.kept)), "gone": Lead.model_validate(lead(pair.gone)), "why": pair.why}
        for pair in found
    ]
    return Duplicates.model_validate({"data": told})


@call(
    bp,
    "POST",
    "/api/leads/<uuid:lead_id>/merge",
    scope="write",
    asks=Merge,
    answers={200: Merged},
    problems=(404, 409),
)
def merge_lead(person: Person, lead_id: UUID, body: Merge) -> Merged:
    """Let this lead stand for another one too.

    It takes what it lacks and keeps what it has; the other leaves every list and search and keeps its own story. Costs
    nothing, and can be taken back.
    """
    who = person.workspace_id, person.user_id
    try:
        for each in (lead_id, body.lead_id):
            leads.get(*who, each)
        made = merging.merge(*who, lead_id, body.lead_id)
        kept = leads.get(*who, lead_id).lead
    except leads.NoSuchLead:
        raise Problem(404) from None
    except merging.CannotMerge:
        raise Problem(409, "These two cannot be made one: one of them is hidden, or they are the same lead.") from None
    return Merged.model_validate({"lead": Lead.model_validate(lead(kept)), "action_id": made.action_id})
