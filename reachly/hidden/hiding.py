"""Hiding people and companies, and showing them again: at once, everywhere, and taken back for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly import actions, news, plain
from reachly.actions import Action
from reachly.database import as_json, execute, one, rows, scope
from reachly.identity import domain_name, name_key

MOST = 10_000
"""So many are shown again by one act: how they were hidden is kept with it, for taking it back."""
_COMPANY = "organization_id, domain, name_key, name"


@dataclass(frozen=True, slots=True)
class Company:
    """A company by its id in the catalogue, its domain or, where it has none, its name; whatever of these is known."""

    organization_id: UUID | str | None = None
    domain: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """How many were hidden or shown, exactly, and the act that takes it back; no act where nothing changed."""

    count: int
    action_id: UUID | None = None


class _Nothing(Exception):
    """Everybody was hidden, or shown, before."""


def hide_contacts(
    workspace_id: UUID | str, user_id: UUID | str, contacts: Iterable[UUID | str], reason: str = ""
) -> Done:
    """Hide these people of the catalogue; who is hidden already, or unknown, is not counted."""
    chosen = "SELECT c.id FROM contacts c WHERE c.id = ANY (%s::uuid[])"
    return hide_chosen(workspace_id, user_id, chosen, [[str(contact) for contact in contacts]], reason)


def hide_chosen(
    workspace_id: UUID | str, user_id: UUID | str, select: str, params: Sequence[Any], reason: str = ""
) -> Done:
    """Hide the people whose ids a query gives, in one statement, inside one transaction."""

    def hide(action_id: UUID) -> int:
        count = execute(
            "INSERT INTO hidden_contacts (workspace_id, contact_id, user_id, reason, action_id)"
            f" SELECT DISTINCT scope_workspace(), chosen.id, scope_user(), %s, %s::uuid FROM ({select}) chosen(id)"
            " ON CONFLICT DO NOTHING",
            (plain.lines(reason)[:500], action_id, *params),
        ).rowcount
        actions.touch(
            action_id, "SELECT contact_id, '{}'::jsonb FROM hidden_contacts WHERE action_id = %s", (action_id,)
        )
        return count

    return _act(workspace_id, user_id, "contacts.hide", hide)


def hide_companies(
    workspace_id: UUID | str, user_id: UUID | str, companies: Iterable[Company], reason: str = ""
) -> Done:
    """Hide these companies with all who work there or in a subdomain of theirs; what names none is passed over."""
    told = [
        {
            "id": str(each.organization_id) if each.organization_id else None,
            "domain": domain_name(each.domain),
            "name": plain.line(each.name)[:200],
            "name_key": name_key(each.name),
        }
        for each in companies
    ]
    chosen = (
        "SELECT o.id, coalesce(o.domain, t.domain), coalesce(nullif(t.name, ''), o.name, ''),"
        " coalesce(o.name_key, t.name_key)"
        " FROM jsonb_to_recordset(%s::jsonb) t(id uuid, domain text, name text, name_key text)"
        " LEFT JOIN organizations o ON o.id = t.id"
        " OR (t.id IS NULL AND (o.domain = t.domain OR (t.domain IS NULL AND o.name_key = t.name_key)))"
    )
    return hide_companies_chosen(workspace_id, user_id, chosen, [as_json(told)], reason)


def hide_companies_chosen(
    workspace_id: UUID | str, user_id: UUID | str, select: str, params: Sequence[Any], reason: str = ""
) -> Done:
    """Hide the companies that a query gives as id, domain, name and the name's key, each of which may be unknown."""

    def hide(action_id: UUID) -> int:
        return execute(
            f"INSERT INTO hidden_companies (workspace_id, {_COMPANY}, user_id, reason, action_id)"
            " SELECT DISTINCT ON (coalesce(c.id::text, c.domain, c.name_key)) scope_workspace(), c.id, c.domain,"
            " CASE WHEN c.domain IS NULL THEN c.name_key END, plain_name(coalesce(nullif(c.name, ''), c.domain, '')),"
            " scope_user(), %s, %s::uuid"
            f" FROM ({select}) c(id, domain, name, name_key)"
            " WHERE coalesce(c.id::text, c.domain, c.name_key) IS NOT NULL ON CONFLICT DO NOTHING",
            (plain.lines(reason)[:500], action_id, *params),
        ).rowcount

    return _act(workspace_id, user_id, "companies.hide", hide)


