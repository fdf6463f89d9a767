"""What happened to one lead: how it came, what was paid for it, and what people did with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reachly.actions import Action, feed
from reachly.leads import LeadDetail
from reachly.web.activity.words import link, of_lead
from reachly.web.session import me

SHOWN = 12
FIELDS = {"email": "E-mail", "phone": "Phone"}
CAME = {"catalogue": "Saved from the catalogue", "import": "Imported"}


def history(detail: LeadDetail) -> list[dict[str, Any]]:
    """The newest first: ``text``, ``who`` or nothing, ``at``, and where to read on (``url``, ``link``)."""
    lead = detail.lead
    acts = feed(*me(), contact_id=lead.contact_id, limit=SHOWN).actions
    told = [*map(_act, acts), *map(_unlock, detail.unlocks), _found(detail)]
    told.sort(key=_at, reverse=True)
    return told[:SHOWN] if len(told) > SHOWN else told


def _at(one: dict[str, Any]) -> datetime:
    at: datetime = one["at"]
    return at


def _act(action: Action) -> dict[str, Any]:
    text = of_lead(action)
    if action.undone_at is not None:
        text += ", taken back"
    url = link(action) if action.undone_at is None else None
    return {"text": text, "who": action.user, "at": action.created_at, "url": url, "link": "Show"}


def _unlock(unlock: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": f"{FIELDS[unlock['field']]} captured, {cost(unlock['credits'])}",
        "who": None,
        "at": unlock["created_at"],
        "url": f"/jobs/{unlock['job_id']}" if unlock["job_id"] else None,
        "link": f"Job {unlock['job_number']}",
    }


def _found(detail: LeadDetail) -> dict[str, Any]:
    lead = detail.lead
    found = {"text": CAME.get(lead.source, "Found"), "who": None, "at": lead.created_at, "url": None, "link": None}
    if lead.job_id:
        found |= {"url": f"/jobs/{lead.job_id}", "link": f"Job {detail.job_number}"}
    return found


def cost(credits: int | None) -> str | None:
    """What was paid, in words."""
    if credits is None:
        return None
    return f"{credits} credit{'' if credits == 1 else 's'}" if credits else "no credits"
