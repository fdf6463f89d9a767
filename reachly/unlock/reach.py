"""Whether what a workspace lacks of a person can still be got: one truth for every page that shows it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from reachly.database import rows, scope
from reachly.settings import settings
from reachly.unlock.asking import FIELDS, askable, fields_of

_TOLD = """
SELECT a.id, m.contact_id IS NOT NULL AS allowed, m.email IS NOT NULL AS email, m.phone IS NOT NULL AS phone,
       t.email AS asked_email, t.phone AS asked_phone
  FROM unnest(%s::uuid[]) a(id)
  LEFT JOIN catalogue_masked(%s::uuid[]) m ON m.contact_id = a.id
 CROSS JOIN LATERAL (
       SELECT array_agg(s.source) FILTER (WHERE j.params -> 'reveal' @> '["email"]') AS email,
              array_agg(s.source) FILTER (WHERE j.params -> 'reveal' @> '["phone"]') AS phone
         FROM job_contacts t JOIN jobs j ON j.workspace_id = t.workspace_id AND j.id = t.job_id
        CROSS JOIN unnest(t.asked) s(source)
        WHERE t.workspace_id = scope_workspace() AND t.contact_id = a.id
          AND j.created_at > now() - make_interval(secs => 86400 * %s)) t
"""


def reach(workspace_id: UUID | str, user_id: UUID | str, contacts: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The fields of each of these people that can be unlocked: the catalogue holds them, or there is a source that was
    not asked for them lately. Nothing of who must not be contacted.
    """
    if not contacts:
        return {}
    names: dict[str, set[str]] = {field: set() for field in FIELDS}
    for source in askable(workspace_id, user_id, FIELDS):
        for field in fields_of(source):
            if field in names:
                names[field].add(source.name)
    ids = [str(contact) for contact in contacts]
    with scope(workspace_id, user_id):
        told = rows(_TOLD, (ids, ids, settings().provider_misses_days))
    return {
        row["id"]: frozenset(
            field
            for field in FIELDS
            if row["allowed"] and (row[field] or names[field] - set(row[f"asked_{field}"] or ()))
        )
        for row in told
    }
