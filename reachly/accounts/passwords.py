"""Passwords: what may be one, how it is kept, how it is checked."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's second recommendation for Argon2id: 19 MiB, two passes."""
_turns = threading.BoundedSemaphore(4)
"""Hashing is meant to be dear; a flood of sign-ins must not take all memory and every processor."""
_stand_in = ""
# fmt: off
COMMON = frozenset((
    "1234567890", "12345678910", "123456789a", "0123456789", "1234567891", "0987654321", "1111111111", "qwertyuiop",
    "qwerty12345", "qwerty123456", "1q2w3e4r5t", "1qaz2wsx3edc", "qwertyuiop1", "asdfghjkl1", "password12",
    "password123", "password1234", "passw0rd123", "mypassword", "welcome123", "welcome1234", "letmein123",
    "letmein1234", "iloveyou123", "administrator", "changeme123", "abcdefghij", "abcd123456", "abc1234567",
    "aa12345678", "1234567890a", "superman123", "football123", "baseball123", "princess123", "sunshine123",
    "trustno1trustno1", "correcthorsebatterystaple", "passwordpassword", "qwertyqwerty", "123123123123",
    "9876543210", "monkey123456", "dragon123456", "michael123", "computer123",
))
# fmt: on


def hashed(password: str) -> str:
    """The password's Argon2id hash with its parameters."""
    with _turns:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether ``password`` is the stored one; takes as long when there is none (``None``: nobody has that e-mail)."""
    global _stand_in
    if stored is None and not _stand_in:
        _stand_in = hashed("nobody has this one")
    try:
        with _turns:
            return _hasher.verify(stored or _stand_in, password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's, so that it should be made again at sign-in."""
    return _hasher.check_needs_rehash(stored)


def wrong_with(password: str, email: str = "") -> str | None:
    """Why this cannot be a password, as a sentence; ``None`` when it can."""
    if len(password) < SHORTEST:
        return f"At least {SHORTEST} characters, please."
    if len(password) > LONGEST:
        return f"At most {LONGEST} characters, please."
    if "\0" in password or not _writable(password):
        return "This has characters that cannot be kept."
    folded = password.casefold()
    if email and folded in (email.casefold(), email.casefold().split("@")[0]):
        return "Your e-mail address is no secret: choose something else."
    if folded in COMMON or len(set(folded)) < 4:
        return "Too many people use this one: choose something else."
    return None


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
