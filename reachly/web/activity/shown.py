"""The feed as the templates take it: acts under their days, the choices beside it, the addresses of its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from reachly.actions import Action, feed
from reachly.database import scope
from reachly.engine import choice
from reachly.leads import NoSuchLead, get
from reachly.web.activity import words
from reachly.web.asked import chosen, turning
from reachly.web.session import me

ROWS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the feed asks for; what cannot be read is as if it were not there."""

    by: UUID | None = None
    kind: str = ""
    lead: UUID | None = None
    since: date | None = None
    until: date | None = None
    after: UUID | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """The parts of a query."""
        kind = query.get("kind", "")
        return cls(
            chosen(query.get("by"), UUID),
            kind if kind in words.NOUNS else "",
            chosen(query.get("lead"), UUID),
            chosen(query.get("since"), date.fromisoformat),
            chosen(query.get("until"), _last_day),
            chosen(query.get("after"), UUID),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is chosen."""
        return self != Asked(after=self.after)

    def url(self, **more: Any) -> str:
        """The address of this feed, from another place in it."""
        kept = {name: getattr(self, name) for name in ("by", "kind", "lead", "since", "until")}
        told = urlencode({name: value for name, value in (kept | more).items() if value}, doseq=True)
        return f"/activity?{told}" if told else "/activity"


def page(asked: Asked) -> dict[str, Any]:
    """What ``activity.html`` needs; raises ``NoSuchLead``."""
    who = me()
    lead = get(*who, asked.lead).lead if asked.lead else None
    found = feed(
        *who,
        contact_id=lead.contact_id if lead else None,
        kinds=[asked.kind] if asked.kind else (),
        by=asked.by,
        since=_morning(asked.since) if asked.since else None,
        before=_morning(asked.until + timedelta(days=1)) if asked.until else None,
        after=asked.after,
        limit=ROWS,
    )
    with scope(*who):
        people = choice.people()
    return {
        "days": _days(found.actions),
        "page": turning(asked.url, str(found.next) if found.next else None),
        "said": _many(len(found.actions)),
        "narrowed": asked.narrowed,
        "lead": {"id": str(lead.id), "name": lead.name} if lead else None,
        "query": {name: str(getattr(asked, name) or "") for name in ("by", "kind", "lead", "since", "until")},
        "kinds": list(words.NOUNS.items()),
        "people": [(str(person), name) for person, name in people],
    }


def act(action: Action) -> dict[str, Any]:
    """One act as a row of the feed."""
    return {
        "id": str(action.id),
        "who": action.user or _from_outside(action),
        "did": _after_a_name(action),
        "url": words.link(action) if action.undone_at is None else None,
        "at": action.created_at,
        "undone": action.undone_at is not None,
        "undoable": action.undoable,
        "until": action.undoable_until,
    }


def _from_outside(action: Action) -> str:
    """Who of no workspace of ours did it."""
    guest = action.data.get("guest")
    return f"{guest} (guest)" if guest else "Somebody from outside" if action.user_id else "Reachly"


def _after_a_name(action: Action) -> str:
    """What was done, as it is said behind who did it."""
    said = words.did(action)
    return said[:1].lower() + said[1:] if action.kind in words.WORDS else said


def _days(actions: list[Action]) -> list[dict[str, Any]]:
    def day(action: Action) -> date:
        return action.created_at.astimezone(UTC).date()

    return [{"name": _named(on), "acts": [act(one) for one in acts]} for on, acts in groupby(actions, day)]


def _named(day: date) -> str:
    today = datetime.now(UTC).date()
    near = {today: "Today", today - timedelta(days=1): "Yesterday"}
    return near.get(day) or day.strftime("%A, %-d %B %Y")


def _many(number: int) -> str:
    return f"{number:,} act{'' if number == 1 else 's'}"


def _morning(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _last_day(value: str) -> date:
    """A day with another after it; raises ``ValueError``."""
    day = date.fromisoformat(value)
    if day == date.max:
        raise ValueError(value)
    return day


__all__ = ["Asked", "NoSuchLead", "act", "page"]
