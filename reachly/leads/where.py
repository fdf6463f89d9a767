"""The query as SQL: one condition for the list, the count, the deletion and the export."""

from __future__ import annotations

from typing import Any

from reachly.leads.query import LeadQuery

TEXT = "lower(unaccent(concat_ws(' ', l.first_name, l.last_name, l.title, l.company, l.company_domain, l.email)))"
"""What a search looks through: without case and accents, so that "muller" finds Müller."""

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
    for name in ("source", "country", "industry", "seniority", "department", "company_size", "email_status"):
        if values := getattr(query, name):
            add(f"l.{name} = ANY (%s)", list(values))
    for name, column in (("has_email", "email"), ("has_phone", "phone")):
        if (wanted := getattr(query, name)) is not None:
            add(f"l.{column} IS {'NOT ' if wanted else ''}NULL")
    if query.sample is not None:
        add("l.sample = %s", query.sample)
    if query.created_from is not None:
        add("l.created_at >= %s", query.created_from)
    if query.created_before is not None:
        add("l.created_at < %s", query.created_before)
    for word in query.q.split()[:_WORDS]:
        _search(word, add)
    return " AND ".join(conditions), params


def _search(word: str, add: Any) -> None:
    """Each word must be in the text, or be as good as in it: from four letters on a slip of the finger is forgiven.

    The word is prepared in a sub-select because there PostgreSQL does it once and not once per row.
    """
    literal = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    found = f"{TEXT} LIKE (SELECT '%%' || lower(unaccent(%s)) || '%%')"
    if len(word) < _FUZZY_FROM or "@" in word:
        add(found, literal)
    else:
        add(f"({found} OR word_similarity((SELECT lower(unaccent(%s))), {TEXT}) >= {_FUZZY})", literal, word)
