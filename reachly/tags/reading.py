"""Which leads have which tags."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from reachly.database import rows, scope
from reachly.leads import LeadQuery, where
from reachly.tags.keeping import Tag


def of_contacts(
    workspace_id: UUID | str, user_id: UUID | str | None, contact_ids: Iterable[UUID | str]
) -> dict[UUID, list[Tag]]:
    """The tags of each of these contacts that has any, by name."""
    wanted = [str(contact_id) for contact_id in contact_ids]
    if not wanted:
        return {}
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT t.contact_id, g.id, g.name, g.colour FROM lead_tags t"
            " JOIN tags g ON g.workspace_id = t.workspace_id AND g.id = t.tag_id AND g.deleted_at IS NULL"
            " WHERE t.contact_id = ANY (%s::uuid[]) ORDER BY lower(unaccent(g.name)), g.name",
            (wanted,),
        )
    told: dict[UUID, list[Tag]] = {}
    for row in found:
        told.setdefault(row.pop("contact_id"), []).append(Tag(**row))
    return told


def of_leads(workspace_id: UUID | str, user_id: UUID | str | None, query: LeadQuery) -> dict[UUID, int]:
    """How many of the leads that match have each tag, by the tag's id."""
    condition, params = where(query)
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT t.tag_id, count(*) AS leads FROM lead_tags t WHERE t.contact_id IN"
            f" (SELECT l.contact_id FROM leads l WHERE {condition}) GROUP BY t.tag_id",
            params,
        )
    return {row["tag_id"]: row["leads"] for row in found}
