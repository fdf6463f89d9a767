"""The query as SQL: one condition for the list, the count, the deletion and the export."""

from __future__ import annotations

from typing import Any

from reachly.database import as_json, literal
from reachly.hidden.condition import SHOWN_LEADS
from reachly.leads.query import FACETS, LeadQuery
from reachly.vocabulary import place

KEYED = ("name", "company", "title")
"""Orders that go by a text which the search table has at hand."""
_SAME = ("source", "country", "email_status", "seniority", "company_size")
_SMALL = ("industry", "department", "company_domain")


def where(query: LeadQuery, words: bool = True) -> tuple[str, list[Any]]:
    """A condition on ``leads l`` and its parameters: neither deleted nor hidden; row-level security adds whose leads
    they are.

    Without ``words`` it leaves out what somebody typed, for who has asked the search table already.
    """
    conditions = ["l.deleted_at IS NULL", SHOWN_LEADS]
    params: list[Any] = []

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        params.extend(values)

    if query.lead_ids is not None:
        add("l.id = ANY (%s::uuid[])", [str(lead_id) for lead_id in query.lead_ids])
    if query.job_id is not None:
        add("l.job_id = %s", str(query.job_id))
    if query.unlocked_by is not None:
        add(
            "l.contact_id IN (SELECT u.contact_id FROM unlocks u WHERE u.workspace_id = scope_workspace()"
            " AND u.job_id = %s)",
            str(query.unlocked_by),
        )
    if query.list_id is not None or query.tag:
        add(*_listed(query))
    for name in ("source", "country", "email_status"):
        if values := getattr(query, name):
            add(f"l.{name} = ANY (%s)", list(values))
    for name in FACETS:
        if values := getattr(query, name):
            add(*_facet(name, values))
        if values := getattr(query, f"exclude_{name}"):
            condition, given = _facet(name, values)
            add(f"({condition}) IS NOT TRUE", given)
    for name, column in (("has_email", "email"), ("has_phone", "phone")):
        if (wanted := getattr(query, name)) is not None:
            add(f"l.{column} IS {'NOT ' if wanted else ''}NULL")
    if query.sample is not None:
        add("l.sample = %s", query.sample)
    if query.created_from is not None:
        add("l.created_at >= %s", query.created_from)
    if query.created_before is not None:
        add("l.created_at < %s", query.created_before)
    if query.q and words:
        told = as_json(narrowing(query))
        add(
            "l.id IN (SELECT lead_id FROM lead_search(%s, %s::jsonb, 'newest', NULL, NULL, NULL, false, NULL))",
            query.q,
            told,
        )
    return " AND ".join(conditions), params


def _listed(query: LeadQuery) -> tuple[str, *tuple[Any, ...]]:
    """A condition that a lead is on a list, has a tag, or both; what others keep to themselves does not count.

    A tag is the lead's own, or one it has on a list, on that list where one is named. Lists of other workspaces that
    are shared with the person are not asked: they tell nothing of these leads.
    """
    on = (
        "SELECT m.contact_id FROM list_contacts m JOIN lists s ON s.workspace_id = m.workspace_id AND s.id = m.list_id"
        " WHERE m.workspace_id = scope_workspace() AND s.deleted_at IS NULL"
    )
    params: list[Any] = []
    if query.list_id is not None:
        on += " AND m.list_id = %s"
        params.append(str(query.list_id))
    if not query.tag:
        return f"l.contact_id IN ({on})", *params
    own = (
        "SELECT t.contact_id FROM lead_tags t JOIN tags g ON g.workspace_id = t.workspace_id AND g.id = t.tag_id"
        " WHERE g.workspace_id = scope_workspace() AND g.deleted_at IS NULL"
        " AND lower(g.name) IN (SELECT lower(n) FROM unnest(%s::text[]) n)"
    )
    tagged = f"l.contact_id IN ({on} AND m.tags && %s UNION ALL {own})"
    if query.list_id is None:
        return tagged, *params, list(query.tag), list(query.tag)
    return f"l.contact_id IN ({on}) AND {tagged}", *params, *params, list(query.tag), list(query.tag)


def _facet(name: str, values: tuple[str, ...]) -> tuple[str, list[str]]:
    """A condition that a lead has one of the values, as a search for leads means it, and its parameter."""
    if name == "job_title":
        return "l.title ILIKE ANY (%s)", [f"%{literal(value)}%" for value in values]
    if name == "keyword":
        text = "concat_ws(' ', l.title, l.company, l.industry, l.department)"
        return f"{text} ILIKE ANY (%s)", [f"%{literal(value)}%" for value in values]
    if name == "location":
        text = "concat_ws(', ', l.city, l.state, l.country)"
        return f"{text} ILIKE ANY (%s)", [f"%{literal(place(value))}%" for value in values]
    if name == "company_domain":
        return "l.company_domain = ANY (%s)", [value.lower() for value in values]
    if name in ("industry", "department"):
        return f"lower(l.{name}) = ANY (%s)", [value.lower() for value in values]
    return f"l.{name} = ANY (%s)", list(values)


def narrowing(query: LeadQuery) -> dict[str, Any]:
    """What the search table can be asked for besides words: the leads it gives are these and perhaps some more."""
    told: dict[str, Any] = {name: list(values) for name in _SAME if (values := getattr(query, name))}
    told |= {name: [value.lower() for value in values] for name in _SMALL if (values := getattr(query, name))}
    told |= {name: flag for name in ("has_email", "has_phone", "sample") if (flag := getattr(query, name)) is not None}
    told |= {name: str(value) for name in ("job_id", "list_id", "created_from", "created_before")
             if (value := getattr(query, name)) is not None}  # fmt: skip
    if query.lead_ids is not None:
        told["lead_ids"] = [str(lead_id) for lead_id in query.lead_ids]
    if query.job_title and all(title.isascii() for title in query.job_title):
        told["words"] = list(query.job_title)
    return told
