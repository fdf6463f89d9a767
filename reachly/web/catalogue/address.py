"""The query in the address of the catalogue: read, written again in one way, and shown as chips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from reachly.catalogue import CatalogueQuery
from reachly.catalogue.query import ALL_FACETS, FLAGS
from reachly.leads.query import EMAIL_STATUSES
from reachly.vocabulary import COMPANY_SIZES, DEPARTMENTS, SENIORITIES
from reachly.web.asked import chosen as read

PATH = "/catalogue"
ADDED = "_add"
LABELS = {
    "industries": "Industry",
    "job_titles": "Title",
    "locations": "Location",
    "company_sizes": "Size",
    "seniorities": "Seniority",
    "departments": "Department",
    "keywords": "Keyword",
    "company_domains": "Domain",
    "email_statuses": "Verdict",
}
OPTIONS: dict[str, dict[str, str]] = {
    "seniorities": {option.value: option.label for option in SENIORITIES},
    "departments": {option.value: option.label for option in DEPARTMENTS},
    "company_sizes": {size.value: size.label for size in COMPANY_SIZES},
    "email_statuses": EMAIL_STATUSES,
}
SAID = {
    "has_email": ("E-mail", {True: "There", False: "Missing"}),
    "has_phone": ("Phone", {True: "There", False: "Missing"}),
    "owned": ("Yours", {True: "Only yours", False: "Not yours"}),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of the catalogue as an address asks for it; the cursors one came by lead back."""

    query: CatalogueQuery
    problems: dict[str, str]
    after: UUID | None = None
    via: tuple[str, ...] = ()

    def url(self, path: str = PATH, **more: Any) -> str:
        """``path`` with this query and ``more``."""
        pairs = [(name, one) for name, each in more.items() for one in (each if isinstance(each, list) else [each])]
        words = urlencode([*self.query.pairs, *((name, value) for name, value in pairs if value)])
        return f"{path}?{words}" if words else path

    def page_url(self) -> str:
        """Where exactly this page is."""
        return self.url(after=self.after, via=list(self.via))


def of_args(args: MultiDict[str, str]) -> Asked:
    """The query in ``args``; a filter's value may also come under its name with ``_add``, from the menu."""
    given: MultiDict[str, str] = MultiDict(args)
    for name in (*ALL_FACETS, "email_statuses", *FLAGS):
        added = [value for value in given.poplist(name + ADDED) if value]
        if added:
            given.setlist(name, added[-1:] if name in FLAGS else [*given.getlist(name), *added])
    query, problems = CatalogueQuery.from_args(given)
    via = tuple(each for each in given.getlist("via")[-30:] if read(each, UUID))
    return Asked(query, problems, read(given.get("after"), UUID), via)


def of_page() -> Asked:
    """What the page shows from which a fragment asks, else what the request's own words say."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    return of_args(MultiDict(parse_qs(shown.query)) if shown.path == PATH else request.values)


def chips(query: CatalogueQuery) -> list[dict[str, str]]:
    """A chip for everything that narrows the search."""
    found = []
    for name, value in query.pairs:
        if name == "q":
            continue
        if name in SAID:
            of, words = SAID[name]
            found.append({"name": name, "value": value, "of": of, "label": words[value == "true"]})
            continue
        plain = name.removeprefix("exclude_")
        of = LABELS[plain] if plain == name else f"Not {LABELS[plain].lower()}"
        found.append({"name": name, "value": value, "of": of, "label": OPTIONS.get(plain, {}).get(value, value)})
    return found


def menu() -> list[dict[str, Any]]:
    """The filters that can be added."""
    shown: list[dict[str, Any]] = [
        {
            "name": name,
            "label": words,
            "options": [{"value": value, "label": said} for value, said in OPTIONS[name].items()]
            if name in OPTIONS
            else None,
        }
        for name, words in LABELS.items()
    ]
    for name, (words, values) in SAID.items():
        options = [{"value": "true" if flag else "false", "label": said} for flag, said in values.items()]
        shown.append({"name": name, "label": words, "options": options})
    return shown
