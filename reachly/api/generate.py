"""The call that finds leads, or says what they would cost."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint

from jobs.broker import wake
from reachly import lists, profiles
from reachly.accounts import Person
from reachly.api import replay
from reachly.api.call import call
from reachly.api.jobs import answer
from reachly.api.problem import Problem
from reachly.api.schemas.jobs import JobAnswer
from reachly.api.schemas.leads import Estimate, EstimateAnswer, Generate, SearchFilters
from reachly.engine.request import Requested
from reachly.estimate import estimate
from reachly.generate.asking import Search, ask, per_lead, too_little
from reachly.settings import settings
from reachly.sources import sources_of
from reachly.web.limits import spend

bp = Blueprint("api_generate", __name__)
Answer = tuple[JobAnswer, int, dict[str, str]]


@call(
    bp,
    "POST",
    "/api/leads/generate",
    scope="write",
    asks=Generate,
    answers={202: JobAnswer, 200: EstimateAnswer},
    problems=(402, 404, 409),
    headers=("Location",),
    idempotent=True,
)
def generate(person: Person, body: Generate) -> Answer | EstimateAnswer:
    """Find leads.

    Holds the most the job can cost and starts it; with `dry_run` it only says what it would bring and cost. The same
    `Idempotency-Key` with the same body is the same job.
    """
    search = _search(person, body)
    if body.dry_run:
        spend("estimates", str(person.user_id))
        return _estimated(person, search)
    asked = _ask(person, search)
    wake(asked)
    return answer(person, asked.job_id, replayed=asked.replayed)


def _ask(person: Person, search: Search) -> Requested:
    if search.profile_id is None:
        return ask(person.workspace_id, person.user_id, search, replay.key())
    try:
        return profiles.ask_within(person.workspace_id, person.user_id, search, replay.key())
    except profiles.NoSuchProfile:
        raise Problem(404) from None
    except profiles.CannotRun as refused:
        raise Problem(409, refused.words, code=refused.code) from None


def _search(person: Person, body: Generate) -> Search:
    """What is asked for; raises :class:`Problem` 422 naming each field that cannot be."""
    wrong = []
    if body.icp_profile_id is not None and not (body := _as_kept(person, body)).filters:
        wrong.append(("icp_profile_id", "There is no such profile."))
    filters, limit = (body.filters or SearchFilters()).chosen(), body.limit or 0
    if not limit:
        wrong.append(("limit", "Say how many: from 1 to 10,000."))
    if limit > settings().job_leads_limit:
        wrong.append(("limit", f"At most {settings().job_leads_limit:,} leads at once."))
    known = {source.name: source for source in sources_of(person.workspace_id, person.user_id)}
    chosen = tuple(dict.fromkeys(body.sources)) if body.sources else tuple(n for n, s in known.items() if s.usable)
    for place, name in enumerate(body.sources or ()):
        if name not in known:
            wrong.append((f"sources.{place}", f"Choose from: {', '.join(known)}."))
        elif not known[name].usable:
            wrong.append((f"sources.{place}", known[name].reason))
    if not chosen:
        wrong.append(("sources", "No source has a key. Add one under Sources."))
    if filters.empty and not wrong:
        wrong.append(("filters", "Say whom you look for: at least one facet."))
    if body.list_id is not None and not _may_fill(person, body.list_id):
        wrong.append(("list_id", "There is no such list that you may change."))
    if wrong:
        raise Problem(422, "Some fields cannot be taken as they are.", errors=wrong)
    search = Search(
        filters,
        limit,
        chosen,
        tuple(dict.fromkeys(body.reveal)),
        max_credits=body.max_credits,
        list_id=body.list_id,
        profile_id=body.icp_profile_id,
    )
    little = too_little(search, per_lead(person.workspace_id, person.user_id, search, list(known.values())))
    if little:
        raise Problem(422, "Some fields cannot be taken as they are.", errors=[("max_credits", little)])
    return search


def _may_fill(person: Person, list_id: UUID) -> bool:
    try:
        return lists.get(person.workspace_id, person.user_id, list_id).editable
    except lists.NoSuchList:
        return False


def _as_kept(person: Person, body: Generate) -> Generate:
    """What was asked for, with what was left out as the profile has it; without filters where there is none."""
    try:
        kept = profiles.get(person.workspace_id, person.user_id, str(body.icp_profile_id)).kept
    except profiles.NoSuchProfile:
        return body.model_copy(update={"filters": None})
    usual = {
        "filters": SearchFilters(**kept.filters.as_dict()),
        "limit": kept.limit,
        "reveal": list(kept.reveal),
        "sources": list(kept.sources) or None,
        "max_credits": kept.run_credits,
        "list_id": kept.list_id,
    }
    return body.model_copy(update={name: v for name, v in usual.items() if name not in body.model_fields_set})


def _estimated(person: Person, search: Search) -> EstimateAnswer:
    told = estimate(person.workspace_id, person.user_id, search)
    return EstimateAnswer(
        estimate=Estimate(
            matches_by_source={each.source.name: each.matches for each in told.sources},
            credits_max=told.credits_max,
            credits_per_lead=told.credits_per_lead,
            already_owned=told.already_owned,
            in_catalogue=told.in_catalogue.number,
            notes={
                each.source.name: f"{each.source.label} answers slowly at the moment: a search takes longer."
                for each in told.sources
                if each.source.slow
            },
            problems={each.source.name: each.problem for each in told.sources if each.problem},
        )
    )
