"""How words are compared and turned into addresses: without accents, without case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "ð": "d", "þ": "th", "’": "'", "ʼ": "'"}
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SLUG = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """``text`` in lower case without accents; scripts other than Latin keep their letters."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_PLAIN)


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """The folded words of ``text``; an apostrophe stays inside its word."""
    return tuple(_WORD.findall(fold(text)))


def says(text: str, query: str) -> bool:
    """Whether every word of ``query`` begins a word of ``text``; a query without words is in nothing."""
    asked = words(query)
    present = words(text)
    return bool(asked) and all(any(word.startswith(part) for word in present) for part in asked)


def slug(text: str, joint: str = "-") -> str:
    """``text`` as it stands in an address: a to z, digits and ``joint`` between the words."""
    return _SLUG.sub(joint, fold(text).replace("'", "")).strip(joint)


def handle(url: str) -> str:
    """The last part of a LinkedIn address however it is written: scheme, host, query and closing slash are ignored."""
    return url.split("?")[0].rstrip("/").rsplit("/", 1)[-1].lower()


def host(domain: str) -> str:
    """The bare host of a domain or web address."""
    return domain.strip().lower().split("://")[-1].split("/")[0].removeprefix("www.")
