"""Putting tags on leads and taking them off, many at once, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from reachly import actions
from reachly.actions import Action
from reachly.database import as_json, execute, scope
from reachly.leads import LeadQuery, where
from reachly.tags.keeping import made, named, names_of


@dataclass(frozen=True, slots=True)
class Tagged:
    """On how many leads something changed, exactly, and the act that takes it back; no act where nothing changed."""

    count: int
    action: UUID | None


class _Nothing(Exception):
    """Nothing changed: let there be no act either."""


def tag(
    workspace_id: UUID | str,
    user_id: UUID | str,
    which: LeadQuery | Sequence[UUID | str],
    add: str | Iterable[str] = (),
    drop: str | Iterable[str] = (),
    *,
    colour: str = "neutral",
    most: int | None = None,
) -> Tagged:
    """Put tags on leads and take others off, by their names; a name that is new makes a tag of this colour.

    ``most`` is the number of leads a person agreed to. Raises ``Invalid``.
    """
    on, off = names_of(add), names_of(drop)
    query = (
        which if isinstance(which, LeadQuery) else LeadQuery(lead_ids=tuple(UUID(str(lead_id)) for lead_id in which))
    )
    condition, params = where(replace(query, sort="newest"))
    limit = f" ORDER BY l.created_at, l.id LIMIT {int(most)}" if most is not None else ""
    try:
        with scope(workspace_id, user_id):
            put = [str(one.id) for one in made(on, colour)]
            take = [str(one.id) for one in named(off)]
            told = {"add": on, "drop": off, "put": put, "take": take}
            act = actions.note("leads.tag", 0, data=told, undoable=True)
            count = actions.touch(
                act,
                "SELECT c.contact_id, jsonb_build_object('had', to_jsonb(c.had)) FROM"
                " (SELECT l.contact_id, ARRAY(SELECT t.tag_id::text FROM lead_tags t"
                "   WHERE t.workspace_id = l.workspace_id AND t.contact_id = l.contact_id"
                "   AND t.tag_id = ANY (%s::uuid[])) AS had"
                f"  FROM leads l WHERE {condition}{limit}) c WHERE NOT c.had @> %s::text[] OR c.had && %s::text[]",
                [put + take, *params, put, take],
            )
            if not count:
                raise _Nothing
            execute(
                "INSERT INTO lead_tags (workspace_id, contact_id, tag_id, added_by)"
                " SELECT i.workspace_id, i.contact_id, p.tag_id, scope_user()"
                " FROM action_items i, unnest(%s::uuid[]) p(tag_id)"
                " WHERE i.workspace_id = scope_workspace() AND i.action_id = %s ON CONFLICT DO NOTHING",
                (put, str(act)),
            )
            execute(
                "DELETE FROM lead_tags t USING action_items i WHERE i.workspace_id = scope_workspace()"
                " AND i.action_id = %s AND t.workspace_id = i.workspace_id"
                " AND t.contact_id = i.contact_id AND t.tag_id = ANY (%s::uuid[])",
                (str(act), take),
            )
            execute("UPDATE actions SET count = %s WHERE id = %s", (count, str(act)))
    except _Nothing:
        return Tagged(0, None)
    return Tagged(count, act)


@actions.undoes("leads.tag")
def _untag(action: Action) -> int:
    """A lead counts where something changed back: a tag that was taken off or put on again since is as it was."""
    put, take = (as_json(list(action.data.get(name, ()))) for name in ("put", "take"))
    return execute(
        "WITH off AS (DELETE FROM lead_tags t USING action_items i"
        "  WHERE i.workspace_id = scope_workspace() AND i.action_id = %s AND t.workspace_id = i.workspace_id"
        "  AND t.contact_id = i.contact_id AND %s::jsonb ? t.tag_id::text AND NOT i.before->'had' ? t.tag_id::text"
        "  RETURNING t.contact_id),"
        " back AS (INSERT INTO lead_tags (workspace_id, contact_id, tag_id, added_by)"
        "  SELECT i.workspace_id, i.contact_id, h.tag::uuid, scope_user() FROM action_items i,"
        "  jsonb_array_elements_text(i.before->'had') h(tag) WHERE i.workspace_id = scope_workspace()"
        "  AND i.action_id = %s AND %s::jsonb ? h.tag ON CONFLICT DO NOTHING RETURNING contact_id)"
        " SELECT contact_id FROM off UNION SELECT contact_id FROM back",
        (str(action.id), put, str(action.id), take),
    ).rowcount
