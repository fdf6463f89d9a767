"""The providers' published response schemas, as a hook on every answer a test receives."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from reachly.sandbox.contracts import contract


def _plain(schema: Any) -> Any:
    """The schema without OpenAPI 3.0's ``nullable``, which JSON Schema does not know."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(value) for name, value in schema.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


@cache
def _validator(provider: str, name: str) -> Draft202012Validator:
    components = {"schemas": _plain(contract(provider)["components"]["schemas"])}
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def schema_of(provider: str, method: str, path: str, status: int) -> str | None:
    """The name of the schema that this answer must fit; ``None`` when the contract has no such operation or status."""
    for operation, about in contract(provider)["operations"].items():
        verb, _, template = operation.partition(" ")
        if verb == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return str(about["responses"].get(str(status), "ErrorResponse"))
    return None


def check(response: httpx.Response) -> None:
    """Fails unless the answer fits the published contract."""
    response.read()
    path = response.request.url.raw_path.decode().split("?")[0]
    if path.startswith("/public/v0/"):
        provider, path = "clay", path.removeprefix("/public/v0")
    elif path.startswith("/v3/") and not path.startswith("/v3/sources/"):
        provider = "lusha"
    else:
        return
    name = schema_of(provider, response.request.method, path, response.status_code)
    if name is None:
        return
    _validator(provider, name).validate(response.json())
