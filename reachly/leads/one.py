"""One lead with everything that is known around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.hidden.condition import SHOWN_LEADS
from reachly.leads.listing import COLUMNS
from reachly.models import EmploymentHistory, Lead, Organization


class NoSuchLead(Exception):
    """There is no such lead in this workspace, or it was deleted or hidden."""


@dataclass(frozen=True, slots=True)
class LeadDetail:
    """A lead, its organization, where the person worked, what was paid for it, and the job that brought it.

    ``unlocks`` are rows with ``field``, ``credits``, ``created_at``, ``job_id`` and ``job_number``. Where each field's
    value came from and when stands in ``lead.provenance``.
    """

    lead: Lead
    organization: Organization | None
    employment: list[EmploymentHistory]
    unlocks: list[dict[str, Any]]
    job_number: int | None


def get(workspace_id: UUID | str, user_id: UUID | str | None, lead_id: UUID | str) -> LeadDetail:
    """The lead; raises :class:`NoSuchLead`."""
    with scope(workspace_id, user_id):
        row = one(
            f"SELECT {COLUMNS}, j.number AS job_number FROM leads l"
            " LEFT JOIN jobs j ON j.workspace_id = l.workspace_id AND j.id = l.job_id"
            f" WHERE l.id = %s AND l.deleted_at IS NULL AND {SHOWN_LEADS}",
            (str(lead_id),),
        )
        if row is None:
            raise NoSuchLead(str(lead_id))
        lead = Lead(**row)
        organization = (
            Organization.get_or_none(Organization.id == lead.organization_id) if lead.organization_id else None
        )
        employment = list(
            EmploymentHistory.select()
            .where(EmploymentHistory.contact_id == lead.contact_id)
            .order_by(EmploymentHistory.ended_on.desc(nulls="first"), EmploymentHistory.started_on.desc(nulls="last"))
            .limit(50)
        )
        unlocks = rows(
            "SELECT u.field, u.credits, u.created_at, u.job_id, j.number AS job_number FROM unlocks u"
            " LEFT JOIN jobs j ON j.workspace_id = u.workspace_id AND j.id = u.job_id"
            " WHERE u.contact_id = %s ORDER BY u.created_at, u.field",
            (lead.contact_id,),
        )
    return LeadDetail(lead, organization, employment, unlocks, row["job_number"])
