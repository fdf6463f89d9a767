"""The call that asks for a file."""

from __future__ import annotations

from flask import Blueprint

from jobs.broker import wake
from reachly import export
from reachly.accounts import Person
from reachly.api import replay
from reachly.api.call import call
from reachly.api.jobs import answer
from reachly.api.problem import Problem
from reachly.api.schemas.exports import Export
from reachly.api.schemas.jobs import JobAnswer

bp = Blueprint("api_export", __name__)


@call(
    bp,
    "POST",
    "/api/leads/export",
    scope="write",
    asks=Export,
    answers={202: JobAnswer},
    headers=("Location",),
    idempotent=True,
)
def export_leads(person: Person, body: Export) -> tuple[JobAnswer, int, dict[str, str]]:
    """Make a file of leads: those named, those that match filters, or all.

    The job's `result` names the export. Costs nothing. The same `Idempotency-Key` with the same body is the same job.
    """
    wish, errors = export.ExportWish.from_args(body.as_args())
    if errors:
        raise Problem(422, "Some fields cannot be taken as they are.", errors=tuple(errors.items()))
    asked = export.ask(person.workspace_id, person.user_id, wish, replay.key())
    wake(asked)
    return answer(person, asked.job_id, replayed=asked.replayed)
