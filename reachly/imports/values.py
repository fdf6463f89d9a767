"""One row's cells as the values of a lead, or why they cannot be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reachly.identity import LONGEST, domain_name, email_address, keys, linkedin_profile, name_key, phone_number
from reachly.imports.headers import FIELDS
from reachly.imports.mapping import Fields
from reachly.vocabulary import COMPANY_SIZES, COUNTRY_CODES, COUNTRY_NAMES, SENIORITIES

NOTHING = frozenset(("", "-", "–", "—", "n/a", "na", "#n/a", "null", "none", "nan", "\\n", "(blank)", "k.a.", "?"))
"""What people and programs write into a cell that has nothing."""
_NAMES = {"first_name", "last_name", "full_name", "company"}
_NO_NAME = frozenset(("", "-", "–", "—", "n/a", "#n/a", "?"))
"""There are people called Na, None and Null."""
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "gmx.com",
        "web.de",
        "t-online.de",
        "freenet.de",
        "proton.me",
        "protonmail.com",
        "mail.com",
        "mail.ru",
        "yandex.ru",
        "orange.fr",
        "free.fr",
        "wanadoo.fr",
        "laposte.net",
        "libero.it",
        "qq.com",
        "163.com",
        "126.com",
        "naver.com",
        "hotmail.co.uk",
        "yahoo.co.uk",
        "linkedin.com",
        "facebook.com",
    ]
)
_PLAIN = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9_+-]|\.(?!\.)){0,62}[A-Za-z0-9]@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,60}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
"""Addresses of which nothing needs to be looked at twice: most of all."""
_SENIORITIES = {word.casefold(): each.value for each in SENIORITIES for word in (each.value, each.label)} | {
    "c-suite": "c_level",
    "c suite": "c_level",
    "cxo": "c_level",
    "vice president": "vp",
    "owner": "founder",
    "entry level": "entry",
}
_SIZES = {
    name: size.value for size in COMPANY_SIZES for name in (size.value, size.label, size.value.replace("-", " - "))
}


@dataclass(slots=True)
class Taken:
    """A row as it would be stored: its values, the keys of whom it is about (strongest first, the first ``strong`` of
    them beyond doubt), or ``domain`` where a company is meant; or ``refused``, a reason and its words.
    """

    values: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    strong: int = 0
    domain: str | None = None
    refused: tuple[str, str] | None = None

    @property
    def digest(self) -> int:
        """A number that tells rows with other values apart, as PostgreSQL's ``bigint``."""
        text = "\0".join(f"{name}={self.values[name]}" for name in sorted(self.values))
        return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


class _Wrong(Exception):
    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = (reason, words)


def take(cells: Sequence[str], fields: Fields, use: str = "own", longest_cell: int = 100_000) -> Taken:
    """The row's values by field; never raises."""
    try:
        return _take(cells, fields, use, longest_cell)
    except _Wrong as wrong:
        return Taken(refused=wrong.reason)


def _take(cells: Sequence[str], fields: Fields, use: str, longest_cell: int) -> Taken:
    given: dict[str, str] = {}
    width = len(fields)
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        raise _Wrong(
            "too_many_cells", f"The row has {len(cells):,} cells and the file {width:,} columns: is a quote missing?"
        )
    for at, cell in enumerate(cells[:width]):
        if len(cell) > longest_cell:
            raise _Wrong("cell_too_long", f"Cell {at + 1} has {len(cell):,} characters; {longest_cell:,} are the most.")
        name = fields[at]
        if not name or name in given:
            continue
        text = line(cell)
        if text.casefold() not in (_NO_NAME if name in _NAMES else NOTHING):
            given[name] = text
    values = _values(given)
    full = given.get("full_name") or " ".join(filter(None, (values.get("first_name"), values.get("last_name"))))
    found = keys(values.get("email"), values.get("linkedin_url"), full, values.get("company_domain"))
    strong = sum(1 for key in found if key[0] != "n")
    if len(found) == strong and (weak := _at_company(full, values.get("company"))):
        found.append(weak)
    taken = Taken(values, found, strong)
    if found:
        return taken
    if use == "exclude" and (domain := values.get("company_domain")):
        if domain in FREE_MAIL:
            raise _Wrong(
                "mail_provider", f"{domain} is not one company: everybody with an address there would be hidden."
            )
        taken.domain, taken.keys, taken.strong = domain, [f"d:{domain}"], 1
        return taken
    if not given:
        raise _Wrong("empty", "There is nothing in the columns that are imported.")
    if use == "exclude":
        raise _Wrong("nobody", "No e-mail address, LinkedIn profile, company domain, or name with a company.")
    raise _Wrong("nobody", "No e-mail address, no LinkedIn profile, and no first and last name with a company.")


