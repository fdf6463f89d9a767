"""The pieces of the providers' published contracts that the sandbox answers for, as data."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from reachly.sandbox.schema import Schemas


@cache
def contract(provider: str) -> dict[str, Any]:
    """The contract of ``lusha`` or ``clay``: operations, component schemas and, for Lusha, its error bodies."""
    text = (Path(__file__).parent / f"{provider}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def schemas(provider: str) -> Schemas:
    """The schemas that requests to ``provider`` must fit."""
    return Schemas(contract(provider)["components"]["schemas"], closed=provider == "lusha")
