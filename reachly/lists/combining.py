"""New lists out of others: who is on any of them, on all of them, or on the first alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from reachly import actions
from reachly.accounts import Invalid
from reachly.actions import Action
from reachly.database import execute, scope
from reachly.leads import LeadQuery, where
from reachly.lists.keeping import new
from reachly.lists.row import List, found, patiently, unmerged

HOW = {
    "union": "On any of them",
    "intersect": "On all of them",
    "difference": "On the first and on none of the others",
}
MOST = 20
_HAVING = {"union": "true", "intersect": "count(*) = %s", "difference": "min(w.n) = 1 AND count(*) = 1"}


def combine(
    workspace_id: UUID | str,
    user_id: UUID | str,
    how: str,
    list_ids: Sequence[UUID | str],
    name: str,
    description: str = "",
    visibility: str = "team",
) -> tuple[List, UUID]:
    """A new list of leads that stand on others, in their order, and the act that takes it back.

    Note and tags come from the first of the lists that somebody is on. Raises ``Invalid`` and ``NoSuchList``.
    """
    of = list(dict.fromkeys(str(list_id) for list_id in list_ids))
    if how not in HOW:
        raise Invalid({"how": f"Choose one of: {', '.join(HOW)}."})
    if not 2 <= len(of) <= MOST:
        raise Invalid({"list_ids": f"Choose 2 to {MOST} different lists."})
    condition, params = where(LeadQuery())
    with scope(workspace_id, user_id):
        sources = [found(list_id) for list_id in of]
        made = new(name, description, visibility)
        patiently()
        unmerged()
        count = execute(
            "WITH named AS (SELECT * FROM unnest(%s::uuid[]) WITH ORDINALITY AS t(id, n)),"
            " everyone AS MATERIALIZED (SELECT m.contact_id, m.position, m.note, m.tags, t.n FROM named t"
            "  JOIN list_contacts m ON m.workspace_id = scope_workspace() AND m.list_id = t.id"
            "  JOIN leads l ON l.workspace_id = m.workspace_id AND l.contact_id = m.contact_id"
            f" WHERE {condition}),"
            " kept AS (SELECT w.contact_id, min(w.n) AS n FROM everyone w GROUP BY w.contact_id"
            f"  HAVING {_HAVING[how]})"
            " INSERT INTO list_contacts (workspace_id, list_id, contact_id, position, note, tags, added_by)"
            " SELECT scope_workspace(), %s, e.contact_id, row_number() OVER (ORDER BY e.n, e.position, e.contact_id),"
            " e.note, e.tags, scope_user() FROM kept k JOIN everyone e ON e.contact_id = k.contact_id AND e.n = k.n",
            [of, *params, *([len(of)] if how == "intersect" else []), str(made.id)],
        ).rowcount
        told = made.told | {"how": how, "of": [source.name for source in sources]}
        if any(source.personal for source in sources):
            told["personal"] = True
        act = actions.note("list.combine", count, subject_id=made.id, data=told, undoable=True)
        return found(made.id), act


@actions.undoes("list.combine")
def _uncombine(action: Action) -> int:
    gone = execute(
        "UPDATE lists SET deleted_at = now() WHERE workspace_id = scope_workspace() AND id = %s AND deleted_at IS NULL",
        (str(action.subject_id),),
    ).rowcount
    return action.count if gone else 0
