"""People of the catalogue that a form means: who is no lead yet becomes one when something is done with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from flask import request

from reachly import catalogue
from reachly.leads import LeadQuery
from reachly.web.asked import chosen
from reachly.web.catalogue.address import of_args
from reachly.web.leads.selection import Selection
from reachly.web.session import me

ALL = "all_in_catalogue"
"""Under which name a form beside the catalogue's own says that all who match are meant."""
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Strangers(Selection):
    """People who are not asked for as leads yet; there are as many as were picked."""

    people: int = 0
    note: str = ""

    def number(self) -> int:
        """How many were picked."""
        return self.people


@dataclass(frozen=True, slots=True)
class People:
    """Contacts, how the next form says the same again, whether all who match are meant, and whether these are all of
    them.
    """

    ids: list[UUID]
    pairs: Pairs
    every: bool = False
    capped: bool = False

    @property
    def note(self) -> str:
        """What somebody is told who meant more than is done at once."""
        first = f"More than {len(self.ids):,} people match, and these are the first {len(self.ids):,}"
        return f"{first}, the last found first. Do it again for those that follow." if self.capped else ""

    def strangers(self) -> Strangers:
        """These people for a question that nobody has answered yet."""
        pairs = self.pairs if self.every else [("contacts", str(contact)) for contact in self.ids]
        return Strangers(LeadQuery(), pairs, by_hand=True, people=len(self.ids), note=self.note)


def picked(name: str = "ids", owned: bool | None = None) -> People:
    """The contacts that this request's form names one by one, or all that its query matches: those first found last.

    ``owned`` leaves out of all that match who is a lead, or who is none. Never more than were agreed to.
    """
    form = request.form
    if not (form.get(ALL) or (name == "ids" and form.get("all_matching"))):
        given = [chosen(each, UUID) for each in form.getlist(name)]
        ids = list(dict.fromkeys(each for each in given if each))[: catalogue.MOST]
        return People(ids, [(name, str(contact)) for contact in ids])
    query = of_args(form).query
    pairs = [*query.pairs, (ALL, "1")]
    if owned is not None:
        if query.owned not in (None, owned):
            return People([], pairs, every=True)
        query = replace(query, owned=owned)
    found, more = catalogue.matching(*me(), query)
    agreed = chosen(form.get("count"), int)
    if form.get("confirmed") == "yes" and agreed is not None:
        found, more = found[: max(0, agreed)], False
    return People(found, pairs, every=True, capped=more)


def of_contacts() -> Selection | None:
    """The people named as ``contacts``, or all who match: leads from when what was asked is confirmed on."""
    people = picked("contacts")
    if not people.ids:
        return None
    if request.form.get("confirmed") != "yes":
        return people.strangers()
    saved = catalogue.keep(*me(), people.ids)
    return Selection(LeadQuery(lead_ids=tuple(saved.lead_ids)), people.strangers().pairs, by_hand=True)
