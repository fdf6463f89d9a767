"""Who is asked for which fields, so that nothing is bought that was not wanted or costs too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reachly.providers.lusha.readers import person
from reachly.providers.values import Field, Person

CHUNK = 100


def groups(
    people: Sequence[Person], fields: Sequence[Field], allow: Mapping[Field, int], *, only_listed: bool
) -> Iterator[tuple[list[str], tuple[Field, ...]]]:
    """The ids to ask together, at most 100 at a time, with the fields to ask for.

    ``reveal`` counts for a whole call, so people are grouped by what may be asked of them. Each id is in one group at
    most.
    """
    asked: dict[tuple[Field, ...], list[str]] = {}
    for identity, one in {one.provider_id: one for one in people}.items():
        wanted = tuple(field for field in dict.fromkeys(fields) if _worth_asking(one, field, allow, only_listed))
        if wanted:
            asked.setdefault(wanted, []).append(identity)
    for wanted, ids in asked.items():
        for start in range(0, len(ids), CHUNK):
            yield ids[start : start + CHUNK], wanted


def _worth_asking(one: Person, field: Field, allow: Mapping[Field, int], only_listed: bool) -> bool:
    if one.suppressed:
        return False
    price = one.reveal_costs.get(field)
    if price is None:
        return not (only_listed and one.reveal_costs)
    return price <= allow.get(field, price)


def lacked(people: Sequence[Person], asked: Sequence[Field]) -> set[tuple[str, Field]]:
    """Which of the fields asked for these people were answered with nothing; who was not served is not among them."""
    return {
        (one.provider_id, field)
        for one in people
        for field in asked
        if one.error is None and getattr(one, field) is None
    }


def out_of_credits(status: str) -> bool:
    """True for the states in which Lusha stopped because our account had nothing left."""
    return status in ("OUT_OF_CREDITS", "PARTIAL_OUT_OF_CREDITS")


def unanswered(ids: Sequence[str], found: Sequence[Person], code: str) -> list[Person]:
    """The people that were asked for and not answered, with the reason as their error."""
    answered = {one.provider_id for one in found}
    return [Person(identity, error=code) for identity in ids if identity not in answered]


def telling(row: Mapping[str, Any]) -> bool:
    """Whether a row has more of somebody than the search had."""
    return bool(row.get("emails") or row.get("phones") or row.get("error"))


def together(found: Sequence[Person], rows: Sequence[Mapping[str, Any]]) -> tuple[Person, ...]:
    """Everybody once, with what all rows tell of them; a later row outdoes an earlier one where it says anything."""
    known: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = known.setdefault(str(row.get("id")), {})
        one.pop("error", None)
        one.update({name: value for name, value in row.items() if value})
    people = {one.provider_id: one for one in found}
    people |= {told.provider_id: told for told in map(person, known.values()) if told}
    return tuple(people.values())
