"""The request for leads: checked, priced, held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.engine.request import Requested, Wish, digest_of, request
from reachly.filters import Filters
from reachly.sources import Source, sources_of

INTERACTIVE_LEADS = 500
"""Up to this many leads a job goes through the interactive queue, above it through the bulk one."""

SAME_AGAIN = 600
"""Seconds within which a person who asks for the same once more is asked whether that is meant."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a person wants found. ``sources`` are provider names in the order they are asked."""

    filters: Filters
    limit: int
    sources: tuple[str, ...]
    reveal: tuple[str, ...] = ("email",)
    name: str = ""
    max_credits: int | None = None
    """The most the person lets this job cost; it stops where the next lead could cost more than is left of it."""
    list_id: UUID | None = None
    """Onto which list goes what is delivered."""
    profile_id: UUID | None = None
    """Of which profile this is a run."""


def price_list() -> dict[str, int]:
    """Credits per action; inside any transaction."""
    return {row["action"]: row["credits"] for row in rows("SELECT action, credits FROM prices")}


def lead_prices(prices: Mapping[str, int], reveal: Sequence[str]) -> dict[str, int]:
    """What each revealed field of a lead costs, when it is found."""
    return {field: prices[f"lead_{field}"] for field in reveal}


def most_per_lead(prices: Mapping[str, int], sources: Sequence[Source]) -> int:
    """The most one lead can cost: nothing where the workspace's own keys pay for all sources."""
    return 0 if all(source.own_key for source in sources) else sum(prices.values())


def per_lead(workspace_id: UUID | str, user_id: UUID | str, search: Search, known: Sequence[Source]) -> int:
    """The most one lead of this search can cost."""
    with scope(workspace_id, user_id):
        prices = lead_prices(price_list(), search.reveal)
    return most_per_lead(prices, [source for source in known if source.name in search.sources])


def most_in_all(search: Search, per_lead: int) -> int:
    """The most the search can cost, which is what is held for it."""
    most = search.limit * per_lead
    return most if search.max_credits is None else min(most, search.max_credits)


def too_little(search: Search, per_lead: int) -> str | None:
    """Why the person's own limit lets nothing be found, in words."""
    if search.max_credits is None or search.max_credits >= per_lead:
        return None
    return f"One lead can cost {per_lead:,} credits: allow at least that, or reveal less."


def ask(workspace_id: UUID | str, user_id: UUID | str, search: Search, key: str | None = None) -> Requested:
    """Write the job and hold the most it can cost; raises ``NotEnoughCredits``, ``CapReached``, ``TooManyOpen``,
    ``KeyReused``.
    """
    chosen = [source for source in sources_of(workspace_id, user_id) if source.name in search.sources]
    chosen.sort(key=lambda source: search.sources.index(source.name))
    with scope(workspace_id, user_id):
        prices = lead_prices(price_list(), search.reveal)
        person = one("SELECT name FROM users WHERE id = %s", (str(user_id),))
    params = _params(search, [source.name for source in chosen])
    wish = Wish(
        kind="generate_leads",
        queue="interactive" if search.limit <= INTERACTIVE_LEADS else "bulk",
        name=search.name or title(search.filters),
        params=params,
        total=search.limit,
        hold=most_in_all(search, most_per_lead(prices, chosen)),
        prices=prices,
        sources=tuple((source.name, source.own_key) for source in chosen),
        opening=f"{person['name'] if person else 'Somebody'} started the job",
    )
    return request(workspace_id, user_id, wish, key)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A job of the same person that asks for the same."""

    job_id: UUID
    number: int
    created_at: datetime


def asked_before(workspace_id: UUID | str, user_id: UUID | str, search: Search, key: str) -> Earlier | None:
    """The last job of the last minutes by which this person asked for the same and which did not go wrong; ``None``
    where there is none, or where ``key`` made one of them: that is the same press again.
    """
    digest = digest_of("generate_leads", _params(search, list(search.sources)))
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT id, number, created_at, idempotency_key FROM jobs WHERE user_id = %s AND request_digest = %s"
            " AND status NOT IN ('failed', 'cancelled') AND created_at > now() - %s * interval '1 second'"
            " ORDER BY number DESC LIMIT 50",
            (str(user_id), digest, SAME_AGAIN),
        )
    if not found or any(row["idempotency_key"] == key for row in found):
        return None
    return Earlier(found[0]["id"], found[0]["number"], found[0]["created_at"])


def _params(search: Search, sources: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "filters": search.filters.as_dict(),
        "limit": search.limit,
        "sources": sources,
        "reveal": list(search.reveal),
    }
    if search.max_credits is not None:
        told["max_credits"] = search.max_credits
    if search.list_id is not None:
        told["list_id"] = str(search.list_id)
    if search.profile_id is not None:
        told["icp_profile_id"] = str(search.profile_id)
    return told


def title(filters: Filters) -> str:
    """A name for a search that nobody named: its first facets in words."""
    told: list[str] = []
    for facet in (
        "job_titles",
        "seniorities",
        "departments",
        "industries",
        "locations",
        "company_domains",
        "keywords",
        "company_sizes",
    ):
        values = getattr(filters, facet)
        if values:
            more = f" +{len(values) - 2}" if len(values) > 2 else ""
            told.append(" and ".join(_words(facet, value) for value in values[:2]) + more)
    return (", ".join(told[:3]) or "Everyone")[:120]


def _words(facet: str, value: str) -> str:
    from reachly.vocabulary import COMPANY_SIZES, SENIORITIES

    if facet == "seniorities":
        return next((option.label for option in SENIORITIES if option.value == value), value)
    if facet == "company_sizes":
        return next((f"{size.label} people" for size in COMPANY_SIZES if size.value == value), value)
    return value


def again(job: Mapping[str, Any]) -> Wish:
    """The wish that goes on where a stopped job got to: what is left of its number, from its checkpoint."""
    left = max(job["progress_total"] - job["progress_done"], 1)
    own = {source["source"]: source["own_key"] for source in job["sources"]}
    per_lead = 0 if own and all(own.values()) else sum(job["prices"].values())
    hold, params = left * per_lead, job["params"] | {"limit": left}
    if "max_credits" in params:
        params["max_credits"] = max(0, params["max_credits"] - job["credits_spent"])
        hold = min(hold, params["max_credits"])
    checkpoint = dict(job["checkpoint"])
    checkpoint["sources"] = {name: _resumed(state) for name, state in checkpoint.get("sources", {}).items()}
    return Wish(
        kind="generate_leads",
        queue=job["queue"],
        name=job["name"],
        params=params,
        total=left,
        hold=hold,
        prices=job["prices"],
        checkpoint=checkpoint,
        sources=tuple(own.items()),
        retry_of=job["id"],
        opening=f"Going on where job {job['number']} stopped",
    )


def _resumed(state: Mapping[str, Any]) -> dict[str, Any]:
    """A source's state for the next job: one that failed gets another chance, one that had no more people has none."""
    if state.get("posted_at") and not state.get("finished"):
        return {}  # a table answers to the job that posted the row, so the new one posts its own
    return {key: value for key, value in state.items() if key not in ("failed", "resumes_at", "tries")}
