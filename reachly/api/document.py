"""The OpenAPI document, made from the calls themselves, and a page to read it by."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, render_template
from pydantic import BaseModel

from reachly import __version__
from reachly.api.call import CALLS, Call
from reachly.api.examples import BEFORE, EXAMPLES
from reachly.api.problem import TITLES
from reachly.api.schemas.parts import ProblemDetails
from reachly.settings import settings

bp = Blueprint("api_document", __name__)
ALWAYS = (400, 404, 405, 429, 503)
HEADERS = {
    "ETag": "Changes with everything shown.",
    "Link": 'The next page: `<…>; rel="next"`.',
    "Location": "Where to look for it.",
    "Idempotent-Replayed": "`true` where an earlier request got this answer.",
    "Accept-Ranges": "`bytes`.",
    "Content-Disposition": "The name of the file.",
}
ABOUT = """
JSON in UTF-8; ids are strings, instants RFC 3339 in UTC. Show who you are with `Authorization: Bearer TOKEN`: an access
token from logging in, or an API key. What does not work is told as problem details (RFC 9457). Collections are paged by
`limit` and an opaque `cursor`. Limits are told in `RateLimit-Policy` and `RateLimit`.
"""


@bp.get("/api/openapi.json")
def openapi() -> Response:
    """The document."""
    response = Response(json.dumps(document(), ensure_ascii=False), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@bp.get("/api/docs")
def docs() -> str:
    """The document as a page."""
    groups: dict[str, list[Call]] = {}
    for each in CALLS:
        groups.setdefault(each.group, []).append(each)
    words = {"plain": _plain, "shape": _shape, "parameters": _parameters}
    lines = {"before": BEFORE, "examples": {name: EXAMPLES[name] for name in groups if name in EXAMPLES}}
    return render_template("api/docs.html", groups=groups, schemas=_schemas(), about=ABOUT, **lines, **words)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """OpenAPI 3.1: paths from the calls, shapes from their models."""
    paths: dict[str, dict[str, Any]] = {}
    for each in CALLS:
        paths.setdefault(_plain(each.path), {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Reachly", "version": __version__, "description": " ".join(ABOUT.split())},
        "servers": [{"url": settings().public_url or "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Access token or API key."}
            },
        },
    }


def _schemas() -> dict[str, Any]:
    """Every shape by its name."""
    found: dict[str, Any] = {}
    models: list[type[BaseModel]] = [ProblemDetails]
    for each in CALLS:
        told = [model for model in each.answers.values() if model is not None and not isinstance(model, str)]
        models += [*told, *(model for model in (each.asks, each.sends) if model is not None)]
    for model in models:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return dict(sorted(found.items()))


def _operation(each: Call) -> dict[str, Any]:
    told: dict[str, Any] = {"operationId": each.name, "summary": each.says, "tags": [each.group], "responses": {}}
    if each.more:
        told["description"] = each.more
    parameters = _parameters(each)
    if parameters:
        told["parameters"] = parameters
    if each.asks is not None:
        shape = {"$ref": f"#/components/schemas/{each.asks.__name__}"}
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": shape}}}
    if each.sends is not None:
        shape = {"$ref": f"#/components/schemas/{each.sends.__name__}"}
        told["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": shape}}}
    if each.scope:
        told["security"] = [{"bearer": []}]
    for status, model in each.answers.items():
        told["responses"][str(status)] = _answer(each, status, model)
    for status in sorted(_problems(each)):
        shape = {"$ref": "#/components/schemas/ProblemDetails"}
        told["responses"][str(status)] = {
            "description": TITLES[status],
            "content": {"application/problem+json": {"schema": shape}},
        }
    return told


def _problems(each: Call) -> set[int]:
    found = {*ALWAYS, *each.problems}
    if each.scope:
        found |= {401, 403}
    if each.asks is not None or each.sends is not None:
        found |= {413, 415, 422}
    if each.reads is not None:
        found.add(422)
    if each.idempotent:
        found |= {409, 422}
    return found


def _answer(each: Call, status: int, model: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"description": "Done." if status < 300 else "Nothing has changed."}
    if isinstance(model, str):
        told["content"] = {model: {"schema": {"type": "string"}}}
    elif model is not None:
        told["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    if each.headers and status < 300:
        told["headers"] = {name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in each.headers}
    return told


def _parameters(each: Call) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in each.path.split("/"):
        if part.startswith("<"):
            kind, _, name = part.strip("<>").rpartition(":")
            shape = {"type": "string", "format": "uuid"} if kind == "uuid" else {"type": "string"}
            found.append({"name": name, "in": "path", "required": True, "schema": shape})
    if each.reads is not None:
        schema = each.reads.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, shape in schema["properties"].items():
            shape.pop("title", None)
            described = shape.pop("description", None)
            parameter = {"name": name, "in": "query", "required": False, "schema": shape}
            found.append(parameter | ({"description": described} if described else {}))
    if each.idempotent:
        limits: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
        limits["pattern"] = "^[!-~]([ -~]*[!-~])?$"
        found.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": limits})
    return found


def _plain(path: str) -> str:
    """A path with its variables as the document writes them."""
    parts = path.split("/")
    names = ["{" + part.strip("<>").rpartition(":")[2] + "}" if part.startswith("<") else part for part in parts]
    return "/".join(names)


def _shape(schema: dict[str, Any]) -> str:
    """A field's shape in a few words, for people."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " or ".join(_shape(inner) for inner in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_shape(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")
