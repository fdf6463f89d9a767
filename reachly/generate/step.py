"""One step of finding leads: ask for a page, or enrich a chunk of it and deliver.

The checkpoint keeps, per source, the cursor of the next page, the call that brought the present page, and how far
into it the job has come. Each step's outside call is journalled before its result is stored, and the store moves the
checkpoint in the same transaction: a step that dies anywhere is taken again without buying anything twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import uniform
from typing import Any

from reachly.engine.claim import Claim
from reachly.engine.journal import AnswerLost
from reachly.engine.outcomes import Continue, Failed, Outcome, Succeeded, Wait
from reachly.generate.pages import PageRun
from reachly.generate.source import SourceRun
from reachly.generate.table import TableRun
from reachly.providers.failures import NotFound, ProviderFailure, ProviderSlow
from reachly.settings import settings

RUNS: dict[str, type[SourceRun]] = {"clay_table": TableRun}
"""How a source is asked where it is not page by page."""
STAY = timedelta(seconds=30)
"""A pause up to this long is waited for; with a longer one the job goes on with the next source meanwhile."""


def step(claim: Claim) -> Outcome:
    """Take the job one step on; never raises what a provider did wrong."""
    if claim.done >= claim.total:
        return _finish(claim)
    return advance(claim, lambda name, state: RUNS.get(name, PageRun)(claim, name, state)) or _finish(claim)


def advance(claim: Claim, made: Callable[[str, dict[str, Any]], SourceRun]) -> Outcome | None:
    """Take the source whose turn it is one step on, as ``made`` makes it from its name and state; ``None`` when no
    source has anything left.
    """
    run = _next(claim, made)
    if run is None or isinstance(run, Wait):
        return run
    if run.wanted <= 0:
        run.enough()
        return Continue()
    try:
        run.advance()
    except AnswerLost:
        run.answer_lost()
    except NotFound as failure:
        # What a provider was working on is gone on its side: asking for it again would find nothing for ever.
        if not run.state.get("pending"):
            return _failed(claim, run, failure)
        run.answer_lost()
    except ProviderFailure as failure:
        return _failed(claim, run, failure)
    return Continue()


def _next(claim: Claim, made: Callable[[str, dict[str, Any]], SourceRun]) -> SourceRun | Wait | None:
    """The first source in order that has more and is not pausing; a wait when all of those pause."""
    now = claim.now()
    pauses: list[tuple[datetime, str]] = []
    for name in claim.params["sources"]:
        state = claim.checkpoint.get("sources", {}).get(name, {})
        if state.get("finished") or state.get("failed"):
            continue
        resumes = datetime.fromisoformat(state["resumes_at"]) if state.get("resumes_at") else now
        if resumes <= now:
            return made(name, state)
        pauses.append((resumes, state.get("reason", "waiting for the provider")))
        if resumes - now <= STAY:
            break
    return Wait(*min(pauses)) if pauses else None


def _failed(claim: Claim, run: SourceRun, failure: ProviderFailure) -> Outcome:
    """A temporary failure pauses the source, a permanent one ends it; the job goes on while another source remains."""
    # That our own calls have to queue up is no failure of the provider's: a source is not given up for it.
    tries = run.state.get("tries", 0) + (0 if isinstance(failure, ProviderSlow) else 1)
    if failure.permanent or tries > settings().provider_waits:
        run.fail(failure)
        return Continue()
    wait = failure.retry_after
    if wait is None:
        # Doubling with full jitter, so that jobs that were refused together do not come back together.
        wait = uniform(0.5, 1) * settings().provider_backoff * 2 ** min(tries - 1, 8)  # noqa: S311 - spreads load, guards nothing
    run.pause(claim.now() + timedelta(seconds=min(wait, settings().provider_wait_longest)), failure, tries)
    return Continue()


def _finish(claim: Claim) -> Outcome:
    """Enough was found, or nobody has more."""
    return all_failed(claim, claim.params["sources"]) or Succeeded()


def all_failed(claim: Claim, names: Sequence[str]) -> Failed | None:
    """The failure of a job of which every source failed and nothing came."""
    states: dict[str, Any] = claim.checkpoint.get("sources", {})
    failed = {name: state["failed"] for name, state in states.items() if state.get("failed")}
    if not failed or claim.done or set(names) - set(failed):
        return None
    told = " ".join(reason["message"] for reason in failed.values())
    return Failed(next(iter(failed.values()))["code"], told)
