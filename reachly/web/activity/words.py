"""What people did, in words: one table of all kinds of act.

A room that notes a new kind adds a line here. A kind without a line is told plainly, by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reachly.actions import Action, Undone

THINGS = {
    "leads": ("lead", "leads"),
    "people": ("person", "people"),
    "companies": ("company", "companies"),
    "rows": ("row", "rows"),
    "credits": ("credit", "credits"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of act is told.

    ``did`` is said of the whole act, ``one`` of a single lead it touched, ``back`` once it was taken back, and
    ``stayed`` why some of it was not. They may name what :data:`THINGS` counts, and what the act keeps of its time.
    ``link`` leads to what it was about; ``{subject}`` in it is that thing's id.
    """

    did: str
    one: str = ""
    back: str = "{leads} changed back"
    stayed: str = "changed since"
    link: str = ""


LIST = "/lists/{subject}"
WORDS: dict[str, Words] = {
    "leads.delete": Words("Deleted {leads}", "Deleted", "{leads} restored", "found again or deleted again since"),
    "leads.tag": Words("Tagged {leads}: {change}", "Tagged: {change}", "Tags of {leads} as before", "gone since"),
    "leads.note": Words("Wrote a note about {name}", "Wrote a note", link="/leads/{subject}"),
    "leads.renote": Words("Changed a note about {name}", "Changed a note", link="/leads/{subject}"),
    "leads.unnote": Words("Deleted a note about {name}", "Deleted a note", "The note is back", link="/leads/{subject}"),
    "leads.unlock": Words("Unlocked fields of {leads}", "Unlocked", link="/jobs/{subject}"),
    "leads.bounced": Words("Reported {leads} as bounced", "Reported a bounce"),
    "leads.save": Words("Saved {leads} from the catalogue", "Saved from the catalogue"),
    "leads.import": Words(
        "Imported {leads} from “{name}”", "Imported", "{leads} as before", "changed since", "/imports/{subject}"
    ),
    "leads.exclude": Words("Hid {rows} of “{name}”", "Hidden", "{rows} shown again", link="/imports/{subject}"),
    "leads.merge": Words(
        "Made two leads one: {name}", "Made one with another lead", "{leads} apart again", link="/leads/{subject}"
    ),
    "tag.make": Words("Made the tag “{name}”"),
    "tag.change": Words("Changed the tag “{name}”"),
    "tag.delete": Words(
        "Deleted the tag “{name}” from {leads}", "Took the tag “{name}” off", "“{name}” is back on {leads}"
    ),
    "view.save": Words("Saved the view “{name}”", link="/leads?view={subject}"),
    "view.change": Words("Changed the view “{name}”", link="/leads?view={subject}"),
    "view.delete": Words("Deleted the view “{name}”", back="The view “{name}” is back"),
    "list.create": Words("Made the list “{name}”", link=LIST),
    "list.change": Words("Changed the list “{name}”", link=LIST),
    "list.annotate": Words("Wrote beside somebody on “{name}”", "Note or tags on “{name}”", link=LIST),
    "list.order": Words("Put “{name}” in another order", "Moved on “{name}”", link=LIST),
    "rows.insert": Words("Added {rows} to {table}, by a program", "Added to {table} by a program"),
    "rows.update": Words("Changed {rows} of {table}, by a program", "Changed in {table} by a program"),
    "rows.delete": Words("Deleted {rows} of {table}, by a program", "Taken out of {table} by a program"),
    "list.add": Words("Added {leads} to “{name}”", "Added to “{name}”", "{leads} off “{name}” again", link=LIST),
    "list.remove": Words("Took {leads} off “{name}”", "Taken off “{name}”", "{leads} back on “{name}”", link=LIST),
    "list.tag": Words("Tagged {leads} on “{name}”", "Tagged on “{name}”", "Tags of {leads} as before", link=LIST),
    "list.combine": Words(
        "Made “{name}” out of other lists, with {leads}", "Came to “{name}”", "“{name}” is gone again", link=LIST
    ),
    "list.delete": Words("Deleted the list “{name}”", back="The list “{name}” is back"),
    "list.share": Words("Shared the list “{name}”", link=LIST),
    "contacts.hide": Words("Hid {people}", "Hidden", "{people} shown again", "shown again since", "/hidden"),
    "contacts.show": Words(
        "Brought back {people}", "Brought back", "{people} hidden again", "hidden again since", "/hidden"
    ),
    "companies.hide": Words(
        "Hid {companies}", "Company hidden", "{companies} shown again", "shown again since", "/hidden"
    ),
    "companies.show": Words(
        "Brought back {companies}", "Company brought back", "{companies} hidden again", link="/hidden"
    ),
    "profile.save": Words("Saved the profile “{name}”", link="/profiles/{subject}"),
    "profile.change": Words("Changed the profile “{name}”", link="/profiles/{subject}"),
    "profile.delete": Words("Deleted the profile “{name}”", back="The profile “{name}” is back"),
    "list.unshare": Words("Stopped sharing the list “{name}”", link=LIST),
    "workspace.rename": Words("Renamed the workspace to “{name}”", link="/team"),
    "invitations.invite": Words("Invited {email}", link="/team"),
    "invitations.revoke": Words("Withdrew the invitation of {email}", link="/team"),
    "invitations.accept": Words("Accepted the invitation to “{name}”"),
    "members.role": Words("Gave {name} the role of {role}", link="/team"),
    "members.remove": Words("Removed {name} from the workspace", link="/team"),
    "members.leave": Words("Left the workspace", link="/team"),
    "ownership.offer": Words("Offered the workspace to {name}", link="/team"),
    "ownership.take": Words("Took the workspace over", link="/team"),
}
"""One line for each kind, by noun."""

