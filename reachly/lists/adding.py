"""Putting leads on a list and taking them off again, many at once in one statement, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from reachly import actions
from reachly.actions import Action
from reachly.database import execute, one, scope
from reachly.leads import LeadQuery, where
from reachly.leads.listing import ORDERS
from reachly.lists.row import List, edited, in_turn, patiently, unmerged

Which = LeadQuery | Sequence[UUID | str]


@dataclass(frozen=True, slots=True)
class Added:
    """How many leads came onto a list, exactly, how many were there already, and the act that takes it back."""

    list: List
    count: int
    already: int
    action: UUID | None


@dataclass(frozen=True, slots=True)
class Removed:
    """How many leads went from a list, exactly, and the act that brings them back."""

    list: List
    count: int
    action: UUID | None


class _Nothing(Exception):
    """Nothing came of it: let there be no act either."""


def add(
    workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str, which: Which, most: int | None = None
) -> Added:
    """Put leads at the end of a list, in the query's order; who is on it already stays where they are.

    ``most`` is the number a person agreed to. Raises ``NoSuchList`` and ``MayNotEdit``.
    """
    added = None
    try:
        with scope(workspace_id, user_id):
            added = put(edited(list_id), query_of(which), most)
            if not added.count:
                raise _Nothing
    except _Nothing:
        assert added is not None
        return replace(added, action=None)
    return added


def put(onto: List, query: LeadQuery, most: int | None = None) -> Added:
    """As :func:`add`, inside a scope; the act is noted even where nobody came."""
    patiently()
    in_turn(onto.id)
    unmerged()
    act = actions.note("list.add", 0, subject_id=onto.id, data=onto.told, undoable=True)
    condition, params = where(query)
    order = ORDERS[query.sort].by()
    row = one(
        "WITH chosen AS MATERIALIZED ("
        f"SELECT l.contact_id, row_number() OVER (ORDER BY {order}) AS n FROM leads l WHERE {condition}"
        f" ORDER BY {order}{f' LIMIT {int(most)}' if most is not None else ''}),"
        " present AS MATERIALIZED (SELECT coalesce(max(m.position), 0) AS last FROM list_contacts m"
        "  WHERE m.workspace_id = scope_workspace() AND m.list_id = %s),"
        " added AS (INSERT INTO list_contacts (workspace_id, list_id, contact_id, position, added_by)"
        "  SELECT scope_workspace(), %s, c.contact_id, p.last + c.n, scope_user() FROM chosen c, present p"
        "  ON CONFLICT DO NOTHING RETURNING contact_id),"
        " noted AS (INSERT INTO action_items (workspace_id, action_id, contact_id)"
        "  SELECT scope_workspace(), %s, a.contact_id FROM added a)"
        " SELECT (SELECT count(*) FROM chosen) AS chosen, (SELECT count(*) FROM added) AS added",
        [*params, str(onto.id), str(onto.id), str(act)],
    )
    assert row is not None
    execute("UPDATE actions SET count = %s WHERE id = %s", (row["added"], str(act)))
    return Added(onto, row["added"], row["chosen"] - row["added"], act)


def remove(
    workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str, which: Which, most: int | None = None
) -> Removed:
    """Take leads off a list; they stay leads. Raises ``NoSuchList`` and ``MayNotEdit``."""
    query = replace(query_of(which), list_id=UUID(str(list_id)))
    condition, params = where(query)
    limit = f" ORDER BY {ORDERS[query.sort].by()} LIMIT {int(most)}" if most is not None else ""
    try:
        with scope(workspace_id, user_id):
            off = edited(list_id)
            patiently()
            in_turn(list_id)
            act = actions.note("list.remove", 0, subject_id=list_id, data=off.told, undoable=True)
            count = actions.touch(
                act,
                "SELECT m.contact_id, jsonb_build_object('position', m.position, 'note', m.note, 'tags', m.tags,"
                " 'added_by', m.added_by, 'added_at', m.added_at) FROM list_contacts m"
                " WHERE m.workspace_id = scope_workspace() AND m.list_id = %s AND m.contact_id IN"
                f" (SELECT l.contact_id FROM leads l WHERE {condition}{limit})",
                [str(list_id), *params],
            )
            if not count:
                raise _Nothing
            execute(
                "DELETE FROM list_contacts m USING action_items i WHERE m.workspace_id = scope_workspace()"
                " AND m.list_id = %s AND i.workspace_id = m.workspace_id AND i.action_id = %s"
                " AND i.contact_id = m.contact_id",
                (str(list_id), str(act)),
            )
            execute("UPDATE actions SET count = %s WHERE id = %s", (count, str(act)))
    except _Nothing:
        return Removed(off, 0, None)
    return Removed(off, count, act)


def deliver_onto(list_id: UUID | str, job_id: UUID | str, seq: int) -> int:
    """Put what a job has just delivered, as its event tells, at the end of a list, inside a scope; how many came.

    None where the list has been deleted meanwhile, or is not for the job's person to change any more: the leads are
    there all the same. Nobody is in scope while a job works, so it is asked here what that person may. No act is noted,
    since the job says it all.
    """
    in_turn(list_id)
    unmerged()
    return execute(
        "INSERT INTO list_contacts (workspace_id, list_id, contact_id, position, added_by)"
        " SELECT scope_workspace(), s.id, l.contact_id, coalesce((SELECT max(m.position) FROM list_contacts m"
        "  WHERE m.workspace_id = scope_workspace() AND m.list_id = s.id), 0) + e.n, q.user_id"
        " FROM job_events j JOIN jobs q ON q.workspace_id = j.workspace_id AND q.id = j.job_id"
        " JOIN memberships w ON w.workspace_id = q.workspace_id AND w.user_id = q.user_id AND w.role <> 'viewer'"
        " CROSS JOIN jsonb_array_elements_text(j.data->'lead_ids') WITH ORDINALITY AS e(id, n)"
        " JOIN leads l ON l.workspace_id = j.workspace_id AND l.id = e.id::uuid"
        " JOIN lists s ON s.workspace_id = j.workspace_id AND s.id = %s AND s.deleted_at IS NULL"
        " WHERE j.workspace_id = scope_workspace() AND j.job_id = %s AND j.seq = %s"
        " AND (s.owner_id = q.user_id OR s.visibility = 'team'"
        "      AND (s.editing = 'team' OR w.role IN ('owner', 'admin')))"
        " ON CONFLICT DO NOTHING",
        (str(list_id), str(job_id), seq),
    ).rowcount


def query_of(which: Which) -> LeadQuery:
    """The query of leads picked by hand, or the query that was given."""
    if isinstance(which, LeadQuery):
        return which
    return LeadQuery(lead_ids=tuple(UUID(str(lead_id)) for lead_id in which))


@actions.undoes("list.add")
def _unadd(action: Action) -> int:
    """Who was taken off and put on again since stays: that was another act."""
    patiently()
    return execute(
        "DELETE FROM list_contacts m USING action_items i WHERE m.workspace_id = scope_workspace()"
        " AND m.list_id = %s AND i.workspace_id = m.workspace_id AND i.action_id = %s"
        " AND i.contact_id = m.contact_id AND m.added_at <= %s",
        (str(action.subject_id), str(action.id), action.created_at),
    ).rowcount


@actions.undoes("list.remove")
def _unremove(action: Action) -> int:
    patiently()
    unmerged()
    return execute(
        "INSERT INTO list_contacts (workspace_id, list_id, contact_id, position, note, tags, added_by, added_at)"
        " SELECT i.workspace_id, %s, i.contact_id, (i.before->>'position')::float8, i.before->>'note',"
        " ARRAY(SELECT jsonb_array_elements_text(i.before->'tags')), (i.before->>'added_by')::uuid,"
        " (i.before->>'added_at')::timestamptz FROM action_items i"
        " WHERE i.workspace_id = scope_workspace() AND i.action_id = %s ON CONFLICT DO NOTHING",
        (str(action.subject_id), str(action.id)),
    ).rowcount
