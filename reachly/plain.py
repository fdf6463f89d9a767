"""Words as they are kept: white space made plain, and nothing in them that cannot be seen to stand there."""

from __future__ import annotations

import re
import unicodedata

_DOT = re.compile(r"(?<=\w)\.(?=\w{2})")
"""Within a domain, and neither in initials nor in numbers of a version."""


def line(typed: str) -> str:
    """One line of what somebody typed, empty where there is nothing to see in it."""
    kept = " ".join("".join(sign for sign in typed if _shown(sign) or sign.isspace()).split())
    return kept if any(unicodedata.category(sign) not in ("Zs", "Cf") for sign in kept) else ""


def lines(typed: str) -> str:
    """Any number of lines of it, without blanks around them."""
    plain = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in plain if _shown(sign) or sign in "\n\t").strip()


def unlinked(text: str) -> str:
    """The same words with nothing among them that a mail program makes a link of.

    For names that somebody gave themselves, in mails to people who do not know them.
    """
    return _DOT.sub(". ", text.replace("://", ": "))


def _shown(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs")
