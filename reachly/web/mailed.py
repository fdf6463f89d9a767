"""What is said of a mail that was just written: where it goes, or where it is to be read when it goes nowhere."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

from reachly import mail


def mailed(words: str, recipient: str) -> str:
    """``words``, with the way to the sandbox's inbox on a first run, where the mail is kept and sent to nobody."""
    at = mail.inbox()
    if not at:
        return words
    return Markup("{} This first run sends no mail: it waits in the {}.").format(words, _inbox(at, recipient))


def _inbox(at: str, recipient: str) -> Markup:
    return Markup('<a href="{}?to={}" target="_blank">sandbox’s inbox</a>').format(at, quote(recipient))
