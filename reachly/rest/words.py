"""The small grammar under select, order and filters: commas that separate, brackets that hold, quotes that keep."""

from __future__ import annotations

from reachly.rest.refused import unreadable

_OPENS, _CLOSES = "({", ")}"


def split(text: str, at: str = ",") -> list[str]:
    """The parts of ``text`` between separators that stand in no brackets and no quotes; none of an empty text."""
    parts: list[str] = []
    depth, start, quoted, escaped = 0, 0, False, False
    for place, sign in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = sign == "\\", sign != '"'
        elif sign == '"':
            quoted = True
        elif sign in _OPENS:
            depth += 1
        elif sign in _CLOSES:
            depth -= 1
            if depth < 0:
                raise unreadable(f"unexpected “{sign}” in {_shown(text)}")
        elif sign == at and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    if depth or quoted:
        raise unreadable(f"something is not closed in {_shown(text)}")
    return [*parts, text[start:]] if text else []


def inside(text: str, opens: str = "(", closes: str = ")") -> str:
    """What stands between the outermost brackets."""
    if len(text) < 2 or text[0] != opens or text[-1] != closes:
        raise unreadable(f"expected {opens}…{closes} instead of {_shown(text)}")
    return text[1:-1]


def plain(text: str) -> str:
    """A value without its quotes."""
    text = text.strip()
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    kept, escaped = [], False
    for sign in text[1:-1]:
        if escaped or sign != "\\":
            kept.append(sign)
            escaped = False
        else:
            escaped = True
    return "".join(kept)


def _shown(text: str) -> str:
    return f"“{text[:60]}”"
