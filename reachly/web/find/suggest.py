"""Suggestions for what is being typed: from the fixed word lists, and from what the workspace has already."""

from __future__ import annotations

from typing import Any

from reachly.leads.values import values_beginning
from reachly.vocabulary import COMPANY_SIZES, COUNTRIES, DEPARTMENTS, INDUSTRIES, SENIORITIES

MOST = 8

TITLES = (
    "Account executive", "Business development manager", "Chief executive officer", "Chief financial officer",
    "Chief information officer", "Chief information security officer", "Chief marketing officer",
    "Chief operating officer", "Chief people officer", "Chief product officer", "Chief revenue officer",
    "Chief technology officer", "Co-founder", "Customer success manager", "Data scientist", "Director of engineering",
    "Director of finance", "Director of human resources", "Director of information technology",
    "Director of logistics", "Director of marketing", "Director of operations", "Director of procurement",
    "Director of sales", "Engineering manager", "Finance manager", "Founder", "General manager", "Head of data",
    "Head of design", "Head of engineering", "Head of finance", "Head of growth", "Head of human resources",
    "Head of information technology", "Head of logistics", "Head of marketing", "Head of operations",
    "Head of partnerships", "Head of people", "Head of procurement", "Head of product", "Head of sales",
    "Head of security", "Head of supply chain", "Human resources manager", "IT manager", "Logistics manager",
    "Managing director", "Marketing manager", "Operations manager", "Owner", "Plant manager", "Procurement manager",
    "Product manager", "Project manager", "Purchasing manager", "Sales director", "Sales manager",
    "Software engineer", "Supply chain director", "Supply chain manager", "VP engineering", "VP finance",
    "VP marketing", "VP operations", "VP product", "VP sales",
)  # fmt: skip
"""Titles people look for often, so that an empty workspace is helped too."""

_OWN = {
    "industries": "industry",
    "job_titles": "title",
    "locations": "city",
    "company_domains": "company_domain",
}
_FIXED: dict[str, list[tuple[str, str, str]]] = {
    "industries": [(option.value, option.label, "") for option in INDUSTRIES],
    "job_titles": [(title, title, "") for title in TITLES],
    "locations": [(option.label, option.label, "Country") for option in COUNTRIES],
    "company_sizes": [(size.value, size.label, "people") for size in COMPANY_SIZES],
    "seniorities": [(option.value, option.label, "") for option in SENIORITIES],
    "departments": [(option.value, option.label, "") for option in DEPARTMENTS],
    "keywords": [],
    "company_domains": [],
}
FACETS = tuple(_FIXED)


def suggestions(facet: str, typed: str) -> list[dict[str, Any]]:
    """At most eight, those that begin with what was typed first; inside the workspace's scope."""
    sought = typed.casefold().strip()
    if not sought:
        return []
    found: dict[str, dict[str, Any]] = {}
    for value, label, note in _FIXED[facet]:
        if _fits(label, sought) or value.casefold() == sought:
            found[label.casefold()] = {"value": value, "label": label, "note": note}
    for value, many in values_beginning(_OWN[facet], sought, MOST) if facet in _OWN else ():
        found.setdefault(value.casefold(), {"value": value, "label": value, "note": f"{many:,} of yours"})
    ordered = sorted(found.values(), key=lambda one: (not one["label"].casefold().startswith(sought), one["label"]))
    return ordered[:MOST]


def _fits(label: str, sought: str) -> bool:
    """Whether one of the words of ``label`` begins the way that was typed."""
    plain = label.casefold()
    return plain.startswith(sought) or f" {sought}" in plain
