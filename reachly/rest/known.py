"""Which tables there are, which columns of them this application may read and write, and what belongs to what.

The names in every statement come from here and never from a request. What the role is granted is read from the
database's own catalogue, so that a column is offered when it is granted and not before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reachly.database import rows, transaction
from reachly.rest.refused import Refused

SCHEMA = "rest"
_FRESH = 60.0
_KEYS: dict[str, tuple[str, ...]] = {
    "list_contacts": ("workspace_id", "list_id", "contact_id"),
    "hidden_contacts": ("workspace_id", "contact_id"),
}
"""By what a row is known where that is not its id."""

BEFORE_INSERT = {"list_contacts": ("contact_id", "SELECT count(*) FROM catalogue_save(%s::uuid[])")}
"""What makes room for the rows of a table: a column of theirs, and the statement its values go into. Everyone on a list
is a lead, and becomes one by being put there.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be read; ``type`` is the database's own word for it, ``grants`` what else may be done."""

    name: str
    type: str
    grants: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its readable columns in order."""

    name: str
    columns: Mapping[str, Column] = field(default_factory=dict)
    grants: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell a row from every other, of all workspaces."""
        return _KEYS.get(self.name, ("id",))

    @property
    def source(self) -> str:
        """The table as a statement names it."""
        return f'{SCHEMA}."{self.name}"'


@dataclass(frozen=True, slots=True)
class Relation:
    """How the rows of ``of`` find those of ``to``: by ``here`` = ``there``, over the rows of ``by`` where there are any
    in between (``by_here`` and ``by_there`` are its columns for either side).
    """

    of: str
    here: str
    to: str
    there: str
    many: bool
    by: str = ""
    by_here: str = ""
    by_there: str = ""

    def is_meant_by(self, hint: str) -> bool:
        """Whether a hint names this relation: by the column, the constraint's usual name, or the table in between."""
        if self.by:
            return hint == self.by
        owner, column = (self.to, self.there) if self.many else (self.of, self.here)
        return hint in (column, f"{owner}_{column}_fkey", self.to)


_POINTERS = (
    ("contacts", "organization_id", "organizations"),
    ("employment_history", "contact_id", "contacts"),
    ("lists", "owner_id", "users"),
    ("list_contacts", "list_id", "lists"),
    ("list_contacts", "contact_id", "contacts"),
    ("transactions", "contact_id", "contacts"),
    ("credit_purchases", "transaction_id", "transactions"),
    ("credit_purchases", "user_id", "users"),
    ("email_finder_logs", "contact_id", "contacts"),
    ("email_finder_logs", "user_id", "users"),
    ("email_validation_logs", "user_id", "users"),
    ("hidden_contacts", "contact_id", "contacts"),
    ("hidden_contacts", "user_id", "users"),
    ("hidden_companies", "organization_id", "organizations"),
    ("hidden_companies", "user_id", "users"),
    ("icp_profiles", "owner_id", "users"),
    ("icp_profiles", "list_id", "lists"),
    ("lead_filters", "owner_id", "users"),
    ("users", "plan_id", "plans"),
)
_BETWEEN = (("lists", "list_id", "list_contacts", "contact_id", "contacts"),)


def _relations() -> Iterator[Relation]:
    for of, column, to in _POINTERS:
        yield Relation(of, column, to, "id", many=False)
        yield Relation(to, "id", of, column, many=True)
    for one, first, by, second, other in _BETWEEN:
        yield Relation(one, "id", other, "id", True, by, first, second)
        yield Relation(other, "id", one, "id", True, by, second, first)


RELATIONS = tuple(_relations())
_read: tuple[float, dict[str, Table]] = (float("-inf"), {})


def tables() -> dict[str, Table]:
    """Every table by name, as granted to this application's role within the last minute."""
    global _read
    if time.monotonic() - _read[0] > _FRESH:
        _read = (time.monotonic(), _look())
    return _read[1]


def _look() -> dict[str, Table]:
    with transaction():
        found = rows(
            "SELECT c.relname AS name, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,"
            " ARRAY(SELECT v FROM unnest(%s) v WHERE has_column_privilege(c.oid, a.attnum, v)) AS columns_grants,"
            " ARRAY(SELECT v FROM unnest(%s) v WHERE CASE v WHEN 'DELETE' THEN has_table_privilege(c.oid, v)"
            " ELSE has_any_column_privilege(c.oid, v) END) AS table_grants FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind IN ('v', 'r')"
            " AND has_column_privilege(c.oid, a.attnum, 'SELECT') ORDER BY c.relname, a.attnum",
            (["INSERT", "UPDATE"], ["INSERT", "UPDATE", "DELETE"], SCHEMA),
        )
    told: dict[str, dict[str, Column]] = {}
    grants = {row["name"]: frozenset(row["table_grants"]) for row in found}
    for row in found:
        column = Column(row["column"], row["type"], frozenset(row["columns_grants"]))
        told.setdefault(row["name"], {})[column.name] = column
    return {name: Table(name, columns, grants[name]) for name, columns in told.items()}


def table(name: str) -> Table:
    """The table of this name; raises :class:`Refused` 404."""
    found = tables().get(name)
    if found is None:
        raise Refused(404, "PGRST205", f"Could not find the table 'public.{name[:60]}' in the schema cache")
    return found


def relation(of: Table, target: str, hint: str = "") -> Relation:
    """How ``of`` finds ``target``, which is a table or the column that points to one; raises :class:`Refused`."""
    known = tables()
    found = [each for each in RELATIONS if each.of == of.name and each.to in known and target == each.to]
    found = found or [each for each in RELATIONS if each.of == of.name and target == each.here and not each.many]
    if hint:
        found = [each for each in found if each.is_meant_by(hint)]
    if not found:
        raise Refused(
            400,
            "PGRST200",
            f"Could not find a relationship between '{of.name}' and '{target[:60]}' in the schema cache",
        )
    return next((each for each in found if not each.by), found[0])
