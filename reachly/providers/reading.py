"""Tolerant reading of what a provider sends: a wrong type is an absent value, never an exception."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from reachly.providers.failures import ContractBroken
from reachly.providers.values import Answer

NOTHING: Mapping[str, Any] = {}
_UNSEEN = re.compile(r"[\x01-\x1f\x7f-\x9f\u2028\u2029]+")


def body_of(answer: Answer, label: str) -> Mapping[str, Any]:
    """The JSON object in the body; raises :class:`ContractBroken` when there is none."""
    try:
        body = json.loads(answer.body, parse_float=finite, parse_constant=finite)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, Mapping):
        raise ContractBroken(f"{label} sent an answer that cannot be read.", status=answer.status)
    return body


def finite(written: str) -> float | None:
    """The number as JSON writes it; ``None`` for what is none or beyond all bounds, which no JSON of ours can hold."""
    number = float(written)
    return number if math.isfinite(number) else None


def mapping(source: Any, *names: str) -> Mapping[str, Any]:
    """The object found by following ``names``, an empty one where there is none."""
    for name in names:
        source = source.get(name) if isinstance(source, Mapping) else None
    return source if isinstance(source, Mapping) else NOTHING


def objects(source: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects in the list ``name``; whatever else is in it is left out."""
    found = source.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def text(source: Mapping[str, Any], name: str) -> str | None:
    """The text ``name`` as :func:`as_text` cleans it; a number becomes text, the empty string nothing."""
    found = source.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return as_text(found)


def as_text(value: str | int) -> str | None:
    """``value`` as one storable line: nothing in it that cannot be seen, no blanks around it, ``None`` for nothing."""
    try:
        written = str(value)
    except ValueError:  # a number of more than 4,300 digits
        return None
    if not written.isprintable():
        written = _UNSEEN.sub(" ", written.replace("\x00", "").encode("utf-8", "ignore").decode())
    return written.strip() or None


def whole(source: Mapping[str, Any], name: str) -> int | None:
    """The whole number ``name``, also where it came as 8500.0 or "8500"; ``None`` below zero and beyond 64 bits."""
    found = source.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        number = int(found)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < 2**63 else None


def texts(source: Mapping[str, Any], name: str) -> list[str]:
    """The texts in the list ``name``."""
    found = source.get(name)
    if not isinstance(found, list):
        return []
    return [value for item in found if isinstance(item, str) and (value := as_text(item))]


def domain_of(address: str | None) -> str | None:
    """The bare, lower-case domain in a domain or web address: no scheme, no ``www.``, no path, no port."""
    if not address:
        return None
    host = address.strip().lower().split("//", 1)[-1].split("/", 1)[0].split("?", 1)[0].rsplit("@", 1)[-1]
    return host.split(":", 1)[0].removeprefix("www.").strip(".") or None
