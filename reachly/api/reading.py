"""Turns what a program sent into checked values, or says field by field what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar, get_origin

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from reachly.api.problem import Problem

Model = TypeVar("Model", bound=BaseModel)
LONGEST_PLACE = 200
WORDS = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This is a text.",
    "int_type": "This is a whole number.",
    "bool_type": "This is true or false.",
    "list_type": "This is a list.",
}


def body(model: type[Model]) -> Model:
    """The request's JSON as ``model``; raises :class:`Problem` 400, 415 or 422."""
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise Problem(415)
    try:
        text = request.get_data(cache=True).decode("utf-8")
        told = json.loads(text, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not JSON in UTF-8.") from None
    wrong = [(place, "This has characters that cannot be kept.") for place in _unkeepable(told)]
    if wrong:
        raise Problem(422, "Some fields cannot be taken as they are.", errors=wrong[:50])
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise _wrong(error.errors(include_url=False, include_context=True)) from None


def query(model: type[Model]) -> Model:
    """The address's query as ``model``; raises :class:`Problem` 422."""
    told: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for name in request.args:
        values = request.args.getlist(name)
        field = model.model_fields.get(name)
        many = field is not None and get_origin(field.annotation) in (list, tuple)
        if any("\0" in value for value in values):
            wrong.append((name, "This has characters that cannot be searched for."))
        elif many:
            told[name] = values
        elif len(values) > 1:
            wrong.append((name, "Give it once."))
        else:
            told[name] = values[0]
    if wrong:
        raise Problem(422, "Some parameters cannot be taken as they are.", errors=wrong)
    try:
        return model.model_validate(told)
    except ValidationError as error:
        raise _wrong(error.errors(include_url=False, include_context=True), "parameters") from None


def _wrong(errors: list[ErrorDetails], what: str = "fields") -> Problem:
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem(400, "The body is not JSON in UTF-8.")
    found = [(".".join(str(part) for part in error["loc"])[:LONGEST_PLACE], _words(error)) for error in errors[:50]]
    return Problem(422, f"Some {what} cannot be taken as they are.", errors=found)


def _words(error: ErrorDetails) -> str:
    if error["type"] in WORDS:
        return WORDS[error["type"]]
    if error["type"] == "value_error":
        return str(error.get("ctx", {}).get("error", error["msg"]))
    return error["msg"].rstrip(".") + "."


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _unkeepable(told: Any) -> Iterator[str]:
    """Where a text has what PostgreSQL cannot hold: NUL, or half a character."""
    waiting: list[tuple[str, Any]] = [("", told)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(_within(place, key), inner) for key, inner in value.items()]
            waiting += [(place, key) for key in value]
        elif isinstance(value, list):
            waiting += [(_within(place, str(index)), inner) for index, inner in enumerate(value)]
        elif isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
            yield _shown(place)


def _within(place: str, name: str) -> str:
    """The place of what has this name there, cut: a long name above many values must not be written out for each."""
    return f"{place}.{name[:LONGEST_PLACE]}".lstrip(".")[:LONGEST_PLACE]


def _shown(place: str) -> str:
    return place.encode("utf-8", "replace").decode().replace("\0", "?")[:LONGEST_PLACE]
