"""The report that an e-mail bounced: it gives the credit back, once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import peewee

from reachly import actions, news
from reachly.database import afterwards, one, scope, sqlstate
from reachly.leads import NoSuchLead
from reachly.settings import settings

_WORDS = {
    "refunded": "Thank you. The credit is back, and the address counts as invalid here from now on.",
    "free": "Thank you. The address counts as invalid here from now on; it had cost nothing.",
    "before": "This bounce was reported before; its credit came back then.",
    "late": "A bounce gives its credit back within 30 days of the unlock, and this one is older.",
    "too_many": "This workspace reported as many bounces this month as give credits back. Nothing was changed.",
    "not_unlocked": "The e-mail of this lead was never unlocked here, so there is nothing to give back.",
}
BOUNCE_DAYS = 30
"""So long after its unlock a bounce gives its credit back; the database says so too."""
DONE = ("refunded", "free", "before")
"""The outcomes after which the address is marked."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What came of a report, the credits that came back, the lead that shows it, and that in words."""

    outcome: str
    credits: int
    lead_id: UUID

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self.outcome]

    @property
    def taken(self) -> bool:
        """Whether the report was taken, now or before."""
        return self.outcome in DONE


def bounced(workspace_id: UUID | str, user_id: UUID | str, lead_id: UUID | str) -> Bounce:
    """Report that the e-mail of a lead bounced; any number of times it is one report.

    Of a lead that stands behind another the report goes to that one where the two have one address. Raises
    :class:`NoSuchLead`, and then nothing was booked.
    """
    try:
        with scope(workspace_id, user_id):
            found = one("SELECT * FROM unlock_bounced(%s, %s)", (str(lead_id), settings().bounces_a_month))
            assert found is not None
            contact = found.pop("contact_id")
            told = Bounce(**found)
            if told.outcome in ("refunded", "free"):
                actions.note("leads.bounced", 1, data={"credits": told.credits}, contacts=[contact])
                afterwards(lambda: news.publish(workspace_id))
    except peewee.PeeweeException as error:
        if sqlstate(error) == "P0002":
            raise NoSuchLead(str(lead_id)) from error
        raise
    return told
