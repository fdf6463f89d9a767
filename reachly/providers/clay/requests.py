"""Filters as Clay's filters-mode search of people wants them (``POST /search/filters-mode``).

The authoritative list of fields comes from the workspace itself; the names here are the ones its agents and public
clients use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from reachly.filters import Filters
from reachly.providers.clay.catalogue import Catalogue
from reachly.providers.failures import ContractBroken
from reachly.providers.places import Place, places_of
from reachly.providers.reading import domain_of

RANKS: Mapping[str, Sequence[str]] = {
    "founder": ("founder", "owner"),
    "c_level": ("c-suite",),
    "partner": ("partner",),
    "vp": ("vp",),
    "head": ("head",),
    "director": ("director",),
    "manager": ("manager",),
    "senior": ("senior",),
    "entry": ("entry",),
    "intern": ("intern",),
}
OTHER_RANKS = ("board-member", "mid-level", "unknown")
SIZES: Mapping[str, Sequence[str]] = {
    "1-10": ("1", "2-10"),
    "11-50": ("11-50",),
    "51-200": ("51-200",),
    "201-500": ("201-500",),
    "501-1000": ("501-1,000",),
    "1001-5000": ("1,001-5,000",),
    "5001-10000": ("5,001-10,000",),
    "10001+": ("10,001+",),
}
NAMES: Mapping[str, Sequence[str]] = {
    "job_titles": ("job_title_keywords",),
    "exclude_job_titles": ("job_title_exclude_keywords",),
    "industries": ("company_industries_include",),
    "exclude_industries": ("company_industries_exclude",),
    "keywords": ("company_description_keywords",),
    "exclude_keywords": ("company_description_keywords_exclude",),
    "departments": ("job_functions",),
    "company_domains": ("company_identifier",),
    "seniorities": ("job_title_seniority_levels_v2", "job_title_seniority_levels"),
    "company_sizes": ("company_sizes",),
}


class Impossible(Exception):
    """Nobody can match: what is asked for is left out again, or is something that Clay does not know."""


def people_filters(filters: Filters, catalogue: Catalogue) -> dict[str, Any]:
    """The ``filters`` object of a people search, empty lists left out.

    ``exclude_company_domains`` is not in it: Clay has no such filter, :func:`left_out` takes those rows away. Raises
    :class:`Impossible` when nothing can match and :class:`ContractBroken` when this workspace lacks a filter asked for.
    """
    asked: dict[str, Any] = {}
    plain = ("job_titles", "industries", "keywords", "departments")
    for facet in (*plain, *(f"exclude_{facet}" for facet in plain)):
        if values := getattr(filters, facet):
            _put(asked, catalogue, facet, values)
    if domains := [domain for one in filters.company_domains if (domain := domain_of(one))]:
        _put(asked, catalogue, "company_domains", domains)
    _put_listed(asked, catalogue, "seniorities", filters, RANKS, OTHER_RANKS)
    _put_listed(asked, catalogue, "company_sizes", filters, SIZES, ())
    asked.update(_places(filters.locations, "", "include", catalogue))
    asked.update(_places(filters.exclude_locations, "_exclude", "exclude", catalogue))
    return asked


def left_out(filters: Filters) -> Callable[[str | None], bool]:
    """Tells whether a company domain is one of those to leave out."""
    unwanted = {domain_of(domain) for domain in filters.exclude_company_domains} - {None}
    return lambda domain: domain_of(domain) in unwanted


def _put(asked: dict[str, Any], catalogue: Catalogue, facet: str, values: Iterable[str]) -> None:
    if facet == "exclude_departments":
        name = catalogue.first(*NAMES["departments"])
        wanted = asked.get(name or "") or catalogue.allowed(name or "")
        if not name or not wanted:
            raise ContractBroken("Clay has no filter that leaves out departments.")
        unwanted = set(catalogue.spelled(name, values))
        kept = [value for value in wanted if value not in unwanted]
    else:
        name = catalogue.first(*NAMES[facet])
        if not name:
            raise ContractBroken(f"This Clay workspace has no filter for {facet.replace('_', ' ')}.")
        kept = catalogue.spelled(name, values)
        if not kept and facet.startswith("exclude_"):
            return  # nobody there has what is to be left out
    if not kept:
        raise Impossible
    asked[name] = kept


def _put_listed(
    asked: dict[str, Any],
    catalogue: Catalogue,
    facet: str,
    filters: Filters,
    words: Mapping[str, Sequence[str]],
    others: Sequence[str],
) -> None:
    """A facet with a closed list: Clay can only include, so leaving out means asking for all the others."""
    wanted, unwanted = getattr(filters, facet), getattr(filters, f"exclude_{facet}")
    if not wanted and not unwanted:
        return
    every = [word for value in words for word in words[value]] + list(others)
    included = [word for value in wanted for word in words.get(value, ())] or ([] if wanted else every)
    excluded = {word for value in unwanted for word in words.get(value, ())}
    kept = [word for word in included if word not in excluded]
    if not kept:
        raise Impossible
    _put(asked, catalogue, facet, kept)


def _places(written: Sequence[str], suffix: str, side: str, catalogue: Catalogue) -> dict[str, Any]:
    """Countries or cities alone in their own field, a mixture as whole names in the general one.

    Never several fields, because fields narrow each other while the values of one are alternatives.
    """
    places = [place for item in written for place in places_of(item)]
    if not places:
        return {}
    general = catalogue.first(f"locations{suffix}")
    if all(place.whole_country for place in places):
        name = catalogue.first(f"location_countries_{side}") or general
    elif general:
        name = general
    else:
        name = catalogue.first(f"location_cities_{side}")
    if not name:
        raise ContractBroken("This Clay workspace has no filter for these locations.")
    cities = name.startswith("location_cities")
    values = [place.parts[0] if cities and place.parts else _written(place) for place in places]
    kept = catalogue.spelled(name, values)
    if not kept and side == "include":
        raise Impossible
    return {name: kept} if kept else {}


def _written(place: Place) -> str:
    return ", ".join(filter(None, (*place.parts, place.country, place.continent)))
