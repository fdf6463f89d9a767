"""One field of one lead, and what to say of how that went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g

from jobs.broker import wake
from reachly import leads, unlock
from reachly.database import scope
from reachly.engine import look
from reachly.engine.request import NotEnoughCredits, TooManyOpen
from reachly.generate.asking import price_list
from reachly.settings import settings
from reachly.spending import CapReached
from reachly.web.session import me

WORDS = {"email": "E-mail", "phone": "Phone"}


@dataclass(frozen=True, slots=True)
class Went:
    """How an unlock went, in words with their colour; ``job_id`` where a job still asks, ``lead_id`` where another lead
    shows what came of it.
    """

    words: str
    kind: str
    job_id: UUID | None = None
    lead_id: UUID | None = None


def unlock_one(lead_id: UUID, field: str) -> Went:
    """Unlock the field and wait a little for it; raises ``NoSuchLead``."""
    who = me()
    lead = leads.get(*who, lead_id).lead
    if getattr(lead, field):
        return Went(f"The {WORDS[field].lower()} is unlocked already.", "ok")
    try:
        asked = unlock.ask(*who, [lead.contact_id], [field])
    except NotEnoughCredits as short:
        return Went(f"This costs {many(short.required)}, and {short.available:,} are available.", "error")
    except (CapReached, TooManyOpen) as full:
        return Went(full.words, "error")
    if asked.job is None:
        return Went(f"Nobody who is asked here has this {WORDS[field].lower()}, so it cost nothing.", "warn")
    wake(asked.job)
    if asked.going_on:
        unlock.wait_for(*who, asked.job.job_id, settings().unlock_wait)
    return how(lead_id, field, asked.job.job_id)


def how(lead_id: UUID, field: str, job_id: UUID) -> Went:
    """How it stands with a job that was asked for one field; raises ``NoSuchLead``."""
    who = me()
    lead = leads.get(*who, lead_id).lead
    with scope(*who):
        job = look.job(job_id)
        spent = unlock.captured(job_id, lead.contact_id, [field])
    if getattr(lead, field):
        return Went(f"{WORDS[field]} unlocked for {many(spent)}" if spent else f"{WORDS[field]} unlocked", "ok")
    if job is not None and not job.finished:
        return Went(f"Asking for the {WORDS[field].lower()}. It appears here when it is found.", "info", job_id)
    if job is not None and job.status == "failed":
        return Went(f"{job.error_message or 'Nobody could be asked.'} It cost nothing.", "error")
    return Went(f"Nobody has this {WORDS[field].lower()}, so it cost nothing.", "warn")


def many(credits: int) -> str:
    """``1 credit``, ``6 credits``."""
    return f"{credits:,} credit{'' if credits == 1 else 's'}"


def prices() -> dict[str, int]:
    """What each field costs to unlock."""
    if "unlock_prices" not in g:
        with scope(*me()):
            found = price_list()
        g.unlock_prices = {field: found[f"unlock_{field}"] for field in unlock.FIELDS}
    known: dict[str, int] = g.unlock_prices
    return known


def busy(field: str, went: Went) -> dict[str, Any]:
    """What a row needs to know of a field that is being asked for."""
    return {field: str(went.job_id)} if went.job_id else {}
