"""The report that an e-mail bounced: it gives the credit back, once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from reachly import actions, news
from reachly.database import afterwards, one, scope
from reachly.leads import NoSuchLead
from reachly.settings import settings

_WORDS = {
    "refunded": "Thank you. The credit is back, and the address counts as invalid from now on.",
    "free": "Thank you. The address counts as invalid from now on; it had cost nothing.",
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
    """What came of a report, the credits that came back, and that in words."""

    outcome: str
    credits: int

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self.outcome]

    @property
    def taken(self) -> bool:
        """Whether the report was taken, now or before."""
        return self.outcome in DONE


def bounced(workspace_id: UUID | str, user_id: UUID | str, lead_id: UUID | str) -> Bounce:
    """Report that the e-mail of a lead bounced; any number of times it is one report. Raises :class:`NoSuchLead`."""
    with scope(workspace_id, user_id):
        lead = one("SELECT contact_id FROM leads WHERE id = %s AND deleted_at IS NULL", (str(lead_id),))
        if lead is None:
            raise NoSuchLead(str(lead_id))
        found = one("SELECT * FROM unlock_bounced(%s, %s)", (str(lead_id), settings().bounces_a_month))
        assert found is not None
        told = Bounce(found["outcome"], found["credits"])
        if told.outcome in ("refunded", "free"):
            actions.note("leads.bounced", 1, data={"credits": told.credits}, contacts=[lead["contact_id"]])
            afterwards(lambda: news.publish(workspace_id))
    return told
