"""Which column is which field: guessed from names and values, corrected by people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reachly.identity import domain_name, email_address, linkedin_profile
from reachly.imports.headers import FIELDS, field_of

Fields = list[str | None]
"""A field, or nothing, for each column."""
_PHONE = re.compile(r"^[+(]?[\d][\d\s().\-/]{6,24}$")
_MOSTLY = 0.6


class BadMapping(ValueError):
    """The columns cannot be taken like this; ``errors`` says which and why."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def guessed(headers: Sequence[str] | None, examples: Sequence[Sequence[str]], width: int) -> Fields:
    """The likeliest mapping. Names count first; columns whose names say nothing are told by what is in them."""
    found: Fields = [field_of(header) for header in headers] if headers else []
    found += [None] * (width - len(found))
    if "full_name" in found and "first_name" in found and "last_name" not in found:
        # In some languages one word means both: "Nom, Prénom" has it as the last name, "Name, Vorname" too.
        found[found.index("full_name")] = "last_name"
    for at in range(width):
        if found[at] is None and (kind := _kind([row[at] for row in examples if at < len(row)])) and kind not in found:
            found[at] = kind
    return found


def _kind(values: Sequence[str]) -> str | None:
    given = [value.strip() for value in values if value.strip()]
    if len(given) < 1:
        return None
    tests = {
        "email": lambda value: "@" in value and email_address(value) is not None,
        "linkedin_url": lambda value: "linkedin." in value.lower() and linkedin_profile(value) is not None,
        "phone": lambda value: value.startswith(("+", "(", "00")) and _PHONE.match(value) is not None,
        "company_domain": lambda value: (
            " " not in value
            and "@" not in value
            and not value.replace(".", "").isdigit()
            and value.lower().startswith(("http", "www."))
            and domain_name(value) is not None
        ),
    }
    for field, test in tests.items():
        if sum(1 for value in given if test(value)) >= _MOSTLY * len(given):
            return field
    return None


def told(asked: Any, headers: Sequence[str] | None, guess: Fields) -> Fields:
    """A mapping as a program gives it: an object of column (its header, or its number from 1) to field.

    What it does not name stays as it was guessed; ``null`` or an empty text leaves a column out. Raises
    :class:`BadMapping`.
    """
    if not isinstance(asked, Mapping):
        raise BadMapping({"mapping": 'Give an object of column to field, such as {"Work e-mail": "email"}.'})
    found, errors = list(guess), {}
    for column, field in asked.items():
        at = _column(str(column), headers, len(guess))
        if at is None:
            known = ", ".join(f"“{header}”" for header in (headers or [])[:10]) or f"1 to {len(guess)}"
            errors[f"mapping.{str(column)[:80]}"] = f"The file has no such column. It has: {known}."
        elif field and (not isinstance(field, str) or field not in FIELDS):
            errors[f"mapping.{str(column)[:80]}"] = (
                f"There is no field “{str(field)[:40]}”. There are: {', '.join(FIELDS)}."
            )
        else:
            found[at] = field or None
    if errors:
        raise BadMapping(errors)
    return found


def _column(name: str, headers: Sequence[str] | None, width: int) -> int | None:
    for at, header in enumerate(headers or ()):
        if header.strip() == name.strip():
            return at
    if name.isdigit() and 1 <= int(name) <= width:
        return int(name) - 1
    return None


def lacking(fields: Fields, use: str) -> str | None:
    """Why nobody could be recognised by these columns, whatever is in them; ``None`` where somebody could."""
    has = {field for field in fields if field}
    names = "full_name" in has or {"first_name", "last_name"} <= has
    if {"email", "linkedin_url"} & has or (names and {"company", "company_domain"} & has):
        return None
    if use == "exclude":
        if "company_domain" in has:
            return None
        return "Say which column has an e-mail address, a LinkedIn profile, a company domain, or a name with a company."
    return "Say which column has an e-mail address or a LinkedIn profile, or which have a name and its company."
