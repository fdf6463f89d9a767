"""By what a person is recognised, whoever told us about them."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

_SPACES = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[^\w]+")
LONGEST = 200
"""No slug and no name is longer; an index of PostgreSQL takes about 2,700 bytes."""


def email_address(text: str | None) -> str | None:
    """The address in its canonical form (RFC 5321 syntax, domain in lower case), ``None`` when it is none.

    Addresses in reserved domains pass: sample data lives there.
    """
    if not text or len(text) > 254:
        return None
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return _reserved(text.strip())
    return found.normalized


def _reserved(text: str) -> str | None:
    """Addresses under the special-use names of RFC 6761, which the library refuses by their domain."""
    local, at, domain = text.rpartition("@")
    if not at or not re.search(r"(^|\.)(example|test|invalid|localhost)(\.(com|net|org))?$", domain.lower()):
        return None
    if not re.fullmatch(r"[^\s@\"<>()\[\],;:\\]{1,64}", local) or not re.fullmatch(r"[\w.-]{1,250}", domain):
        return None
    return f"{local}@{domain.lower()}"


def phone_number(text: str | None, country: str | None = None) -> str | None:
    """The number in E.164, ``None`` when it cannot be one; ``country`` (ISO 3166-1 alpha-2) reads national numbers."""
    if not text or len(text) > 40:
        return None
    try:
        number = parse(text, country)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else None


def linkedin_profile(url: str | None) -> str | None:
    """The profile's address as ``https://www.linkedin.com/in/slug``, ``None`` when it is not one."""
    parts = _split(url, "https://")
    if parts is None:
        return None
    host = (parts.hostname or "").lower()
    found = re.match(r"^/(in|pub|sales/lead|talent/profile)/([^/?#]+)", parts.path)
    if not found or not (host == "linkedin.com" or host.endswith(".linkedin.com")):
        return None
    slug = unquote(found[2]).casefold()
    return f"https://www.linkedin.com/{found[1]}/{slug}" if slug.isprintable() and len(slug) <= LONGEST else None


def domain_name(text: str | None) -> str | None:
    """The registered form of a company's domain: lower case, no ``www``, no path, internationalised names in ASCII."""
    parts = _split(text, "//")
    host = (parts.hostname or "").rstrip(".").removeprefix("www.") if parts else ""
    if len(host) > 253:
        return None
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return host if len(host) <= 253 and re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", host) else None


def _split(address: str | None, scheme: str) -> SplitResult | None:
    """The address taken apart, ``scheme`` put before one that has none; ``None`` when it is none."""
    if not address:
        return None
    try:
        return urlsplit(address if "//" in address else scheme + address)
    except ValueError:  # brackets that hold no address of IPv6
        return None


def name_key(text: str | None) -> str | None:
    """A name as it is compared: compatibility form, case folded, accents and punctuation dropped, cut; ``None`` when
    nothing is left.
    """
    if not text:
        return None
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _SPACES.sub(" ", _PUNCTUATION.sub(" ", plain[: 2 * LONGEST])).strip()[:LONGEST].strip() or None


def keys(email: str | None, linkedin: str | None, name: str | None, domain: str | None) -> list[str]:
    """The identity keys of a person, strongest first: ``e:`` e-mail, ``l:`` LinkedIn address, ``n:`` name at company
    domain.
    """
    found = []
    if email:
        found.append(f"e:{email.casefold()}")
    if linkedin:
        found.append(f"l:{linkedin.removeprefix('https://www.linkedin.com')}")
    folded = name_key(name)
    if folded and domain and " " in folded:
        found.append(f"n:{folded}|{domain}")
    return found