NOUNS = {
    "leads": "Leads",
    "list": "Lists",
    "tag": "Tags",
    "view": "Views",
    "contacts": "Hidden people",
    "companies": "Hidden companies",
    "imports": "Imports",
    "profile": "Profiles",
    "rows": "Rows of programs",
    "invitations": "Invitations",
    "members": "People",
    "ownership": "Handing over",
}
"""What one can narrow the feed to."""


class _Told(dict[str, Any]):
    """What an act keeps, counted things in words; what it does not know is a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def did(action: Action) -> str:
    """What was done, as a sentence without who."""
    known = WORDS.get(action.kind)
    return known.did.format_map(_told(action)) if known else _plainly(action)


def of_lead(action: Action) -> str:
    """What was done to one of the leads it touched."""
    known = WORDS.get(action.kind)
    return known.one.format_map(_told(action)) if known and known.one else did(action)


def taken_back(undone: Undone) -> str:
    """What came of taking an act back, with the exact number, and why some of it stayed."""
    action = undone.action
    known = WORDS.get(action.kind)
    if known is None:
        return f"Taken back: {undone.count:,} of {action.count:,}"
    said = known.back.format_map(_told(action) | _counts(undone.count))
    return f"{said}; {undone.stayed:,} {known.stayed}" if undone.stayed else said


def link(action: Action) -> str | None:
    """Where what it was about is to be seen."""
    known = WORDS.get(action.kind)
    if known is None or not known.link or ("{subject}" in known.link and action.subject_id is None):
        return None
    return known.link.format(subject=action.subject_id)


def _told(action: Action) -> _Told:
    return _Told(dict(action.data) | {"change": _change(action.data)} | _counts(action.count))


def _counts(number: int) -> dict[str, str]:
    return {name: f"{number:,} {words[number != 1]}" for name, words in THINGS.items()}


def _change(data: Mapping[str, Any]) -> str:
    """Which tags were put on and taken off."""
    on = [f"“{name}”" for name in data.get("add", ())]
    off = [f"without “{name}”" for name in data.get("drop", ())]
    return ", ".join([*on, *off]) or "–"


def _plainly(action: Action) -> str:
    noun, _, verb = action.kind.replace("_", " ").partition(".")
    name = f" “{action.data['name']}”" if action.data.get("name") else ""
    number = f" ({action.count:,})" if action.count != 1 else ""
    return f"{noun.capitalize()}: {verb}{name}{number}"
