"""Our small validator says of requests what a full one says."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reachly.sandbox.contracts import contract, schemas
from reachly.sandbox.schema import Schemas

NAME = "V3ProspectingContactsRequest"
SHAPES: list[Any] = [
    {"pagination": {"page": 0, "size": 25}, "filters": {}},
    {"pagination": {"page": 0, "size": 25}, "filters": {"contacts": {"include": {"jobTitles": ["x"]}}}, "tableId": "1"},
    {"pagination": {"page": "0", "size": 25}, "filters": {}},
    {"pagination": {"page": True, "size": 25}, "filters": {}},
    {"pagination": {"page": 0, "size": 25}},
    {"pagination": {"page": 0, "size": 25}, "filters": {"contacts": {"include": {"searchText": "x" * 300}}}},
    {"pagination": {"page": 0, "size": 25}, "filters": {"companies": {"include": {"sizes": [{"min": -1}]}}}},
    {"pagination": {"page": 0, "size": 25}, "filters": {"companies": {"include": {"businessModel": ["B2X"]}}}},
    {"pagination": {"page": 0, "size": 25}, "filters": {}, "options": {"excludeDnc": "yes"}},
    [],
    None,
    "text",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_it_agrees_with_a_full_validator(shape: Any) -> None:
    components = {"components": contract("lusha")["components"]}
    full = Draft202012Validator({"$ref": f"#/components/schemas/{NAME}", **components})
    assert (schemas("lusha").errors(NAME, shape) == []) is full.is_valid(shape)


def test_an_open_contract_lets_unknown_fields_pass() -> None:
    components = contract("lusha")["components"]["schemas"]
    body = {"ids": ["1"], "surprise": 1}
    assert Schemas(components, closed=False).errors("V3ContactsEnrichRequest", body) == []
    assert schemas("lusha").errors("V3ContactsEnrichRequest", body) == ["property surprise should not exist"]


def test_not_more_than_twenty_complaints_are_made() -> None:
    body = {"ids": list(range(60))}
    assert len(schemas("lusha").errors("V3ContactsEnrichRequest", body)) == 20


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, 1),
        ({"const": "x"}, "x", "y"),
        ({"type": ["string", "integer"]}, 1, 1.5),
        ({"type": "object", "nullable": True}, None, []),
        ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, 3, 2),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}, {"a": "1"}),
        ({"type": "string", "format": "date"}, "2026-01-01", "yesterday"),
        ({"type": "string", "minLength": 2}, "ab", "a"),
        ({"type": "array", "minItems": 1}, [1], []),
    ],
)
def test_each_keyword_is_kept(schema: dict[str, Any], good: Any, bad: Any) -> None:
    one = Schemas({"one": schema}, closed=False)
    assert one.errors("one", good) == []
    assert one.errors("one", bad) != []
