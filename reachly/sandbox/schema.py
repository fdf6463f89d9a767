"""Holds requests against the published schemas: the part of JSON Schema that the two contracts use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
_FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
}
_MOST_ERRORS = 20


class Schemas:
    """The component schemas of one contract.

    ``closed`` refuses unknown fields even where the schema does not say so, which is how Lusha's API behaves.
    """

    def __init__(self, components: Mapping[str, Any], *, closed: bool) -> None:
        self._components = components
        self._closed = closed

    def errors(self, name: str, value: Any) -> list[str]:
        """What is wrong with ``value`` by the schema called ``name``; empty when it fits."""
        found: list[str] = []
        for error in self._check(self._components[name], value, ""):
            found.append(error)
            if len(found) == _MOST_ERRORS:
                break
        return found

    def _check(self, schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
        if "$ref" in schema:
            yield from self._check(self._components[schema["$ref"].rsplit("/", 1)[-1]], value, at)
            return
        if value is None and schema.get("nullable"):
            return
        for part in schema.get("allOf", ()):
            yield from self._check(part, value, at)
        choices = schema.get("anyOf") or schema.get("oneOf")
        if choices and all(next(self._check(choice, value, at), None) for choice in choices):
            yield f"{at or 'body'} fits none of the allowed shapes"
        kind = schema.get("type")
        if kind and not _is(kind, value):
            yield f"{at or 'body'} must be {_article(kind)}"
            return
        if "const" in schema and value != schema["const"]:
            yield f"{at} must be {schema['const']}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at} must be one of: {', '.join(map(str, schema['enum']))}"
        if isinstance(value, dict):
            yield from self._object(schema, value, at)
        elif isinstance(value, list):
            yield from self._array(schema, value, at)
        elif isinstance(value, str):
            yield from _string(schema, value, at)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from _number(schema, value, at)

    def _object(self, schema: Mapping[str, Any], value: dict[str, Any], at: str) -> Iterator[str]:
        properties = schema.get("properties")
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{_inside(at, name)} is required"
        others = schema.get("additionalProperties", not (self._closed and properties is not None))
        for name, entry in value.items():
            if properties and name in properties:
                yield from self._check(properties[name], entry, _inside(at, name))
            elif others is False:
                yield f"property {_inside(at, name)} should not exist"
            elif isinstance(others, dict):
                yield from self._check(others, entry, _inside(at, name))

    def _array(self, schema: Mapping[str, Any], value: list[Any], at: str) -> Iterator[str]:
        if len(value) < schema.get("minItems", 0):
            yield f"{at} must contain at least {schema['minItems']} elements"
        if len(value) > schema.get("maxItems", len(value)):
            yield f"{at} must contain no more than {schema['maxItems']} elements"
        if "items" in schema:
            for number, entry in enumerate(value):
                yield from self._check(schema["items"], entry, f"{at}.{number}")


def _inside(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _is(kind: str | list[str], value: Any) -> bool:
    if isinstance(kind, list):
        return any(_is(one, value) for one in kind)
    if isinstance(value, bool) and kind != "boolean":
        return False
    return isinstance(value, _TYPES[kind])


def _article(kind: str | list[str]) -> str:
    if isinstance(kind, list):
        return " or ".join(kind)
    return f"an {kind}" if kind[0] in "aoi" else f"a {kind}"


def _string(schema: Mapping[str, Any], value: str, at: str) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{at} must be longer than or equal to {schema['minLength']} characters"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{at} must be shorter than or equal to {schema['maxLength']} characters"
    form = _FORMATS.get(schema.get("format", ""))
    if form and not form.fullmatch(value):
        yield f"{at} must be a valid {schema['format']}"


def _number(schema: Mapping[str, Any], value: float, at: str) -> Iterator[str]:
    if value < schema.get("minimum", value):
        yield f"{at} must not be less than {schema['minimum']}"
    if value > schema.get("maximum", value):
        yield f"{at} must not be greater than {schema['maximum']}"
