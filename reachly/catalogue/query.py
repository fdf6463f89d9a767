"""What somebody wants to see of the catalogue, and how it reads in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reachly.filters import FACETS, Filters
from reachly.leads.query import EMAIL_STATUSES
from reachly.vocabulary import COMPANY_SIZES, DEPARTMENTS, SENIORITIES

FLAGS = ("has_email", "has_phone", "owned")
ALL_FACETS = tuple(f"{way}{facet}" for way in ("", "exclude_") for facet in FACETS)
MOST_VALUES, LONGEST = 50, 200
_KNOWN = {
    "company_sizes": [size.value for size in COMPANY_SIZES],
    "seniorities": [option.value for option in SENIORITIES],
    "departments": [option.value for option in DEPARTMENTS],
}


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """Which people. Values of one filter are alternatives, filters narrow each other down.

    ``owned`` asks whether the workspace has them as leads.
    """

    q: str = ""
    filters: Filters = field(default_factory=Filters)
    email_statuses: tuple[str, ...] = ()
    has_email: bool | None = None
    has_phone: bool | None = None
    owned: bool | None = None

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> tuple[CatalogueQuery, dict[str, str]]:
        """The query in an address or a form, and a message for each field that could not be read and was left out."""
        errors: dict[str, str] = {}
        facets = {name: kept for name in ALL_FACETS if (kept := _chosen(args, name, errors))}
        statuses = [value for value in _values(args, "email_statuses") if value in EMAIL_STATUSES]
        flags = {name: _values(args, name)[:1] for name in FLAGS}
        q = (_values(args, "q") or [""])[0]
        if len(q) > LONGEST:
            errors["q"] = f"Search for at most {LONGEST} characters."
        told = {name: value[0] == "true" for name, value in flags.items() if value and value[0] in ("true", "false")}
        return cls(q[:LONGEST], Filters.of(facets), tuple(statuses), **told), errors

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query as names and values; reads back as the same query."""
        found = [("q", self.q)] if self.q else []
        found += [(name, value) for name, values in self.filters.as_dict().items() for value in values]
        found += [("email_statuses", value) for value in self.email_statuses]
        flags = [(name, getattr(self, name)) for name in FLAGS]
        return found + [(name, "true" if value else "false") for name, value in flags if value is not None]

    @property
    def narrower(self) -> dict[str, Any]:
        """What narrows the search beside its filters, as the search takes it."""
        flags = {name: getattr(self, name) for name in FLAGS if getattr(self, name) is not None}
        return flags | ({"email_statuses": list(self.email_statuses)} if self.email_statuses else {})

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for."""
        return self != CatalogueQuery()


def _values(args: Mapping[str, Any], name: str) -> list[str]:
    getlist = getattr(args, "getlist", None)
    given: Any = getlist(name) if getlist else args.get(name)
    items = given if isinstance(given, list | tuple) else [given]
    return [text for item in items if item is not None and (text := str(item).replace("\0", "").strip())]


def _chosen(args: Mapping[str, Any], name: str, errors: dict[str, str]) -> list[str]:
    given = _values(args, name)
    known = _KNOWN.get(name.removeprefix("exclude_"))
    wrong = [value for value in given if (known is not None and value not in known) or len(value) > LONGEST]
    words = name.replace("_", " ")
    if wrong:
        errors[name] = f"There is no {words} “{wrong[0][:40]}”."
    elif len(given) > MOST_VALUES:
        errors[name] = f"Choose at most {MOST_VALUES} {words}."
    return [value for value in given if value not in wrong][:MOST_VALUES]
