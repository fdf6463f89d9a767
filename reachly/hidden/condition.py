"""Who is not hidden, as a condition: one for everything that shows or takes leads and contacts."""

from __future__ import annotations

SHOWN_LEADS = "NOT l.hidden"
"""The condition on ``leads l``; the database writes the column wherever somebody is hidden, shown or made a lead."""


def shown(contact: str, organization: str, domain: str) -> str:
    """A condition, without parameters, that the workspace in scope hides neither the person nor the company.

    For the catalogue, whose rows belong to all. The three are columns. A company is hidden by its row in the catalogue,
    by its domain or one above it, or, where it has no domain, by its name. Few domains have one above them, and only
    those are taken apart.
    """
    companies = "SELECT FROM hidden_companies h WHERE h.workspace_id = scope_workspace() AND"
    return (
        "NOT EXISTS (SELECT FROM hidden_contacts h"
        f" WHERE h.workspace_id = scope_workspace() AND h.contact_id = {contact})"
        f" AND NOT EXISTS ({companies} h.organization_id = {organization})"
        f" AND NOT EXISTS ({companies} h.domain = {domain})"
        f" AND ({domain} NOT LIKE '%%.%%.%%' OR NOT EXISTS ({companies} h.domain = ANY (domain_and_above({domain}))))"
        f" AND ({domain} IS NOT NULL OR NOT EXISTS ({companies} h.name_key = ("
        f"SELECT o.name_key FROM organizations o WHERE o.id = {organization})))"
    )
