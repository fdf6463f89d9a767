"""Calls that unlock the e-mail and phone of leads, and the one that gives a credit back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from jobs.broker import wake
from reachly import leads, unlock
from reachly.accounts import Person
from reachly.api import replay
from reachly.api.call import call
from reachly.api.problem import Problem
from reachly.api.schemas.jobs import Job
from reachly.api.schemas.leads import Lead, lead
from reachly.api.schemas.unlock import (
    Bounced,
    FieldQuote,
    ManyUnlocked,
    QuoteAnswer,
    Unlock,
    Unlocked,
    UnlockMany,
    UnlockQuote,
)
from reachly.database import one, scope
from reachly.engine import look
from reachly.leads import LeadQuery
from reachly.settings import settings

bp = Blueprint("api_unlock", __name__)


class Begun(Unlock):
    """What :func:`unlock_lead` leaves to be finished."""

    lead_id: UUID
    job_id: UUID


def _finish(person: Person, begun: Response) -> Response:
    """Wait a little for the job, and answer with what there is."""
    told = Begun.model_validate_json(begun.get_data())
    unlock.wait_for(person.workspace_id, person.user_id, told.job_id, settings().unlock_wait)
    answer = _unlocked(person, told.lead_id, told.fields, told.job_id)
    return Response(answer.model_dump_json(exclude_unset=True), 200, content_type="application/json")


@call(
    bp,
    "POST",
    "/api/leads/<uuid:lead_id>/unlock",
    scope="write",
    asks=Unlock,
    answers={200: Unlocked},
    problems=(402, 404, 409),
    idempotent=True,
    finish=_finish,
)
def unlock_lead(person: Person, lead_id: UUID, body: Unlock) -> Unlocked | tuple[Begun, int]:
    """Unlock a lead's e-mail, phone or both.

    A field unlocked before costs nothing, and so does one that nobody has. What is known already comes at once; else
    providers are asked, which is waited for for some seconds: `job` then says whether they still are.
    """
    asked = _ask(person, [_lead(person, lead_id).contact_id], body)
    if asked.job is None:
        return _unlocked(person, lead_id, body.fields, None)
    wake(asked.job)
    if asked.going_on:
        return Begun(lead_id=lead_id, job_id=asked.job.job_id, fields=body.fields), replay.BEGUN
    return _unlocked(person, lead_id, body.fields, asked.job.job_id)


def _unlocked(person: Person, lead_id: UUID, fields: Any, job_id: UUID | None) -> Unlocked:
    found = _lead(person, lead_id)
    with scope(person.workspace_id, person.user_id):
        job = look.job(job_id) if job_id else None
        charged = unlock.captured(job_id, found.contact_id, fields) if job_id else 0
        barred = one(
            "SELECT c.suppressed OR contact_hidden(scope_workspace(), c.id) AS barred FROM contacts c WHERE c.id = %s",
            (found.contact_id,),
        )
    lacking = [field for field in fields if getattr(found, field) is None]
    why = "in_progress" if job and not job.finished else "refused" if barred and barred["barred"] else "not_found"
    return Unlocked(
        lead=Lead.model_validate(lead(found)),
        credits_charged=charged,
        notes=dict.fromkeys(lacking, why),
        job=Job.model_validate(look.job_as_dict(job)) if job else None,
    )


@call(
    bp,
    "POST",
    "/api/leads/unlock",
    scope="write",
    asks=UnlockMany,
    answers={202: ManyUnlocked, 200: QuoteAnswer},
    problems=(402, 409),
    headers=("Location",),
    idempotent=True,
)
def unlock_leads(person: Person, body: UnlockMany) -> Any:
    """Unlock a field of many leads at once.

    Holds the most it can cost and starts the job; with `dry_run` it only says what that is. Where nothing is left to
    unlock there is no job. With `credits_max` it costs no more than that, or nothing is done.
    """
    query = body.filters.wanted() if body.filters else LeadQuery()
    if body.lead_ids is not None:
        query = LeadQuery.from_args({**query.as_args(), "lead_ids": [str(each) for each in body.lead_ids]})[0]
    with scope(person.workspace_id, person.user_id):
        contacts = unlock.locked(query, body.fields)
    if len(contacts) > unlock.MOST:
        most = f"At most {unlock.MOST:,} leads at once: narrow them down."
        raise Problem(422, most, errors=[("filters", most)])
    if not body.dry_run:
        asked = _ask(person, contacts, body)
        if asked.job is not None:
            wake(asked.job)
            with scope(person.workspace_id, person.user_id):
                job = look.job(asked.job.job_id)
            assert job is not None
            answer = ManyUnlocked(job=Job.model_validate(look.job_as_dict(job)))
            return answer, 202, {"Location": f"/api/jobs/{job.id}"}
    told = unlock.quote(person.workspace_id, person.user_id, contacts, body.fields)
    return QuoteAnswer(
        quote=UnlockQuote(
            leads=len(contacts),
            credits_max=told.most,
            credits_available=told.available,
            fields=[FieldQuote.model_validate(each) for each in told.fields],
        ),
        job=None,
    )


@call(
    bp,
    "POST",
    "/api/leads/<uuid:lead_id>/bounced",
    scope="write",
    answers={200: Bounced},
    problems=(404, 409),
    idempotent=True,
)
def report_bounced(person: Person, lead_id: UUID) -> Bounced:
    """Report that a lead's e-mail bounced.

    Within 30 days of its unlock its credit comes back, once; in this workspace the address counts as invalid from then
    on. A lead that stands for this one by now is answered with instead.
    """
    try:
        told = unlock.bounced(person.workspace_id, person.user_id, lead_id)
    except leads.NoSuchLead:
        raise Problem(404) from None
    if not told.taken:
        raise Problem(409, told.words, outcome=told.outcome)
    found = Lead.model_validate(lead(_lead(person, told.lead_id)))
    return Bounced.model_validate({"lead": found, "outcome": told.outcome, "credits_refunded": told.credits})


def _ask(person: Person, contacts: Sequence[UUID], body: Unlock | UnlockMany) -> unlock.Unlocking:
    """The request, for no more than was agreed to."""
    who = person.workspace_id, person.user_id
    try:
        return unlock.ask(*who, contacts, body.fields, replay.key(), body.credits_max)
    except unlock.MoreThanAgreed as more:
        raise Problem(409, more.words, credits_required=more.required, credits_max=more.agreed) from None


def _lead(person: Person, lead_id: UUID) -> Any:
    try:
        return leads.get(person.workspace_id, person.user_id, lead_id).lead
    except leads.NoSuchLead:
        raise Problem(404) from None
