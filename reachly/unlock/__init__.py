"""Unlocking the e-mail or phone of leads: from the catalogue at once, else from providers; paid once per field."""

from reachly.unlock.asking import AT_ONCE, FIELDS, MOST, MoreThanAgreed, Unlocking, again, ask, captured, locked
from reachly.unlock.bounce import BOUNCE_DAYS, Bounce, bounced
from reachly.unlock.quote import Quote, quote
from reachly.unlock.reach import reach
from reachly.unlock.waiting import wait_for

__all__ = [
    "AT_ONCE",
    "BOUNCE_DAYS",
    "FIELDS",
    "MOST",
    "Bounce",
    "MoreThanAgreed",
    "Quote",
    "Unlocking",
    "again",
    "ask",
    "bounced",
    "captured",
    "locked",
    "quote",
    "reach",
    "wait_for",
]
