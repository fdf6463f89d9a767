"""Telephone numbers that ring nowhere.

Only ranges that their regulators keep free for film, print and teaching: NANP 555-0100 to 555-0199, Ofcom's drama
numbers, Bundesnetzagentur notice 148/2021 (five cities of 1,000 numbers, and mobiles), ARCEP's 01 99 00 and 06 39 98,
ACMA's fictitious numbers, and PTS's ranges in Stockholm and for mobiles. People in countries without such a range
answer on a North American one.
"""

from __future__ import annotations

AREAS = (201, 202, 206, 212, 213, 214, 303, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 718, 773, 818, 917, 919)
CANADIAN_AREAS = (416, 514, 604, 613, 403, 902)
_GERMAN_LINES = ("3023125", "6990009", "4066969", "2214710", "8999998")


def direct(country: str, number: int) -> str:
    """A line on a desk in ``country``, in E.164."""
    if country == "GB":
        return f"+442079460{number % 1000:03}"
    if country == "DE":
        return f"+49{_GERMAN_LINES[number % 5]}{number // 5 % 1000:03}"
    if country == "FR":
        return f"+3319900{number % 10000:04}"
    if country == "AU":
        return f"+6125550{number % 10000:04}"
    if country == "SE":
        return f"+468465004{number % 100:02}"
    return _american(country, number)


def mobile(country: str, number: int) -> str:
    """A mobile telephone in ``country``, in E.164."""
    if country == "GB":
        return f"+447700900{number % 1000:03}"
    if country == "DE":
        return f"+4917139200{number % 100:02}"
    if country == "FR":
        return f"+3363998{number % 10000:04}"
    if country == "AU":
        return f"+614915701{56 + number % 4}"
    if country == "SE":
        return f"+467017406{5 + number % 95:02}"
    return _american(country, number // 3)


def _american(country: str, number: int) -> str:
    areas = CANADIAN_AREAS if country == "CA" else AREAS
    return f"+1{areas[number // 100 % len(areas)]}55501{number % 100:02}"
