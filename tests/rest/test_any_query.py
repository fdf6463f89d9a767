"""Whatever somebody asks: never a failure of ours, never a row of another workspace."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Program, person_of
from tests.planted import as_owner
from tests.rest.conftest import lead_of

TABLES = [
    *("users", "plans", "contacts", "organizations", "employment_history", "lists", "list_contacts", "transactions"),
    *("credit_purchases", "email_finder_logs", "email_validation_logs", "hidden_contacts", "hidden_companies"),
    *("icp_profiles", "lead_filters", "leads", "sessions", "pg_class"),
]
COLUMNS = [
    "id",
    "name",
    "email",
    "workspace_id",
    "contact_id",
    "list_id",
    "tags",
    "created_at",
    "credits",
    "provenance",
    "x",
]
_OPERATORS = "eq neq in is not or and like cs ov any all null true asc nullsfirst"
_SIGNS = "( ) { } [ ] , . : :: ! !inner * -> ->> ' % %s ; -- 0 -1 1e999 infinity '||' %(p0)s $1"
_ODD = [" ", "\x00", '"', "\\", "é", "💥", "\u202e", "9" * 30]
WORDS = st.sampled_from([*_OPERATORS.split(), *_SIGNS.split(), *_ODD, *TABLES, *COLUMNS])
SOUP = st.lists(WORDS, max_size=8).map("".join) | st.text(max_size=12)
VALUE = SOUP | st.sampled_from(["a", "hot", "{hot}", "1", "2026-01-01", "00000000-0000-0000-0000-000000000000"])
TEST = st.builds(
    "{}{}.{}".format,
    st.sampled_from(["", "not."]),
    st.sampled_from(["eq", "neq", "gt", "lte", "like", "ilike", "in", "is", "cs", "cd", "ov", "isdistinct", "eq(any)"]),
    VALUE | SOUP.map("({})".format) | SOUP.map("{{{}}}".format) | st.sampled_from(["null", "true", "not_null"]),
)
COLUMN = st.sampled_from(COLUMNS)
TREE = st.recursive(
    st.builds("{}.{}".format, COLUMN, TEST),
    lambda inside: st.builds(
        "{}({})".format, st.sampled_from(["and", "or", "not.and"]), st.lists(inside, max_size=3).map(",".join)
    ),
    max_leaves=6,
)
SELECT = st.recursive(
    COLUMN | st.just("*") | SOUP,
    lambda inside: st.builds(
        "{}{}({})".format,
        st.sampled_from(TABLES),
        st.sampled_from(["", "!inner", "!left", "!x"]),
        st.lists(inside, max_size=3).map(",".join),
    ),
    max_leaves=6,
)
ARGUMENT = st.one_of(
    st.tuples(COLUMN, TEST),
    st.tuples(st.builds("{}.{}".format, st.sampled_from(TABLES), COLUMN), TEST),
    st.tuples(st.sampled_from(["and", "or", "not.or"]), st.lists(TREE, max_size=3).map(",".join).map("({})".format)),
    st.tuples(st.just("select"), st.lists(SELECT, max_size=4).map(",".join)),
    st.tuples(
        st.just("order"), st.builds("{}.{}".format, COLUMN, st.sampled_from(["asc", "desc.nullslast", "x"])) | SOUP
    ),
    st.tuples(st.sampled_from(["limit", "offset", "lists.limit"]), st.integers(-2, 2**70).map(str) | SOUP),
    st.tuples(st.sampled_from(["columns", "on_conflict"]), st.lists(COLUMN, max_size=3).map(",".join) | SOUP),
    st.tuples(SOUP, SOUP),
)
PREFERENCES = [
    *("count=exact", "return=representation", "return=headers-only", "resolution=merge-duplicates", "missing=default"),
    *("handling=strict", "max-affected=0", "x=y", "="),
]
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Prefer": st.lists(st.sampled_from(PREFERENCES), max_size=4).map(",".join),
        "Range": st.sampled_from(["0-1", "5-", "9-1", "-", "bytes=0-1", "0-" + "9" * 30]),
        "Accept": st.sampled_from(
            ["*/*"] * 8 + ["*/*", "application/vnd.pgrst.object+json", "application/json;q=0", "text/csv", ";", ""]
        ),
    },
)
BODY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(COLUMN | st.text(max_size=3), inside, max_size=4),
    max_leaves=8,
)
SECRET = "only-alice-knows"
HERE: Any = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],
}
"""Not made smaller when it fails: each try asks the database, and the request that failed is told in full."""


@pytest.fixture
def hoard(alice: Program, bob: Program, firm) -> tuple[str, ...]:
    """What belongs to Alice and must never come up."""
    person, acme = person_of(alice), firm("Shared")
    for contact in acme["people"]:
        lead_of(alice, contact, email=f"{SECRET}@x.example")
        lead_of(bob, contact)
    made = alice.post("/rest/v1/lists", {"name": SECRET}, headers={"Prefer": "return=representation"}).get_json()[0]
    for contact in acme["people"]:
        alice.post("/rest/v1/list_contacts", {"list_id": made["id"], "contact_id": contact, "note": SECRET})
        alice.post("/rest/v1/hidden_contacts", {"contact_id": contact, "reason": SECRET})
    as_owner("UPDATE users SET name = %s WHERE id = %s", (SECRET, person.user_id))
    bob.post("/rest/v1/lists", {"name": "bob's"})
    shown = [alice.get(f"/rest/v1/{table}").text for table in ("users", "lists", "list_contacts", "hidden_contacts")]
    assert all(SECRET in text for text in shown)
    return SECRET, str(person.workspace_id), str(person.user_id), made["id"]


@settings(max_examples=70, **HERE)
@given(
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "PATCH", "DELETE"]),
    table=st.sampled_from([*TABLES[:13] * 5, *TABLES[13:], "x/y", "a b", "é", ".."]),
    arguments=st.lists(ARGUMENT, max_size=5),
    headers=HEADERS,
    body=BODY,
)
def test_no_request_fails_here_or_shows_what_is_anothers(
    hoard, alice, bob, method, table, arguments, headers, body
) -> None:
    query = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in arguments)
    given_body = {"json": body} if method in ("POST", "PATCH") else {}
    answer = bob.ask(method, f"/rest/v1/{quote(table, safe='')}?{query}", headers=headers, **given_body)
    assert answer.status_code < 500, answer.text
    for secret in hoard:
        assert secret not in answer.text
    if answer.status_code >= 400 and method != "HEAD":
        assert set(answer.get_json()) == {"code", "message", "details", "hint"}


VALUES = {
    "uuid": st.uuids().map(str),
    "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    "citext": st.just("a@b.example"),
    "boolean": st.sampled_from(["true", "false"]),
    "bigint": st.integers(-(2**63), 2**63 - 1).map(str),
    "integer": st.integers(-(2**31), 2**31 - 1).map(str),
    "double precision": st.floats(allow_nan=False).map(str),
    "timestamp with time zone": st.datetimes().map(lambda at: at.isoformat() + "Z"),
}
COMPARED = ["eq", "neq", "gt", "gte", "lt", "lte", "isdistinct"]


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def sound_test(draw: st.DrawFn, table: str, inside: bool = False) -> tuple[str, str]:
    """A condition that can be meant: an operator that the column's type has, and a value of that type."""
    from reachly.rest.known import tables

    column = draw(st.sampled_from(sorted(tables()[table].columns.values(), key=lambda each: each.name)))
    negated = draw(st.sampled_from(["", "not."]))
    if column.type not in VALUES or draw(st.booleans()):
        state = draw(st.sampled_from(["true", "unknown"])) if column.type == "boolean" else "null"
        return column.name, f"{negated}is.{state}"
    values = draw(st.lists(VALUES[column.type], min_size=1, max_size=3))
    kind = draw(st.sampled_from([*COMPARED, "in", "eq(any)", *(["like", "ilike"] if column.type == "text" else [])]))
    if kind in ("in", "eq(any)"):
        told = ",".join(map(quoted, values))
        return column.name, f"{negated}{kind}.({told})" if kind == "in" else f"{negated}{kind}.{{{told}}}"
    # A backslash at the end of a pattern is an error of its own.
    value = values[0].replace("\\", "") if kind in ("like", "ilike") else values[0]
    return column.name, f"{negated}{kind}.{quoted(value) if inside else value}"


