"""What unlocking would come to, before it starts. Free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.generate.asking import price_list
from reachly.unlock.asking import askable


@dataclass(frozen=True, slots=True)
class FieldQuote:
    """One field: how many are to be paid when found, how many of those the catalogue holds, how many the workspace has
    already, how many must not be bought, and the price of one.
    """

    field: str
    wanted: int
    known: int
    owned: int
    refused: int
    price: int


@dataclass(frozen=True, slots=True)
class Quote:
    """All fields together; ``providers`` are the names of those that would be asked for what the catalogue lacks."""

    fields: tuple[FieldQuote, ...]
    providers: tuple[str, ...]
    paid: bool
    available: int

    @property
    def most(self) -> int:
        """The most it can cost, which is what is held for it."""
        return sum(each.price * (each.wanted if self.paid else each.known) for each in self.fields)

    @property
    def obtainable(self) -> int:
        """How many values could be had at all."""
        return sum(each.wanted if self.providers else each.known for each in self.fields)


def quote(workspace_id: UUID | str, user_id: UUID | str, contacts: Sequence[UUID], fields: Sequence[str]) -> Quote:
    """What these fields of these leads come to."""
    sources = askable(workspace_id, user_id, fields)
    with scope(workspace_id, user_id):
        prices = price_list()
        found = rows(
            "SELECT * FROM unlock_quote(%s::uuid[], %s)", ([str(contact) for contact in contacts], list(fields))
        )
        balance = one("SELECT balance FROM accounts WHERE name = 'available'")
    told = tuple(FieldQuote(**row, price=prices[f"unlock_{row['field']}"]) for row in found)
    return Quote(
        told,
        tuple(source.label for source in sources),
        any(not source.own_key for source in sources),
        balance["balance"] if balance else 0,
    )
