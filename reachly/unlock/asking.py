"""The request to unlock: what the catalogue holds comes at once, the rest is a job that asks providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import peewee

from reachly import actions, news
from reachly.database import afterwards, as_json, detail, one, rows, scope, sqlstate
from reachly.engine.request import Requested, Wish, digest_of, refusals
from reachly.leads import LeadQuery
from reachly.leads.where import where
from reachly.providers.failures import ProviderFailure
from reachly.settings import settings
from reachly.sources import CLAY_TABLE, Source, connect, sources_of

FIELDS = ("email", "phone")
AT_ONCE = 500
"""Up to this many values come from the catalogue in the request's own transaction, more come by the job."""
MOST = 10_000
"""The most leads of one request."""
INTERACTIVE_LEADS = 500
_ASK = "SELECT * FROM unlock_ask(%s::uuid[], %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s)"
_WORDS = {("email",): "E-mail", ("phone",): "Phone", ("email", "phone"): "E-mail and phone"}


class MoreThanAgreed(Exception):
    """It may cost more by now than somebody agreed to; nothing was written."""

    def __init__(self, required: int, agreed: int) -> None:
        super().__init__(f"{required} credits needed, {agreed} agreed to")
        self.required, self.agreed = required, agreed
        self.words = (
            f"This may cost {required:,} by now, not {agreed:,}. Nothing was taken: look again at what it costs."
        )


@dataclass(frozen=True, slots=True)
class Unlocking:
    """What a request came to: the job with what it has captured so far, or no job where there was nothing to get.

    ``going_on`` says that providers are still to be asked.
    """

    job: Requested | None
    charged: int = 0
    going_on: bool = False


def ask(
    workspace_id: UUID | str,
    user_id: UUID | str,
    contacts: Sequence[UUID | str],
    fields: Sequence[str],
    key: str | None = None,
    most: int | None = None,
) -> Unlocking:
    """Unlock these fields of these leads, given by their contacts: what the workspace has already costs nothing again,
    who must not be contacted or is hidden is left out, and a value that nobody has is free.

    Of any number of equal requests at once one pays. ``most`` is the price that a person agreed to. Raises
    ``NotEnoughCredits``, ``CapReached``, ``TooManyOpen``, ``KeyReused`` and :class:`MoreThanAgreed`.
    """
    fields = [field for field in FIELDS if field in fields]
    asked = [str(contact) for contact in dict.fromkeys(contacts)][:MOST]
    known = [[source.name, source.own_key] for source in askable(workspace_id, user_id, fields)]
    digest = digest_of("enrich_leads", {"contacts": asked, "reveal": fields})
    queue = "interactive" if len(asked) <= INTERACTIVE_LEADS else "bulk"
    with _as_agreed(), refusals(key), scope(workspace_id, user_id):
        one("SELECT set_config('reachly.open_jobs', %s, true)", (str(settings().workspace_open_jobs),))
        name, opening = _name(asked, fields), _opening(user_id)
        found = one(_ASK, (asked, fields, as_json(known), name, queue, key, digest, opening, AT_ONCE, most))
        assert found is not None
        if found["job_id"] is None:
            return Unlocking(None)
        if not found["replayed"]:
            told = {"fields": fields, "job_id": found["job_id"]}
            actions.note("leads.unlock", len(asked), subject_id=found["job_id"], data=told, contacts=asked)
        afterwards(lambda: news.publish(workspace_id, found["job_id"]))
    job = Requested(found["job_id"], queue, found["replayed"] or not found["going_on"])
    return Unlocking(job, found["charged"], found["going_on"])


@contextmanager
def _as_agreed() -> Iterator[None]:
    try:
        yield
    except peewee.PeeweeException as error:
        if sqlstate(error) == "RL412":
            raise MoreThanAgreed(**detail(error)) from error
        raise


def captured(job_id: UUID | str, contact_id: UUID | str, fields: Sequence[str]) -> int:
    """What a job has charged for these fields of this person, whatever else it is for; inside a scope."""
    found = one(
        "SELECT coalesce(sum(credits), 0)::bigint AS credits FROM unlocks"
        " WHERE job_id = %s AND contact_id = %s AND field = ANY (%s)",
        (str(job_id), str(contact_id), list(fields)),
    )
    return int(found["credits"]) if found else 0


def askable(workspace_id: UUID | str, user_id: UUID | str, fields: Sequence[str]) -> list[Source]:
    """The providers that can be asked for any of these fields of a person who is known by name, in their usual order.

    A table that is filled from outside cannot: nothing can be asked of it that is answered.
    """
    return [
        source
        for source in sources_of(workspace_id, user_id, resting=False)
        if source.usable and source.name != CLAY_TABLE and set(fields) & set(fields_of(source))
    ]


def fields_of(source: Source) -> Sequence[str]:
    """What can be asked of it."""
    try:
        return connect(source, source.send).fields()
    except ProviderFailure:
        return ()


def locked(query: LeadQuery, fields: Sequence[str]) -> list[UUID]:
    """The contacts of the leads that match and lack one of these fields, at most one more than may be asked for at
    once, the oldest first, so that leads which come later push nobody out; inside a scope.
    """
    condition, params = where(query)
    lacking = " OR ".join(f"l.{field} IS NULL" for field in FIELDS if field in fields)
    found = rows(
        f"SELECT l.contact_id FROM leads l WHERE {condition} AND ({lacking})"
        f" ORDER BY l.created_at, l.id LIMIT {MOST + 1}",
        params,
    )
    return [row["contact_id"] for row in found]


def _name(contacts: Sequence[str], fields: Sequence[str]) -> str:
    words = _WORDS[tuple(fields)]
    if len(contacts) != 1:
        return f"{words} of {len(contacts):,} leads"
    name = "SELECT concat_ws(' ', first_name, last_name) AS name FROM leads WHERE contact_id = %s"
    person = one(name, (contacts[0],))
    return f"{words} of {(person and person['name']) or 'a lead'}"[:120]


def _opening(user_id: UUID | str) -> str:
    person = one("SELECT name FROM users WHERE id = %s", (str(user_id),))
    return f"{person['name'] if person else 'Somebody'} asked to unlock"


def again(job: Mapping[str, Any]) -> Wish:
    """The wish that asks for what a stopped job did not bring; inside no scope, by the job's own prices."""
    left = max(job["progress_total"] - job["progress_done"], 1)
    sources = {source["source"]: source["own_key"] for source in job["sources"]}
    providers = {name: own for name, own in sources.items() if name != "catalogue"}
    # The catalogue may hold by now what it did not then, and is paid; so all is held for that may be wanted.
    most = job["credits_held"] - job["credits_spent"]
    return Wish(
        kind="enrich_leads",
        queue=job["queue"],
        name=job["name"],
        params=job["params"] | {"of": job["params"].get("of", str(job["id"]))},
        total=left,
        hold=most if any(not own for own in providers.values()) else 0,
        prices=job["prices"],
        checkpoint=_resumed(job["checkpoint"]),
        sources=tuple(sources.items()),
        retry_of=job["id"],
        opening=f"Going on where job {job['number']} stopped",
    )


def _resumed(checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    """Each source goes on behind whom it was asked for; one that failed gets another chance."""
    kept = ("finished", "pending", "chunk", "fields", "chunks", "round")
    return {
        "sources": {
            name: {key: value for key, value in state.items() if key in kept}
            for name, state in checkpoint.get("sources", {}).items()
        }
    }
