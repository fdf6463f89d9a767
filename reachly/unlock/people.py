"""Whom a job still has to ask a source for."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from reachly.database import rows
from reachly.engine.claim import Claim
from reachly.hidden import SHOWN_LEADS
from reachly.identity import domain_name, linkedin_profile
from reachly.providers.values import Company, Person

_OPEN = f"""
WITH open AS MATERIALIZED (
    SELECT t.contact_id, t.place,
           ARRAY(SELECT f.field FROM unnest(%s::text[]) f(field)
                  WHERE CASE f.field WHEN 'email' THEN l.email ELSE l.phone END IS NULL
                    AND NOT EXISTS (SELECT FROM unlocks u WHERE u.contact_id = t.contact_id AND u.field = f.field))
           AS lacks
      FROM job_contacts t
      JOIN leads l ON l.contact_id = t.contact_id AND l.deleted_at IS NULL
      JOIN contacts c ON c.id = t.contact_id AND NOT c.suppressed
     WHERE t.job_id = %s AND NOT %s = ANY (t.asked) AND {SHOWN_LEADS})
SELECT o.contact_id, o.lacks FROM open o
 WHERE o.lacks = (SELECT first.lacks FROM open first WHERE first.lacks <> '{{}}' ORDER BY first.place LIMIT 1)
 ORDER BY o.place LIMIT %s
"""
_KNOWN = """
SELECT l.contact_id, l.first_name, l.last_name, coalesce(l.linkedin_url, c.linkedin_url) AS linkedin_url, l.country,
       l.company, l.company_domain
  FROM leads l JOIN contacts c ON c.id = l.contact_id WHERE l.contact_id = ANY (%s::uuid[])
"""


def chunk(claim: Claim, source: str, most: int) -> tuple[list[str], list[str]]:
    """The next contacts that ``source`` was not asked for and that all lack the same fields, and those fields; inside a
    scope. Who was deleted, hidden or opted out meanwhile is passed over.
    """
    of = claim.params.get("of", str(claim.id))
    found = rows(_OPEN, (claim.params["reveal"], of, source, most))
    return [str(row["contact_id"]) for row in found], found[0]["lacks"] if found else []


def people(contacts: Sequence[UUID | str]) -> list[Person]:
    """What is known of these leads by which others may know them, in the same order; inside a scope.

    Their ``provider_id`` is the contact's id.
    """
    known = {str(row["contact_id"]): row for row in rows(_KNOWN, ([str(contact) for contact in contacts],))}
    return [
        Person(
            provider_id=str(contact),
            first_name=row["first_name"],
            last_name=row["last_name"],
            full_name=" ".join(filter(None, (row["first_name"], row["last_name"]))) or None,
            linkedin_url=linkedin_profile(row["linkedin_url"]),
            country=row["country"],
            company=Company(name=row["company"], domain=domain_name(row["company_domain"])),
        )
        for contact in contacts
        if (row := known.get(str(contact)))
    ]
