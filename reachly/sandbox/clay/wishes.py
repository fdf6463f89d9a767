"""Filters as a table's row carries them, turned into those of Clay's own search.

A row is whatever its sender put in; the table's owner maps its columns. Here the columns of :mod:`reachly.filters` are
mapped, and the names of Clay's search pass as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reachly.sandbox.clay.vocabulary import LEVELS, PEOPLE_FIELDS, SIZES
from reachly.vocabulary import COMPANY_SIZES

_KNOWN = {field["name"] for field in PEOPLE_FIELDS}
_SIZES = {size.value: SIZES[number + 1] for number, size in enumerate(COMPANY_SIZES)}
_NAMES = {
    "job_titles": "job_title_keywords",
    "exclude_job_titles": "job_title_exclude_keywords",
    "locations": "locations",
    "exclude_locations": "locations_exclude",
    "industries": "company_industries_include",
    "exclude_industries": "company_industries_exclude",
    "keywords": "company_description_keywords",
    "exclude_keywords": "company_description_keywords_exclude",
    "company_domains": "company_identifier",
    "departments": "job_functions",
}


def clay_filters(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The search that ``wishes`` describe; what Clay cannot leave out is not left out."""
    filters = {name: value for name, value in wishes.items() if name in _KNOWN}
    filters |= {_NAMES[name]: value for name, value in wishes.items() if name in _NAMES}
    if sizes := wishes.get("company_sizes"):
        filters["company_sizes"] = [name for size in sizes for name in _sizes(size)]
    if seniorities := wishes.get("seniorities"):
        filters["job_title_seniority_levels_v2"] = [LEVELS.get(value, value) for value in seniorities]
    return filters


def _sizes(value: str) -> tuple[str, ...]:
    name = _SIZES.get(value, value)
    return (SIZES[0], name) if value == COMPANY_SIZES[0].value else (name,)
