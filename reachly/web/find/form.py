"""The search form: what was typed, what it means, what is wrong with it, and its address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from werkzeug.datastructures import MultiDict

from reachly.filters import FACETS, Filters
from reachly.generate.asking import Search
from reachly.settings import settings
from reachly.sources import Source
from reachly.spending import MOST
from reachly.vocabulary import COMPANY_SIZES, DEPARTMENTS, SENIORITIES
from reachly.web.asked import chosen

OPTIONS: dict[str, Any] = {"company_sizes": COMPANY_SIZES, "seniorities": SENIORITIES, "departments": DEPARTMENTS}
"""The facets whose values are chosen from a list."""
REVEALS = ("email", "phone")
MOST_VALUES, LONGEST_VALUE, LONGEST_NAME, LONGEST_KEY = 50, 120, 120, 80
MOST_SHOWN = 2 * MOST_VALUES
"""So many values of a facet come back to be mended; a page of a hundred thousand helps nobody."""
USUAL_LIMIT = 50
LONGEST_ADDRESS = 4000
ALL_FACETS = tuple(f"{way}{facet}" for way in ("", "exclude_") for facet in FACETS)
_NAMES = {
    "industries": "An industry",
    "job_titles": "A job title",
    "locations": "A location",
    "keywords": "A keyword",
    "company_domains": "A domain",
}
_DOMAIN = re.compile(r"(?=.{4,253}$)([\w](?:[\w-]{0,61}[\w])?\.)+[^\W\d_][\w-]{1,62}", re.UNICODE)


@dataclass(slots=True)
class Form:
    """A search as typed. ``errors`` has a sentence per field, ``""`` for what belongs to none; what is wrong is kept
    as typed, so that it can be mended.
    """

    filters: dict[str, list[str]] = field(default_factory=dict)
    limit: int | str = USUAL_LIMIT
    order: list[str] = field(default_factory=list)
    on: list[str] = field(default_factory=list)
    reveal: list[str] = field(default_factory=lambda: ["email"])
    name: str = ""
    max_credits: int | str | None = None
    key: str = ""
    profile: str = ""
    list: str = ""
    """Onto which list goes what is found."""
    errors: dict[str, str] = field(default_factory=dict)

    def chosen(self) -> Filters:
        """The filters without the values that cannot be asked for."""
        sound = {
            facet: [value for value in values if not _wrong(facet, value)][:MOST_VALUES]
            for facet, values in self.filters.items()
        }
        return Filters.of(sound)

    def search(self) -> Search:
        """What is asked for, as far as it can be: a number that is none counts as the usual one."""
        limit = self.limit if isinstance(self.limit, int) else USUAL_LIMIT
        limit = min(max(limit, 1), settings().job_leads_limit)
        most = self.max_credits if isinstance(self.max_credits, int) and self.max_credits > 0 else None
        known = chosen(self.profile, UUID)
        onto = chosen(self.list, UUID)
        told = (limit, tuple(self.on), tuple(self.reveal), self.name, most, onto, known)
        return Search(self.chosen(), *told)

    def names(self) -> dict[str, Any]:
        """What ``find/_form.html`` needs of it."""
        shown = {
            "filters": self.filters,
            "limit": self.limit,
            "wanted": self.search().limit,
            "limit_max": settings().job_leads_limit,
            "reveal": self.reveal,
            "name": self.name,
            "max_credits": self.max_credits,
            "idempotency_key": self.key,
            "profile": self.profile,
            "list": self.list,
        }
        return {"form": shown, "errors": self.errors, "options": OPTIONS}

    def address(self) -> str:
        """The address that brings this search back, without its values where they are too many for one."""
        parts = [(facet, value) for facet in ALL_FACETS for value in self.filters.get(facet, [])]
        parts += [("limit", str(self.limit))] + [("reveal", one) for one in self.reveal]
        parts += [("sources", one) for one in self.on] + [("order", one) for one in self.order]
        parts += [("max_credits", str(self.max_credits))] if self.max_credits else []
        parts += [("profile", self.profile)] if self.profile else []
        parts += [("list", self.list)] if self.list else []
        address = "/find?" + urlencode(parts + ([("name", self.name)] if self.name else []))
        return address if len(address) <= LONGEST_ADDRESS else "/find"


def read(values: MultiDict[str, str], sources: list[Source], typed: bool) -> Form:
    """The form in ``values``; ``typed`` tells a form that was sent, where nothing ticked means nothing, from an
    address, where what is missing is as usual.
    """
    form = Form(name=_clean(values.get("name")), key=_clean(values.get("idempotency_key"))[:LONGEST_KEY])
    form.profile = str(chosen(values.get("profile"), UUID) or "")
    form.list = str(chosen(values.get("list"), UUID) or "")
    for facet in ALL_FACETS:
        found = _values(facet, values)
        if found:
            form.filters[facet] = found[:MOST_SHOWN]
        wrong = _first_wrong(facet, found)
        if wrong:
            form.errors[facet] = wrong
    # A value that is not on the list has no place on the page: it is told and left out.
    for facet in ALL_FACETS:
        options = OPTIONS.get(facet.removeprefix("exclude_"))
        if options and facet in form.filters:
            known = {option.value for option in options}
            form.filters[facet] = [value for value in form.filters[facet] if value in known]
    if len(form.name) > LONGEST_NAME:
        form.errors["name"] = f"A name has at most {LONGEST_NAME} characters."
    _read_number(form, values)
    _read_most(form, values)
    _read_sources(form, values, sources, typed)
    if typed or "reveal" in values:
        form.reveal = [one for one in REVEALS if one in values.getlist("reveal")]
    if not form.reveal:
        form.errors["reveal"] = "Choose at least one: a lead without contact data cannot be reached."
    return form


def _read_number(form: Form, values: MultiDict[str, str]) -> None:
    most = settings().job_leads_limit
    told = _clean(values.get("fit") or values.get("limit") or ("" if "limit" in values else str(USUAL_LIMIT)))
    plain = told.replace(",", "").replace(" ", "")
    if plain.isascii() and plain.isdigit() and len(plain) < 12:
        form.limit = int(plain)
        if not 1 <= form.limit <= most:
            form.errors["limit"] = f"At most {most:,} leads at once." if form.limit else "At least one lead."
    else:
        form.limit = told[:20]
        form.errors["limit"] = f"A whole number from 1 to {most:,}, please."


def _read_most(form: Form, values: MultiDict[str, str]) -> None:
    told = _clean(values.get("max_credits"))
    plain = told.replace(",", "").replace(" ", "")
    if not plain:
        return
    if plain.isascii() and plain.isdigit() and len(plain) < 12 and 0 < int(plain) <= MOST:
        form.max_credits = int(plain)
    else:
        form.max_credits = told[:20]
        form.errors["max_credits"] = "A whole number of credits, or nothing for no limit."


def _read_sources(form: Form, values: MultiDict[str, str], sources: list[Source], typed: bool) -> None:
    known = {source.name: source for source in sources}
    asked = [name for name in values.getlist("order") + values.getlist("sources") if name in known]
    form.order = list(dict.fromkeys(asked + list(known)))
    ticked = set(values.getlist("sources")) if typed or "sources" in values else set(known)
    form.on = [name for name in form.order if name in ticked and known[name].usable]
    way, _, name = values.get("move", "").partition(":")
    if name in form.order:
        at = form.order.index(name)
        to = max(0, at - 1) if way == "up" else min(len(form.order) - 1, at + 1)
        form.order.insert(to, form.order.pop(at))
        form.on = [one for one in form.order if one in form.on]
    if not form.on:
        form.errors["sources"] = "Choose at least one source to ask."


def _values(facet: str, values: MultiDict[str, str]) -> list[str]:
    typed = [part for text in values.getlist(f"{facet}_add") for part in re.split(r"[,;\n]", text)]
    found = [_clean(value) for value in values.getlist(facet) + typed]
    if facet.endswith("company_domains"):
        found = [_domain(value) for value in found]
    kept: dict[str, str] = {}
    for value in found:
        if value:
            kept.setdefault(value.casefold(), value)
    return list(kept.values())


def _first_wrong(facet: str, found: list[str]) -> str | None:
    if len(found) > MOST_VALUES:
        return f"At most {MOST_VALUES} values here; you have {len(found)}."
    return next((wrong for value in found if (wrong := _wrong(facet, value))), None)


def _wrong(facet: str, value: str) -> str | None:
    """What is wrong with one value, in a sentence."""
    plain = facet.removeprefix("exclude_")
    short = value if len(value) <= 40 else value[:39] + "…"
    if plain in OPTIONS:
        known = any(option.value == value for option in OPTIONS[plain])
        return None if known else f"“{short}” is none of the choices."
    if len(value) > LONGEST_VALUE:
        return f"{_NAMES[plain]} has at most {LONGEST_VALUE} characters."
    if plain == "company_domains" and not _DOMAIN.fullmatch(value):
        return f"“{short}” is not a domain such as northgate.example."
    return None


def _domain(text: str) -> str:
    """The domain in what people paste: an address, an e-mail, a name with www."""
    text = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().casefold()).split("/")[0].split("?")[0].rsplit("@", 1)[-1]
    return text.removeprefix("www.").split(":")[0].strip(".")


def _clean(text: str | None) -> str:
    """One line without control characters, which no filter holds and PostgreSQL may not."""
    plain = (text or "").encode("utf-8", "replace").decode()
    return " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split())