def line(cell: str) -> str:
    """A cell as one line without what cannot be shown."""
    if cell.isprintable():
        plain = cell.strip()
        if "  " in plain:
            plain = " ".join(plain.split())
    else:
        plain = " ".join(
            "".join(
                sign if sign.isprintable() or sign in "\u200c\u200d" else " " for sign in cell if sign != "\ufeff"
            ).split()
        )
    if plain[:1] == "'" and plain[1:2] in ("=", "+", "-", "@"):
        plain = plain[1:]  # what exports put before a formula, ours too
    return plain


def _values(given: dict[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    country = _country(given.get("country"))
    for name, text in given.items():
        if name == "email":
            values[name] = _email(text)
        elif name == "phone":
            values[name] = _phone(text, country)
        elif name == "linkedin_url":
            values[name] = _linkedin(text)
        elif name == "company_domain":
            values[name] = _domain(text)
        elif len(text) > LONGEST:
            raise _Wrong("too_long", f"{FIELDS[name]} has {len(text):,} characters; {LONGEST} are the most.")
        elif name == "country":
            values[name] = country or text
        elif name == "seniority":
            values[name] = _SENIORITIES.get(text.casefold(), text)
        elif name == "company_size":
            values[name] = _size(text)
        elif name != "full_name":
            values[name] = text
    if (full := given.get("full_name")) and "first_name" not in values and "last_name" not in values:
        first, last = _split(full)
        values |= {name: part for name, part in (("first_name", first), ("last_name", last)) if part}
    return values


def _split(full: str) -> tuple[str, str]:
    """First and last name: "Doe, Jane" as well as "Jane Doe"."""
    before, comma, after = full.partition(",")
    if comma and before.strip() and after.strip() and "," not in after:
        return after.strip(), before.strip()
    first, _, last = full.rpartition(" ")
    return (first, last) if first else (last, "")


def _at_company(name: str, company: str | None) -> str | None:
    """A key of the workspace's own, for people of whom nothing is known but their name and their company's."""
    folded, firm = name_key(name), name_key(company)
    return f"o:{folded}|{firm}" if folded and firm and " " in folded else None


def _email(text: str) -> str:
    text = text.removeprefix("mailto:").strip("<>;, ")
    if _PLAIN.fullmatch(text) and len(text) <= 254:
        local, _, domain = text.rpartition("@")
        return f"{local}@{domain.lower()}"
    found = email_address(text)
    if found is None:
        raise _Wrong("email", f"“{text[:80]}” is not an e-mail address.")
    return found


@lru_cache(maxsize=4096)
def _phone_of(text: str, code: str | None) -> str | None:
    return phone_number(text, code)


def _phone(text: str, country: str | None) -> str:
    """The number in E.164; one that cannot be read so stays as it was written."""
    code = COUNTRY_CODES.get(country.casefold()) if country else None
    if text.startswith("00"):
        text = f"+{text[2:]}"
    if found := _phone_of(text, code):
        return found
    if len(text) > 40 or sum(sign.isdigit() for sign in text) < 5:
        raise _Wrong("phone", f"“{text[:80]}” is not a phone number.")
    return text


def _linkedin(text: str) -> str:
    found = linkedin_profile(text)
    if found is None:
        raise _Wrong("linkedin", f"“{text[:80]}” is not the address of a person's LinkedIn profile.")
    return found


@lru_cache(maxsize=65536)
def _domain_of(text: str) -> str | None:
    return domain_name(text.split("@")[-1] if "@" in text and "/" not in text else text)


def _domain(text: str) -> str:
    found = _domain_of(text)
    if found is None:
        raise _Wrong("domain", f"“{text[:80]}” is not a company's domain or website.")
    return found


@lru_cache(maxsize=4096)
def _country(text: str | None) -> str | None:
    code = COUNTRY_CODES.get(text.casefold()) if text else None
    return COUNTRY_NAMES[code] if code else None


@lru_cache(maxsize=4096)
def _size(text: str) -> str:
    if text in _SIZES:
        return _SIZES[text]
    plain = re.sub(r"(?<=\d)[.,\s](?=\d{3}\b)", "", text)
    if found := re.fullmatch(r"\D{0,3}(\d{1,9})\D{0,12}", plain):
        number = int(found[1])
        for size in COMPANY_SIZES:
            if size.least <= number and (size.most is None or number <= size.most):
                return size.value
    compact = re.sub(r"\s*(?:-|–|to|bis|à)\s*", "-", plain.casefold()).split(" ")[0]
    return compact if compact in _SIZES else text


def shown(taken: Taken) -> dict[str, Any]:
    """The row for a preview."""
    return {"values": taken.values, "domain": taken.domain, "refused": taken.refused[1] if taken.refused else None}
