"""The table way: rows posted into a Clay table, results coming back one by one to addresses of ours.

The table is made once by its owner: a webhook source, columns that enrich, and an HTTP column that posts to
``{{callback_url}}``. There is no end-of-run signal and no cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reachly.filters import Filters
from reachly.providers.clay.readers import email_in, named, phone_in
from reachly.providers.clay.routines import item_of
from reachly.providers.places import country_name
from reachly.providers.reading import domain_of, text
from reachly.providers.values import Call, Company, Person

SCHEMA = 1
FILTERS_ITEM = "filters"
GOOD = {"ok", "complete", "completed", "success", "succeeded", "done", "found"}
MISS = {"not_found", "not found", "no_result", "empty", "miss"}


class TableResult(NamedTuple):
    """One callback: the run and item it names itself (``None``: it does not), and the person it tells of, if any."""

    run: str | None
    item: str | None
    person: Person | None


def rows(
    run_id: str,
    wanted: Sequence[Person] | Filters,
    callback_url_for: Callable[[str], str],
    limit: int | None = None,
) -> Iterator[tuple[str, Call]]:
    """The item id and call of every row of a run: one per person, or a single one that carries filters and how many
    people are wanted at most.

    The client's base URL is the table's secret address and its header carries the token, so a call holds neither. A
    repeated row costs one of the table's 50,000 lifetime submissions and is known by its ``idempotency_key``.
    """
    if isinstance(wanted, Filters):
        content = {"filters": wanted.as_dict()} | ({"limit": limit} if limit else {})
        yield (
            FILTERS_ITEM,
            _row(run_id, FILTERS_ITEM, callback_url_for(FILTERS_ITEM), content),
        )
        return
    for one in wanted:
        item = item_of(one.provider_id)
        yield item, _row(run_id, item, callback_url_for(item), {"lead": _lead(one)})


def accepted(body: bytes) -> bool:
    """True when Clay's acknowledgement says that it took the row: ``OK`` or ``{"success": true}``, by the table's
    setting.
    """
    words = body.strip().lower().replace(b" ", b"")
    return words in (b"", b"ok", b'"ok"') or b'"success":true' in words


def result(body: Mapping[str, Any], provider_id: str | None = None) -> TableResult:
    """What a table posted back, whatever its columns are called; ``provider_id`` is whom the item stands for."""
    lead = body.get("lead")
    told = {**body, **lead} if isinstance(lead, Mapping) else dict(body)
    run, item = named(told, "run_id"), named(told, "item_id")
    status = (named(told, "status") or "ok").casefold()
    if status in MISS:
        return TableResult(run, item, None)
    first, last = named(told, "first_name"), named(told, "last_name")
    full = named(told, "full_name", "name") or " ".join(filter(None, (first, last))) or None
    email, phone = email_in(told), phone_in(told)
    linkedin = named(told, "linkedin_url", "linkedin", "social_profile_url", "profile_url")
    identity = provider_id or linkedin or item
    failed = None if status in GOOD else f"TABLE_{status.upper()[:40]}"
    if not identity or not (email or phone or full or linkedin or failed):
        return TableResult(run, item, None)
    person = Person(
        provider_id=identity,
        first_name=first,
        last_name=last,
        full_name=full,
        title=named(told, "title", "job_title"),
        linkedin_url=linkedin,
        city=named(told, "city"),
        state=named(told, "state"),
        country=country_name(named(told, "country")),
        company=_company(told),
        email=None if failed else email,
        email_type="work" if email and not failed else None,
        phone=None if failed else phone,
        sample=told.get("sample") is True,
        error=failed,
    )
    return TableResult(run, item, person)


def _row(run_id: str, item: str, callback_url: str, content: Mapping[str, Any]) -> Call:
    row = {
        "run_id": run_id,
        "item_id": item,
        "callback_url": callback_url,
        "idempotency_key": f"{run_id}:{item}",
        "schema": SCHEMA,
        **content,
    }
    return Call("table_row", "POST", "", json=row, repeat="charged")


def _lead(one: Person) -> dict[str, str]:
    company = one.company
    known = {
        "full_name": one.full_name,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "title": one.title,
        "linkedin_url": one.linkedin_url,
        "company": company.name if company else None,
        "company_domain": company.domain if company else None,
        "country": one.country,
    }
    return {name: value for name, value in known.items() if value}


def _company(told: Mapping[str, Any]) -> Company | None:
    name = named(told, "company", "company_name", "organization")
    domain = domain_of(named(told, "company_domain", "domain") or text(told, "website"))
    if not name and not domain:
        return None
    return Company(name=name, domain=domain, industry=named(told, "industry"))
