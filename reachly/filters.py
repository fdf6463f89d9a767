"""The ideal customer as plain values: what every door, verb and provider means by "filters"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

FACETS = (
    "industries",
    "job_titles",
    "locations",
    "company_sizes",
    "seniorities",
    "departments",
    "keywords",
    "company_domains",
)
"""The facets a person can choose by; each has an ``exclude_`` twin."""


@dataclass(frozen=True, slots=True)
class Filters:
    """One ideal customer profile.

    Values within a facet are alternatives, facets are all required, and an ``exclude_`` facet takes away. Sizes,
    seniorities and departments hold values of :mod:`reachly.vocabulary`; the rest is free text. Order is kept as the
    person chose it.
    """

    industries: tuple[str, ...] = ()
    job_titles: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    company_sizes: tuple[str, ...] = ()
    seniorities: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    company_domains: tuple[str, ...] = ()
    exclude_industries: tuple[str, ...] = ()
    exclude_job_titles: tuple[str, ...] = ()
    exclude_locations: tuple[str, ...] = ()
    exclude_company_sizes: tuple[str, ...] = ()
    exclude_seniorities: tuple[str, ...] = ()
    exclude_departments: tuple[str, ...] = ()
    exclude_keywords: tuple[str, ...] = ()
    exclude_company_domains: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Iterable[str]]) -> Filters:
        """The filters in ``values``; unknown names raise ``KeyError``, repeated values are kept once."""
        known = {field.name for field in fields(cls)}
        for name in values:
            if name not in known:
                raise KeyError(name)
        return cls(**{name: tuple(dict.fromkeys(chosen)) for name, chosen in values.items()})

    def as_dict(self) -> dict[str, Any]:
        """The chosen facets as lists, empty ones left out: the shape of the API's ``filters`` object."""
        return {field.name: list(value) for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def empty(self) -> bool:
        """True when nothing is asked for, so that everything would match."""
        return not any(getattr(self, facet) for facet in FACETS)
