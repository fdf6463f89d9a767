"""The query as SQL: one condition for the list, the count, the deletion and the export."""

from __future__ import annotations

from typing import Any

from reachly.leads.query import FACETS, LeadQuery
from reachly.vocabulary import place

_TEXT = (
    "' ' || lower(unaccent(concat_ws(' ', l.first_name, l.last_name, l.title, l.company, l.company_domain, l.email)))"
)
_WORDS = 8
_FUZZY_FROM = 4
_FUZZY = 0.55


def where(query: LeadQuery) -> tuple[str, list[Any]]:
    """A condition on ``leads l`` and its parameters; row-level security adds whose leads they are."""
    conditions = ["l.deleted_at IS NULL"]
    params: list[Any] = []

    def add(condition: str, *values: Any) -> None:
        conditions.append(condition)
        params.extend(values)

    if query.lead_ids is not None:
        add("l.id = ANY (%s::uuid[])", [str(lead_id) for lead_id in query.lead_ids])
    if query.job_id is not None:
        add("l.job_id = %s", str(query.job_id))
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
    if words := query.q.split()[:_WORDS]:
        add(*_search(words))
    return " AND ".join(conditions), params


def _listed(query: LeadQuery) -> tuple[str, *tuple[Any, ...]]:
    """A condition that a lead is on a list, with a tag, or both; what others keep to themselves does not count.

    Lists of other workspaces that are shared with the person are not asked: they tell nothing of these leads.
    """
    on = (
        "SELECT m.contact_id FROM list_contacts m JOIN lists s ON s.workspace_id = m.workspace_id AND s.id = m.list_id"
        " WHERE m.workspace_id = scope_workspace() AND s.deleted_at IS NULL"
    )
    params: list[Any] = []
    if query.list_id is not None:
        on += " AND m.list_id = %s"
        params.append(str(query.list_id))
    if query.tag:
        on += " AND m.tags && %s"
        params.append(list(query.tag))
    return f"l.contact_id IN ({on})", *params


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


def literal(text: str) -> str:
    """``text`` as LIKE takes it letter by letter."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _search(words: list[str]) -> tuple[str, *tuple[str, ...]]:
    """A condition that each word is in the text, or as good as in it, and its parameters.

    Case and accents do not count, so that "muller" finds Müller. From four letters on a slip of the finger is forgiven,
    after the first two letters: comparing is dear, and they choose cheaply what is worth it. The text is put together
    once per row and each word once per query, which is what the sub-selects are for.
    """
    conditions: list[str] = []
    params: list[str] = []
    for word in words:
        plain = literal(word)
        found = "d.text LIKE (SELECT '%%' || lower(unaccent(%s)) || '%%')"
        params.append(plain)
        if len(word) >= _FUZZY_FROM and "@" not in word:
            likely = "d.text LIKE (SELECT '%% ' || left(lower(unaccent(%s)), 2) || '%%')"
            found = f"({found} OR ({likely} AND word_similarity((SELECT lower(unaccent(%s))), d.text) >= {_FUZZY}))"
            params += [word.replace("%", "").replace("_", "").replace("\\", ""), word]
        conditions.append(found)
    return f"EXISTS (SELECT FROM (SELECT {_TEXT} AS text OFFSET 0) d WHERE {' AND '.join(conditions)})", *params
