"""The fields of an account: trimmed, checked, with a sentence for what is wrong."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from reachly import plain

LONGEST_EMAIL, LONGEST_NAME = 254, 120


def email_of(typed: str) -> tuple[str, str | None]:
    """The address as it is kept, and what is wrong with it."""
    typed = typed.strip()
    if not typed:
        return "", "Your e-mail address, please."
    if len(typed) > LONGEST_EMAIL:
        return typed, f"At most {LONGEST_EMAIL} characters, please."
    try:
        return validate_email(typed, check_deliverability=False).normalized, None
    except EmailNotValidError:
        return typed, "This does not look like an e-mail address: name@company.com."


def name_of(typed: str) -> tuple[str, str | None]:
    """The name with its white space made plain, and what is wrong with it."""
    name = " ".join(typed.split())
    if not plain.line(name):
        return "", "Your name, please."
    if len(name) > LONGEST_NAME:
        return name, f"At most {LONGEST_NAME} characters, please."
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in name):
        return name, "This has characters that cannot be kept."
    return name, None
