"""The query in the address of a page of leads: read, written again in one canonical way, and shown as chips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from reachly.database import one, scope
from reachly.engine import look
from reachly.leads import LeadQuery
from reachly.leads.query import EMAIL_STATUSES, FACETS
from reachly.providers.registry import PROVIDERS
from reachly.vocabulary import COMPANY_SIZES, COUNTRY_NAMES, SENIORITIES
from reachly.web.asked import chosen as read
from reachly.web.session import me

ADDED = "_add"
ALL = "all"
LABELS: dict[str, Mapping[str, str]] = {
    "source": {entry.name: entry.label for entry in PROVIDERS.values()},
    "country": COUNTRY_NAMES,
    "industry": {},
    "seniority": {option.value: option.label for option in SENIORITIES},
    "department": {},
    "company_size": {size.value: size.label for size in COMPANY_SIZES},
    "email_status": EMAIL_STATUSES,
}
FILTERS = {
    "industry": "Industry",
    "country": "Country",
    "seniority": "Seniority",
    "department": "Department",
    "company_size": "Size",
    "source": "Source",
    "email_status": "Verdict",
}
WORDS = {"job_title": "Title", "location": "Location", "company_domain": "Domain", "keyword": "Keyword", "tag": "Tag"}
"""Filters that take any words."""
EXCLUDED = {f"exclude_{name}": f"Not {(FILTERS | WORDS)[name].lower()}" for name in FACETS}
FLAGS = {
    "has_email": ("E-mail", {True: "There", False: "Missing"}),
    "has_phone": ("Phone", {True: "There", False: "Missing"}),
    "sample": ("Samples", {True: "Only these", False: "Left out"}),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of leads as an address asks for it.

    ``at`` is the place of its first row as the page before counted it: for show, since pages go by key. ``view`` is the
    id of the saved view in which it is shown, ``all`` for none at all: the query stands in the address all the same.
    """

    query: LeadQuery
    problems: dict[str, str]
    after: str | None = None
    before: str | None = None
    at: int = 1
    view: str = ""

    @property
    def view_id(self) -> UUID | None:
        """The saved view in which this is shown."""
        return read(self.view, UUID)

    @property
    def told(self) -> list[tuple[str, str]]:
        """The query with its view, which alone, without any query, would be read as the view as it was saved."""
        if not self.view:
            return self.pairs
        whole = [] if self.pairs or self.view == ALL else [("sort", self.query.sort)]
        return [*self.pairs, *whole, ("view", self.view)]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query, without the page, as names and values."""
        told = self.query.as_args()
        return [
            (name, each) for name, value in told.items() for each in (value if isinstance(value, list) else [value])
        ]

    @property
    def query_string(self) -> str:
        """The query, without the page, as it stands in an address."""
        return urlencode(self.told)

    def url(self, path: str = "/leads", **more: Any) -> str:
        """``path`` with this query and ``more``."""
        words = urlencode([*self.told, *((name, value) for name, value in more.items() if value)])
        return f"{path}?{words}" if words else path

    def page_url(self, path: str = "/leads") -> str:
        """Where exactly this page is."""
        return self.url(path, after=self.after, before=self.before, at=self.at if self.at > 1 else None)

    def sorted_by(self, sort: str) -> str:
        """The same leads in another order."""
        return replace(self, query=replace(self.query, sort=sort)).url()


def of_request() -> Asked:
    """What the address of this request asks for."""
    return of_args(request.args)


def of_page() -> Asked:
    """What the page shows from which a fragment asks, else what the request's own words say."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    if shown.path == "/leads" or shown.path.startswith("/leads/"):
        return of_args(MultiDict(parse_qs(shown.query)))
    return of_args(request.values)


def of_args(args: MultiDict[str, str]) -> Asked:
    """The query in ``args``; a filter's value may also come under its name with ``_add``, from the menu."""
    given: MultiDict[str, str] = MultiDict(args)
    for name in (*FILTERS, *WORDS, *FLAGS):
        added = [value for value in given.poplist(name + ADDED) if value]
        if added and name in FLAGS:
            given.setlist(name, added[-1:])
        elif added:
            given.setlist(name, [*given.getlist(name), *added])
    query, problems = LeadQuery.from_args(given)
    at = read(given.get("at"), int) or 1
    view = given.get("view", "")
    kept = view if view == ALL else str(read(view, UUID) or "")
    return Asked(query, problems, given.get("after"), given.get("before"), at if 0 < at < 10**12 else 1, kept)


def label(name: str, value: str) -> str:
    """How a person reads one value of a filter."""
    return LABELS.get(name.removeprefix("exclude_"), {}).get(value, value)


def job_name(job_id: UUID) -> str:
    """The name of one of the workspace's jobs, as far as there is such a job."""
    with scope(*me()):
        job = look.job(job_id)
    return (job.name or f"number {job.number}") if job else "that is not here"


def list_name(list_id: UUID) -> str:
    """The name of a list that this person sees, as far as there is such a list."""
    with scope(*me()):
        row = one("SELECT name FROM lists WHERE workspace_id = scope_workspace() AND id = %s", (str(list_id),))
    return row["name"] if row else "that is not here"


def chosen(query: LeadQuery) -> list[dict[str, str]]:
    """A chip for everything that narrows the list."""
    chips = [
        {"name": name, "value": value, "of": of, "label": label(name, value)}
        for name, of in (FILTERS | WORDS | EXCLUDED).items()
        for value in getattr(query, name)
    ]
    if query.lead_ids:
        number = len(query.lead_ids)
        said = "1 lead" if number == 1 else f"{number:,} leads"
        ids = ",".join(map(str, query.lead_ids))
        chips.append({"name": "lead_ids", "value": ids, "of": "Picked", "label": said})
    for name, (of, words) in FLAGS.items():
        flag = getattr(query, name)
        if flag is not None:
            chips.append({"name": name, "value": "true" if flag else "false", "of": of, "label": words[flag]})
    if query.job_id:
        chips.append({"name": "job_id", "value": str(query.job_id), "of": "Job", "label": job_name(query.job_id)})
    if query.unlocked_by:
        name = job_name(query.unlocked_by)
        chips.append({"name": "unlocked_by", "value": str(query.unlocked_by), "of": "Unlocked by", "label": name})
    if query.list_id:
        chips.append({"name": "list_id", "value": str(query.list_id), "of": "List", "label": list_name(query.list_id)})
    for name, of in (("created_from", "From"), ("created_before", "Before")):
        instant = getattr(query, name)
        if instant:
            chips.append({"name": name, "value": instant.isoformat(), "of": of, "label": instant.strftime("%-d %b %Y")})
    return chips
