"""People of the catalogue that a form means: who is no lead yet becomes one when something is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask_login import current_user

from reachly import catalogue
from reachly.leads import LeadQuery
from reachly.web.asked import chosen
from reachly.web.leads.selection import Selection


@dataclass(frozen=True, slots=True)
class Strangers(Selection):
    """People who are not asked for as leads yet; there are as many as were picked."""

    def number(self) -> int:
        """How many were picked."""
        return len(self.pairs)


def picked(name: str = "ids") -> list[UUID]:
    """The contacts that this request's form names."""
    ids = [chosen(each, UUID) for each in request.form.getlist(name)]
    return list(dict.fromkeys(each for each in ids if each))[: catalogue.MOST]


def strangers(contacts: list[UUID]) -> Strangers:
    """These people for a question that nobody has answered yet."""
    return Strangers(LeadQuery(), [("contacts", str(contact)) for contact in contacts], by_hand=True)


def of_contacts() -> Selection | None:
    """The people named as ``contacts``: leads from the moment on at which what was asked is confirmed."""
    contacts = picked("contacts")
    if not contacts:
        return None
    if request.form.get("confirmed") != "yes":
        return strangers(contacts)
    saved = catalogue.keep(current_user.workspace_id, current_user.user_id, contacts)
    pairs = [("contacts", str(contact)) for contact in contacts]
    return Selection(LeadQuery(lead_ids=tuple(saved.lead_ids)), pairs, by_hand=True)