def show_contacts(workspace_id: UUID | str, user_id: UUID | str, contacts: Iterable[UUID | str]) -> Done:
    """Bring these people back; who is not hidden is not counted. At most :data:`MOST` at once."""
    ids = [str(contact) for contact in contacts][:MOST]

    def show(action_id: UUID) -> int:
        before = (
            "SELECT contact_id, jsonb_build_object('user_id', user_id, 'reason', reason, 'created_at', created_at)"
            " FROM hidden_contacts WHERE contact_id = ANY (%s::uuid[])"
        )
        actions.touch(action_id, before, (ids,))
        return execute("DELETE FROM hidden_contacts WHERE contact_id = ANY (%s::uuid[])", (ids,)).rowcount

    return _act(workspace_id, user_id, "contacts.show", show)


def show_companies(workspace_id: UUID | str, user_id: UUID | str, hidden: Iterable[UUID | str]) -> Done:
    """Bring these companies back, by the ids of their being hidden. At most :data:`MOST` at once."""
    ids = [str(each) for each in hidden][:MOST]

    def show(action_id: UUID) -> int:
        gone = rows(
            "DELETE FROM hidden_companies WHERE id = ANY (%s::uuid[])"
            f" RETURNING id, {_COMPANY}, user_id, reason, created_at",
            (ids,),
        )
        execute("UPDATE actions SET data = %s::jsonb WHERE id = %s", (as_json({"companies": gone}), action_id))
        return len(gone)

    return _act(workspace_id, user_id, "companies.show", show)


def _act(workspace_id: UUID | str, user_id: UUID | str, kind: str, act: Callable[[UUID], int]) -> Done:
    try:
        with scope(workspace_id, user_id):
            action_id = actions.note(kind, 0, undoable=True)
            count = act(action_id)
            if not count:
                raise _Nothing
            execute("UPDATE actions SET count = %s WHERE id = %s", (count, action_id))
    except _Nothing:
        return Done(0)
    news.publish(workspace_id)
    return Done(count, action_id)


@actions.undoes("contacts.hide")
def _show_again(action: Action) -> int:
    return execute("DELETE FROM hidden_contacts WHERE action_id = %s", (action.id,)).rowcount


@actions.undoes("companies.hide")
def _show_companies_again(action: Action) -> int:
    return execute("DELETE FROM hidden_companies WHERE action_id = %s", (action.id,)).rowcount


@actions.undoes("contacts.show")
def _hide_again(action: Action) -> int:
    return execute(
        "INSERT INTO hidden_contacts (workspace_id, contact_id, user_id, reason, created_at)"
        " SELECT i.workspace_id, i.contact_id, (i.before ->> 'user_id')::uuid, i.before ->> 'reason',"
        " (i.before ->> 'created_at')::timestamptz FROM action_items i WHERE i.action_id = %s ON CONFLICT DO NOTHING",
        (action.id,),
    ).rowcount


@actions.undoes("companies.show")
def _hide_companies_again(action: Action) -> int:
    return execute(
        f"INSERT INTO hidden_companies (workspace_id, id, {_COMPANY}, user_id, reason, created_at)"
        " SELECT scope_workspace(), b.* FROM jsonb_to_recordset(%s::jsonb) b(id uuid, organization_id uuid,"
        " domain text, name_key text, name text, user_id uuid, reason text, created_at timestamptz)"
        " ON CONFLICT DO NOTHING",
        (as_json(action.data.get("companies", [])),),
    ).rowcount


def company_of(contact_id: UUID | str) -> Company | None:
    """The company for which somebody works, by the workspace's lead or else by the catalogue; inside a scope."""
    row = one(
        "SELECT o.id, coalesce(o.domain, l.company_domain) AS domain,"
        " coalesce(nullif(l.company, ''), o.name, '') AS name"
        " FROM contacts c LEFT JOIN leads l ON l.contact_id = c.id"
        " LEFT JOIN organizations o ON o.id = coalesce(l.organization_id, c.organization_id) WHERE c.id = %s",
        (str(contact_id),),
    )
    if row is None or not (row["id"] or row["domain"] or name_key(row["name"])):
        return None
    return Company(row["id"], row["domain"], row["name"])
