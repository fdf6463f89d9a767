"""Our words in Clay's spelling, and the fields its search knows."""

from __future__ import annotations

from typing import Any

from reachly.sandbox.world.tables import COUNTRIES, DEPARTMENT, INDUSTRY
from reachly.vocabulary import COMPANY_SIZES

LEVELS = {
    "founder": "founder",
    "c_level": "c-suite",
    "partner": "partner",
    "vp": "vp",
    "head": "head",
    "director": "director",
    "manager": "manager",
    "senior": "senior",
    "entry": "entry",
    "intern": "intern",
}
LEVEL_ORDER = (
    "intern",
    "entry",
    "mid-level",
    "senior",
    "manager",
    "head",
    "director",
    "vp",
    "c-suite",
    "partner",
    "board-member",
    "owner",
    "founder",
)
"""From low to high, for the match mode ``floor``."""
OTHER_LEVELS = ("owner", "board-member", "mid-level", "unknown")

SIZES = ("1", "2-10", "11-50", "51-200", "201-500", "501-1,000", "1,001-5,000", "5,001-10,000", "10,001+")
REGIONS = ("APAC", "EMEA", "LATAM", "NAM")
REVENUES = {
    "0-500K": (0, 5e5),
    "500K-1M": (5e5, 1e6),
    "1M-5M": (1e6, 5e6),
    "5M-10M": (5e6, 1e7),
    "10M-25M": (1e7, 2.5e7),
    "25M-75M": (2.5e7, 7.5e7),
    "75M-200M": (7.5e7, 2e8),
    "200M-500M": (2e8, 5e8),
    "500M-1B": (5e8, 1e9),
    "1B-10B": (1e9, 1e10),
    "10B-100B": (1e10, 1e11),
    "100B-1T": (1e11, 1e12),
}
TYPES = {
    "Private Company": "Privately Held",
    "Public Company": "Public Company",
    "Non Profit": "Non Profit",
    "Government": "Government Agency",
    "Educational": "Educational",
    "Self Employed": "Self Employed",
}
FUNCTIONS = tuple(department.name for department in DEPARTMENT)
_INDUSTRIES = [name for industry in INDUSTRY for name in (industry.name, *industry.branches)]


def size_of(headcount: int) -> str:
    """The size as Clay names it; it keeps companies of one apart."""
    if headcount == 1:
        return SIZES[0]
    band = next(number for number, size in enumerate(COMPANY_SIZES) if size.most is None or headcount <= size.most)
    return SIZES[band + 1]


def _list(name: str, values: list[str] | None = None) -> dict[str, Any]:
    return {"name": name, "type": "list", **({"allowed_values": values} if values else {})}


_LEVELS = [*LEVELS.values(), *OTHER_LEVELS]
_COUNTRIES = [country.name for country in COUNTRIES]
PEOPLE_FIELDS: list[dict[str, Any]] = [
    _list("company_identifier"),
    _list("job_title_keywords"),
    _list("job_title_exclude_keywords"),
    {"name": "job_title_mode", "type": "str", "allowed_values": ["smart", "exact"]},
    _list("job_title_seniority_levels", _LEVELS),
    _list("job_title_seniority_levels_v2", _LEVELS),
    {"name": "job_title_seniority_match_mode", "type": "str", "allowed_values": ["exact", "floor"]},
    {"name": "job_title_seniority_floor_level", "type": "str", "allowed_values": list(LEVEL_ORDER)},
    _list("job_functions", list(FUNCTIONS)),
    {"name": "current_role_min_months_since_start_date", "type": "int"},
    {"name": "current_role_max_months_since_start_date", "type": "int"},
    _list("locations"),
    _list("locations_exclude"),
    _list("location_cities_include"),
    _list("location_cities_exclude"),
    _list("location_states_include"),
    _list("location_states_exclude"),
    _list("location_countries_include", _COUNTRIES),
    _list("location_countries_exclude", _COUNTRIES),
    _list("location_regions_include", list(REGIONS)),
    _list("location_regions_exclude", list(REGIONS)),
    _list("company_description_keywords"),
    _list("company_description_keywords_exclude"),
    _list("company_sizes", list(SIZES)),
    _list("company_annual_revenues", list(REVENUES)),
    _list("company_industries_include", _INDUSTRIES),
    _list("company_industries_exclude", _INDUSTRIES),
    _list("headline_keywords"),
    _list("about_keywords"),
    _list("profile_keywords"),
    _list("names"),
    {"name": "limit_per_company", "type": "int"},
    {"name": "limit", "type": "int"},
]
COMPANY_FIELDS: list[dict[str, Any]] = [
    _list("country_names", _COUNTRIES),
    _list("country_names_exclude", _COUNTRIES),
    _list("types", list(TYPES.values())),
    _list("sizes", list(SIZES)),
    _list("annual_revenues", list(REVENUES)),
    {"name": "minimum_member_count", "type": "int"},
    {"name": "maximum_member_count", "type": "int"},
    _list("industries", _INDUSTRIES),
    _list("industries_exclude", _INDUSTRIES),
    _list("description_keywords"),
    _list("description_keywords_exclude"),
    _list("locations"),
    _list("locations_exclude"),
    _list("location_cities_include"),
    _list("location_cities_exclude"),
    _list("location_states_include"),
    _list("location_states_exclude"),
    _list("location_regions_include", list(REGIONS)),
    _list("location_regions_exclude", list(REGIONS)),
]
FIELDS = {"people": PEOPLE_FIELDS, "companies": COMPANY_FIELDS}
OPEN = frozenset(
    {
        "company_industries_include",
        "company_industries_exclude",
        "industries",
        "industries_exclude",
        "country_names",
        "country_names_exclude",
        "location_countries_include",
        "location_countries_exclude",
    }
)
"""Fields whose listed values are suggestions: another value finds nothing but is no mistake."""
