"""Clay as a provider: a search that only moves forward, and functions that work in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reachly.filters import Filters
from reachly.providers.clay import routines
from reachly.providers.clay.catalogue import Catalogue
from reachly.providers.clay.readers import person
from reachly.providers.clay.requests import Impossible, left_out, people_filters
from reachly.providers.failures import ContractBroken, NotFound, ProviderBusy, ProviderFailure
from reachly.providers.reading import body_of, objects, text, whole
from reachly.providers.statuses import checked
from reachly.providers.values import Account, Answer, Call, Enrichment, Estimate, Field, Lookup, Page, Person, Send
from reachly.providers.vocabulary_cache import Cached, remember_here

MOST_ROWS = 500
MOST_RESULTS = 100
RESULT_PAGES = 50
RESTARTS = 3
DEFAULT_INPUTS = {"Social Profile URL": "linkedin_url"}


class Clay:
    """Clay's public API.

    ``routines`` names the managed function for each field (workspace's own ids, ``function:t_…``); a field without one
    cannot be enriched. ``inputs`` maps the functions' columns to our fields. Clay tells no cost, so none is reported.
    """

    name = "clay"
    label = "Clay"
    enrich_limit = routines.ITEMS

    def __init__(
        self,
        send: Send,
        *,
        routine_ids: Mapping[Field, str] | None = None,
        inputs: Mapping[str, str] | None = None,
        page_size: int = 50,
        webhook_id: str = "",
        cached: Cached | None = None,
    ) -> None:
        self._send = send
        self._routines = {field: routine for field, routine in (routine_ids or {}).items() if routine}
        self._inputs = dict(inputs or DEFAULT_INPUTS)
        self._webhook = webhook_id
        self._cached = cached or remember_here()
        self.page_limit = max(1, min(page_size, MOST_ROWS))

    def search(self, filters: Filters, cursor: Mapping[str, Any] | None, limit: int) -> Page:
        """The next page; ``cursor`` is ``{"search_id", "page", "restarts"}``.

        The position is on Clay's side: a page cannot be had twice, so it must be stored before the next one is asked
        for, and one whose answer was lost stays lost unless the search begins again with no cursor. A search that
        expired is begun again by itself, up to three times; people seen before come once more.
        """
        try:
            search_id = text(cursor or {}, "search_id") or self._create(filters)
        except Impossible:
            return Page((), None, total=0)
        number, restarts = whole(cursor or {}, "page") or 0, whole(cursor or {}, "restarts") or 0
        asked = max(1, min(limit, self.page_limit))
        try:
            body = self._run(search_id, asked)
        except NotFound:
            if restarts >= RESTARTS:
                raise
            search_id, number, restarts = self._create(filters), 0, restarts + 1
            body = self._run(search_id, asked)
        people = self._people(body, filters)
        if body.get("has_more") is not True:
            return Page(people, None)
        return Page(people, {"search_id": search_id, "page": number + 1, "restarts": restarts})

    def read(self, answer: Answer, filters: Filters) -> tuple[Person, ...]:
        """The people of a search answer that was kept, as :meth:`search` gave them; asks nobody."""
        return self._people(body_of(checked(self.label, answer), self.label), filters)

    def _people(self, body: Mapping[str, Any], filters: Filters) -> tuple[Person, ...]:
        unwanted = left_out(filters)
        rows = (person(row) for row in objects(body, "data"))
        return tuple(one for one in rows if one and not unwanted(one.company.domain if one.company else None))

    def _create(self, filters: Filters) -> str:
        asked = {"source_type": "people", "filters": people_filters(filters, self._catalogue())}
        body = self._ask(Call("create_search", "POST", "/search/filters-mode", json=asked))
        search_id = text(body, "search_id")
        if not search_id:
            raise ContractBroken("Clay made a search without telling its id.")
        return search_id

    def _run(self, search_id: str, limit: int) -> Mapping[str, Any]:
        path = f"/search/filters-mode/{quote(search_id, safe='')}/run"
        return self._ask(Call("search", "POST", path, json={"limit": limit}, repeat="never"))

    def _catalogue(self) -> Catalogue:
        """The workspace's own filter fields; without them, where they cannot be had, the publicly known names."""
        call = Call("vocabulary", "GET", "/search/filters-mode/fields", query={"source_type": "people"})
        try:
            return Catalogue(self._cached("clay:people", lambda: dict(self._ask(call))))
        except ProviderBusy:
            raise
        except ProviderFailure:
            return Catalogue()

    def look_up(self, people: Sequence[Person]) -> Lookup:
        """Who has what the functions ask for: Clay knows people by their addresses and has no ids to look up."""
        return Lookup({one.provider_id: one for one in people if routines.inputs_of(one, self._inputs)})

    def enrich(self, people: Sequence[Person], fields: Sequence[Field]) -> Enrichment:
        """Starts the first field's function for these people; the others follow in :meth:`collect`, one run a step."""
        able = {routines.item_of(one.provider_id): one for one in people if routines.inputs_of(one, self._inputs)}
        todo = [field for field in dict.fromkeys(fields) if field in self._routines]
        if not able or not todo:
            return Enrichment(())
        if len(able) > routines.ITEMS:
            raise ValueError(f"Clay takes at most {routines.ITEMS} people at a time")
        inputs = {item: routines.inputs_of(one, self._inputs) for item, one in able.items()}
        pending = {
            "items": {item: one.provider_id for item, one in able.items()},
            "inputs": inputs if len(todo) > 1 else {},
            "runs": [],
            "todo": todo,
        }
        return self._start(pending, inputs)

    def _start(self, pending: Mapping[str, Any], inputs: Mapping[str, Any]) -> Enrichment:
        field, *rest = routines.still_to_start(pending)
        asked: dict[str, Any] = {"items": [{"id": item, "inputs": values} for item, values in inputs.items()]}
        if self._webhook:
            asked["webhook_id"] = self._webhook
        path = f"/routines/{quote(self._routines[field], safe='')}/run"
        run_id = text(self._ask(Call("enrich", "POST", path, json=asked, repeat="never")), "routine_run_id")
        if not run_id:
            raise ContractBroken("Clay started a function without telling the run's id.")
        runs = [*objects(pending, "runs"), {"field": field, "run_id": run_id}]
        following = {**pending, "runs": runs, "todo": rest, "inputs": inputs if rest else {}, "asked": 0}
        return Enrichment((), following, 0 if rest else routines.wait_for(following))

    def collect(self, pending: Mapping[str, Any]) -> Enrichment:
        """Starts what is still to be started, else asks for results; people come together once every run is finished.

        Asking is free. A run that is not finished after a quarter of an hour of waiting counts as failed.
        """
        if routines.still_to_start(pending):
            return self._start(pending, pending["inputs"])
        rows: dict[str, list[Mapping[str, Any]]] = {}
        for run in objects(pending, "runs"):
            finished = self._results(text(run, "run_id") or "")
            if finished is None and not routines.overdue(pending):
                return self._later(pending)
            if finished is not None:
                rows[text(run, "field") or ""] = finished
        return Enrichment(routines.gathered(pending, rows), lacking=routines.lacking(pending, rows))

    def _later(self, pending: Mapping[str, Any]) -> Enrichment:
        wait = routines.wait_for(pending)
        waited = (whole(pending, "waited") or 0) + wait
        following = {**pending, "asked": (whole(pending, "asked") or 0) + 1, "waited": waited}
        return Enrichment((), following, routines.wait_for(following))

    def _results(self, run_id: str) -> list[Mapping[str, Any]] | None:
        """Every item of a finished run, ``None`` while it is not finished."""
        found: list[Mapping[str, Any]] = []
        for answer in self._result_pages(run_id):
            if answer is None:
                return None
            found += objects(answer, "data")
        return found

    def _result_pages(self, run_id: str) -> Iterator[Mapping[str, Any] | None]:
        cursor = None
        for _ in range(RESULT_PAGES):
            query = {"limit": str(MOST_RESULTS)} | ({"cursor": cursor} if cursor else {})
            answer = self._answer(
                Call("results", "GET", f"/routines/run/{quote(run_id, safe='')}/results", query=query)
            )
            body = body_of(answer, self.label)
            if answer.status == 202 or text(body, "status") == "in_progress":
                yield None
                return
            yield body
            cursor = text(body, "cursor")
            if not cursor:
                return

    def estimate(self, filters: Filters) -> Estimate:
        """Clay has no count, so none is given and nothing is asked; 0 when nobody can match."""
        try:
            people_filters(filters, Catalogue())
        except Impossible:
            return Estimate(0)
        except ContractBroken:
            return Estimate(None)
        return Estimate(None)

    def account(self) -> Account:
        """That the key is good; Clay tells neither credits nor plan."""
        self._ask(Call("account", "GET", "/me"))
        return Account()

    def fields(self) -> tuple[Field, ...]:
        """The fields that can be enriched with the functions that are set up."""
        return tuple(self._routines)

    def _answer(self, call: Call) -> Answer:
        return checked(self.label, self._send(call))

    def _ask(self, call: Call) -> Mapping[str, Any]:
        return body_of(self._answer(call), self.label)
