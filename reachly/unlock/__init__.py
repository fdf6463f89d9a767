"""Unlocking the e-mail or phone of leads: from the catalogue at once, else from providers; paid once per field."""

from reachly.unlock.asking import AT_ONCE, FIELDS, MOST, Unlocking, again, ask, locked
from reachly.unlock.bounce import BOUNCE_DAYS, Bounce, bounced
from reachly.unlock.quote import Quote, quote
from reachly.unlock.waiting import wait_for

__all__ = [
    "AT_ONCE",
    "BOUNCE_DAYS",
    "FIELDS",
    "MOST",
    "Bounce",
    "Quote",
    "Unlocking",
    "again",
    "ask",
    "bounced",
    "locked",
    "quote",
    "wait_for",
]
