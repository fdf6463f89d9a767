"""Lusha as a provider: prospecting search and enrichment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reachly.filters import Filters
from reachly.providers.failures import NotFound, ProviderBusy, ProviderFailure, QuotaSpent
from reachly.providers.lusha import requests
from reachly.providers.lusha.industries import Industries
from reachly.providers.lusha.readers import credits_of, industry_catalogue, looked_up, person
from reachly.providers.lusha.reveals import groups, lacked, out_of_credits, telling, together, unanswered
from reachly.providers.lusha.vocabularies import Vocabularies
from reachly.providers.reading import body_of, mapping, objects, text, texts, whole
from reachly.providers.statuses import checked
from reachly.providers.values import Account, Answer, Call, Enrichment, Estimate, Field, Lookup, Page, Person, Send
from reachly.providers.vocabulary_cache import Cached, remember_here
from reachly.vocabulary import Option

REVEALS: dict[Field, str] = {"email": "emails", "phone": "phones"}
RUNNING = {"pending", "queued", "running", "in_progress", "processing"}
JOB_WAIT = 5.0
HALTED, OUT_OF_CREDITS = "HALTED", "OUT_OF_CREDITS"
EMPTY = "The Lusha account is out of credits."
ENRICH = "/v3/contacts/enrich"


class Lusha:
    """Lusha V3.

    ``allow`` is the most our account may pay for one field of one person; a field whose ``canReveal`` price is higher
    is not asked for. ``waterfall`` left at ``None`` leaves the choice to the Lusha account's own setting; then people
    whose preview lists what can be revealed, and not the asked field, are not asked for. ``cached`` keeps vocabularies
    between calls.
    """

    name = "lusha"
    label = "Lusha"

    def __init__(
        self,
        send: Send,
        *,
        page_size: int = 50,
        enrich_limit: int = 100,
        allow: Mapping[Field, int] | None = None,
        waterfall: bool | None = None,
        cached: Cached | None = None,
    ) -> None:
        self._send = send
        self.enrich_limit = max(1, min(enrich_limit, 100))
        self._allow = dict(allow or {})
        self._waterfall = waterfall
        self._vocabularies = Vocabularies(self._ask, cached or remember_here())
        self.page_limit = max(requests.LEAST_SIZE, min(page_size, requests.MOST_SIZE))

    def search(self, filters: Filters, cursor: Mapping[str, Any] | None, limit: int) -> Page:
        """The page of previews that ``cursor`` (``{"page", "size"}``) points at; may hold more than ``limit`` people.

        Charged per started 25 rows, also when asked again. The size stays that of the first page, or what Lusha made of
        it, because page numbers mean nothing otherwise.
        """
        page = whole(cursor or {}, "page") or 0
        size = whole(cursor or {}, "size") or requests.page_size(limit, self.page_limit)
        size = max(requests.LEAST_SIZE, min(size, requests.MOST_SIZE))
        body = self._prospect(filters, page, size)
        people = _people(body)
        told = mapping(body, "pagination")
        used, total = whole(told, "size") or size, whole(told, "total")
        ended = page >= requests.LAST_PAGE or not objects(body, "results")
        ended = ended or (len(people) < used if total is None else (page + 1) * used >= total)
        following = None if ended else {"page": page + 1, "size": used}
        return Page(people, following, total, credits_of(body))

    def read(self, answer: Answer, filters: Filters) -> tuple[Person, ...]:
        """The people of a search answer that was kept, as :meth:`search` gave them; asks nobody."""
        return _people(body_of(checked(self.label, answer), self.label))

    def _prospect(self, filters: Filters, page: int, size: int, operation: str = "search") -> Mapping[str, Any]:
        asked = requests.prospecting(filters, page, size, self._industries(filters))
        return self._ask(Call(operation, "POST", "/v3/contacts/prospecting", json=asked, repeat="charged"))

    def _industries(self, filters: Filters) -> Industries:
        """The catalogue when industries are asked for; without it when this account may not read it."""
        if not filters.industries and not filters.exclude_industries:
            return Industries()
        try:
            return Industries(industry_catalogue(self._vocabularies.values("industries")))
        except ProviderBusy:
            raise  # going on without it would search something else on the next page
        except ProviderFailure:
            return Industries()

    def look_up(self, people: Sequence[Person]) -> Lookup:
        """Previews by LinkedIn address, else by name and company; charged per started 25 rows, also when asked again.

        Who must not be handed out is told as suppressed.
        """
        contacts = [known for one in people if (known := requests.identified(one))]
        if not contacts:
            return Lookup({})
        body = self._ask(Call("lookup", "POST", "/v3/contacts/search", json={"contacts": contacts}, repeat="charged"))
        found = ((text(row, "clientReferenceId"), looked_up(row)) for row in objects(body, "results"))
        return Lookup({name: one for name, one in found if name and one}, credits_of(body))

    def fields(self) -> tuple[Field, ...]:
        """All there are."""
        return tuple(REVEALS)

    def enrich(self, people: Sequence[Person], fields: Sequence[Field]) -> Enrichment:
        """The asked fields, free where they were revealed before; only what may be paid for is asked."""
        asked = (
            (ids, fields_asked, Call("enrich", "POST", ENRICH, json=self._reveal(ids, fields_asked)))
            for ids, fields_asked in groups(people, fields, self._allow, only_listed=self._waterfall is not True)
        )
        return self._gathered(asked)

    def _gathered(
        self,
        calls: Iterable[tuple[Sequence[str], Sequence[Field], Call]],
        came: Sequence[Mapping[str, Any]] = (),
        unserved: Sequence[str] = (),
    ) -> Enrichment:
        """One enrichment from the ids asked together, the fields asked for and the call for each; ``came`` are rows of
        before, and ``unserved`` who was refused then. While Lusha is not finished with all, what came is kept with what
        is still to come. A call that the account has no credits for, or a job that is not there any more, ends nothing
        that another call brought; where there is nothing else it raises what went wrong.
        """
        wrong: ProviderFailure | None = None
        left = set(unserved)
        found: list[Person] = []
        rows = list(came)
        lacking: set[tuple[str, Field]] = set()
        jobs: list[dict[str, Any]] = []
        costs: list[int | None] = []
        waits = [0.0]
        for ids, fields_asked, call in calls:
            try:
                body = self._ask(call)
                people, job = self._read(body, ids)
            except QuotaSpent as failure:
                wrong = failure
                left.update(ids)
                continue
            except NotFound as failure:
                wrong = failure
                continue
            left.update(one.provider_id for one in people if one.error == OUT_OF_CREDITS and one.provider_id in ids)
            costs.append(credits_of(body))
            found += people
            rows += filter(telling, objects(body, "results"))
            if not job:
                lacking |= lacked(people, fields_asked)
            else:
                jobs.append({"job_id": job, "ids": list(ids)})
                waits.append(float(whole(mapping(body, "job"), "retryAfter") or JOB_WAIT))
        if wrong and not jobs and not any(row.get("emails") or row.get("phones") for row in rows):
            raise wrong
        told = [cost for cost in costs if cost is not None]
        spent = sum(told) if told else None
        if jobs:
            kept = {"came": rows, "unserved": sorted(left)}
            token = {"jobs": jobs} | {name: value for name, value in kept.items() if value}
            return Enrichment((), token, max(waits), spent)
        refused = QuotaSpent(EMPTY, status=402) if left else None
        everybody = together(found, rows)
        return Enrichment(
            everybody, credits=spent, lacking=frozenset(lacking), unserved=frozenset(left), refused=refused
        )

    def _reveal(self, ids: Sequence[str], asked: Sequence[Field]) -> dict[str, Any]:
        body: dict[str, Any] = {"ids": list(ids), "reveal": [REVEALS[field] for field in asked]}
        if self._waterfall is not None:
            body["waterfallEnabled"] = self._waterfall
        return body

    def _read(self, body: Mapping[str, Any], ids: Sequence[str]) -> tuple[list[Person], str | None]:
        """The people in ``body``, and the job to ask about when Lusha is not finished with ``ids``."""
        found = list(filter(None, (person(row) for row in objects(body, "results"))))
        status = (text(body, "status") or "").upper()
        if out_of_credits(status) and not found:
            raise QuotaSpent(EMPTY, status=402)
        if out_of_credits(status) or status == HALTED:
            return found + unanswered(ids, found, status.removeprefix("PARTIAL_")), None
        job = mapping(body, "job")
        running = (text(job, "status") or "").casefold() in RUNNING
        return found, text(job, "id") if running else None

    def collect(self, pending: Mapping[str, Any]) -> Enrichment:
        """What enrichments that Lusha finishes in the background have brought; asking is free."""
        jobs = [(text(job, "job_id") or "", texts(job, "ids")) for job in objects(pending, "jobs")]
        calls = ((ids, (), Call("results", "GET", job_path(job))) for job, ids in jobs)
        return self._gathered(calls, objects(pending, "came"), texts(pending, "unserved"))

    def estimate(self, filters: Filters) -> Estimate:
        """Lusha's count of matches, from the smallest page there is; costs our account one search credit."""
        body = self._prospect(filters, 0, requests.LEAST_SIZE, operation="estimate")
        return Estimate(whole(mapping(body, "pagination"), "total"), credits_of(body))

    def account(self) -> Account:
        """Credits left and the plan; some accounts answer only at the older address, without a plan."""
        try:
            body = self._ask(Call("account", "GET", "/v3/account/usage"))
        except NotFound:
            usage = mapping(self._ask(Call("account", "GET", "/account/usage")), "usage")
            left = [whole(mapping(usage, bucket), "remaining") for bucket in usage]
            return Account(sum(filter(None, left)) if any(one is not None for one in left) else None)
        return Account(whole(mapping(body, "credits"), "remaining"), text(mapping(body, "plan"), "category"))

    def vocabulary(self, kind: str, query: str | None = None) -> tuple[Option, ...]:
        """Lusha's own values for a facet, as suggestions; free. Raises ``KeyError`` for a facet without a list."""
        return self._vocabularies.options(kind, query)

    def _ask(self, call: Call) -> Mapping[str, Any]:
        return body_of(checked(self.label, self._send(call)), self.label)


def job_path(job: str) -> str:
    return f"/v3/contacts/jobs/{quote(job, safe='')}"


def _people(body: Mapping[str, Any]) -> tuple[Person, ...]:
    return tuple(filter(None, (person(row) for row in objects(body, "results"))))
