"""How a file's cells are told apart, and whether its first row names them: found out from its first rows."""

from __future__ import annotations

import re
from collections import Counter

from reachly.identity import email_address
from reachly.imports.headers import field_of
from reachly.imports.reading import Dialect, rows
from reachly.imports.refused import FileRefused

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Pipe"}
_LOOKED_AT = 200
_SAYS = re.compile(r"^sep=(.)\r?\n")
_VALUE = re.compile(r"^([\d\s.,+()/-]{4,}|https?://\S+|www\.\S+)$")


def sniff(head: bytes) -> tuple[Dialect, int]:
    """The dialect of a text in UTF-8 that begins like this, and how many bytes before its first row only say so.

    Each delimiter is tried: the one with which most rows have the same number of cells, and more than one, is it.
    """
    text = head.decode("utf-8", "ignore")
    if said := _SAYS.match(text):  # a line of Excel's own
        return Dialect(said[1], '"'), len(said[0].encode())
    whole = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    best, chosen = (0.0, 0), Dialect()
    for quote in ('"', "'"):
        if quote == "'" and not re.search(r"(^|[,;\t|])'[^'\n]*'([,;\t|\r\n]|$)", whole):
            continue
        for delimiter in DELIMITERS:
            dialect = Dialect(delimiter, quote)
            widths = Counter(_widths(whole.encode(), dialect))
            if not widths:
                continue
            width, times = widths.most_common(1)[0]
            # A quote of the wrong kind stays in the cells; the right one is worth a little more than none.
            score = (times / widths.total() if width > 1 else 0.0, width)
            if quote == "'" and '"' in whole:
                continue
            if score > best:
                best, chosen = score, dialect
    return chosen, 0


def _widths(head: bytes, dialect: Dialect) -> list[int]:
    widths: list[int] = []
    try:
        for row in rows([head], dialect):
            widths.append(len(row.cells))
            if len(widths) == _LOOKED_AT:
                break
    except FileRefused:
        pass  # the head may end inside of a quoted cell
    return widths


def has_header(first: list[str], following: list[list[str]]) -> bool:
    """Whether a file's first row names its columns: one of its cells is a name that we know, or none is a value."""
    if any(field_of(cell) for cell in first):
        return not any(email_address(cell.strip()) for cell in first)
    if any(email_address(cell.strip()) or _VALUE.match(cell.strip()) for cell in first):
        return False
    return bool(following) and all(cell.strip() for cell in first)