@st.composite
def sound_query(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """A request that has to work."""
    from reachly.rest.known import RELATIONS, tables

    name = draw(st.sampled_from(sorted(tables())))
    columns = st.sampled_from(sorted(tables()[name].columns))
    chosen = draw(st.lists(columns, min_size=1, max_size=4, unique=True))
    told = [draw(sound_test(name)) for _ in range(draw(st.integers(0, 3)))]
    embeds = []
    for relation in draw(st.lists(st.sampled_from(RELATIONS), max_size=12, unique_by=lambda each: each.to)):
        if relation.of == name and relation.to in tables() and len(embeds) < 4:
            embeds.append(f"{relation.to}{draw(st.sampled_from(['', '!inner']))}(*)")
            told += [(f"{relation.to}.{key}", value) for key, value in [draw(sound_test(relation.to))]]
            told.append((f"{relation.to}.limit", str(draw(st.integers(0, 5)))))
    if draw(st.booleans()):
        parts = [".".join(draw(sound_test(name, inside=True))) for _ in range(draw(st.integers(1, 3)))]
        told.append((draw(st.sampled_from(["and", "or", "not.or"])), f"({','.join(parts)})"))
    order = [f"{each}.{draw(st.sampled_from(['asc', 'desc.nullslast', 'asc.nullsfirst']))}" for each in chosen[:2]]
    told += [("select", ",".join([*chosen, *embeds])), ("limit", str(draw(st.integers(0, 2000))))]
    return name, told + ([("order", ",".join(order))] if name not in ("transactions",) or order else [])


@settings(max_examples=50, **HERE)
@given(query=sound_query(), counted=st.booleans())
def test_what_is_rightly_asked_is_answered_with_ones_own(hoard, alice, bob, query, counted) -> None:
    table, arguments = query
    path = f"/rest/v1/{table}?" + "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in arguments)
    answer = bob.get(path, headers={"Prefer": "count=exact"} if counted else {})
    assert answer.status_code in (200, 206), (path, answer.text)
    rows, limit = answer.get_json(), int(dict(arguments)["limit"])
    assert len(rows) <= limit
    if counted and limit:
        total = int(answer.headers["Content-Range"].rpartition("/")[2])
        assert len(rows) == min(total, limit, 1000)
    for secret in hoard:
        assert secret not in answer.text
