"""One step of unlocking: the catalogue first, then provider by provider whoever still lacks something.

Whom a source is asked for is written to the checkpoint before it is asked, and that it was asked in the transaction
that stores what it brought: a step that dies anywhere is taken again with the same people and buys nothing twice.
"""

from __future__ import annotations

from typing import Any

from reachly.engine.claim import Claim
from reachly.engine.outcomes import Outcome, Succeeded
from reachly.generate.source import SourceRun
from reachly.generate.step import advance, all_failed
from reachly.unlock.lookup import LookupRun
from reachly.unlock.stock import StockRun


def step(claim: Claim) -> Outcome:
    """Take the job one step on; never raises what a provider did wrong."""
    if claim.done >= claim.total:
        return _finish(claim)
    return advance(claim, lambda name, state: _run(claim, name, state)) or _finish(claim)


def _run(claim: Claim, name: str, state: dict[str, Any]) -> SourceRun:
    return StockRun(claim, name, state) if name == "catalogue" else LookupRun(claim, name, state)


def _finish(claim: Claim) -> Outcome:
    names = [name for name in claim.params["sources"] if name != "catalogue"]
    if failed := all_failed(claim, names):
        return failed
    states = claim.checkpoint.get("sources", {})
    return Succeeded(
        {
            "delivered": claim.done,
            "duplicates": 0,
            "misses": claim.total - claim.done,
            "exhausted_sources": [name for name in claim.params["sources"] if states.get(name, {}).get("finished")],
            "failed_sources": [name for name in names if states.get(name, {}).get("failed")],
        }
    )
