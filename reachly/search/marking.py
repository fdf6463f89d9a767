"""Where in a text somebody's words are, so that a page can mark them.

Letters are folded by the database, as they were for search, so that what is marked is what was found.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence

from reachly.database import rows, transaction

Parts = list[tuple[str, bool]]
"""A text in pieces, each with whether it is a match."""
_CLUSTER = re.compile(r".[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u3099\u309a\ufe0e\ufe0f]*", re.DOTALL)
_ASCII = {"-": " ", "'": "", "`": ""}
_MOST = 20_000
_WORDS = 8
_LIKE = 0.5
"""How many of its three-letter pieces a word must share with one that is nearly it."""
_lock = threading.Lock()
_folded: dict[str, tuple[str, str]] = {}


def marks(q: str, texts: Iterable[str | None], close: bool = False) -> dict[str, Parts]:
    """The pieces of each text that has a match; with ``close``, words that are nearly those typed are matches too."""
    if not q.strip():
        return {}
    wanted = list(dict.fromkeys(text for text in texts if text))
    clusters = {text: _CLUSTER.findall(text) for text in wanted}
    letters = {letter for found in clusters.values() for letter in found if not letter.isascii()}
    _learn(letters | {q} if not q.isascii() else letters)
    words = list(dict.fromkeys(word for way in (0, 1) for word in _fold(q)[way].split()[:_WORDS]))
    told = {}
    for text, found in clusters.items():
        hits = [False] * len(found)
        for way in (0, 1):
            _mark([_fold(letter)[way] for letter in found], words, close, hits)
        if any(hits):
            told[text] = _pieces(found, hits)
    return told


def _fold(text: str) -> tuple[str, str]:
    """Both ways of writing it."""
    if text.isascii():
        plain = "".join(_ASCII.get(letter, letter) for letter in text.lower())
        return plain, plain
    return _folded.get(text, (text.lower(), text.lower()))


def _learn(texts: Iterable[str]) -> None:
    new = [text for text in texts if text not in _folded]
    if not new:
        return
    with transaction():
        found = rows("SELECT t, search_fold(t) AS one, search_fold(t, true) AS other FROM unnest(%s::text[]) t", (new,))
    with _lock:
        if len(_folded) + len(new) > _MOST:
            _folded.clear()
        _folded.update({row["t"]: (row["one"], row["other"]) for row in found})


def _mark(folded: Sequence[str], words: Sequence[str], close: bool, hits: list[bool]) -> None:
    """Note which letters belong to a match; ``folded`` has what each letter became."""
    whole = "".join(folded)
    owner = [number for number, letters in enumerate(folded) for _ in letters]
    for word in words:
        at = -1
        while (at := whole.find(word, at + 1)) >= 0:
            if len(word) > 2 or at == 0 or whole[at - 1] == " ":
                _hit(hits, owner, at, at + len(word))
    if close:
        for match in re.finditer(r"[^\s,;()]+", whole):
            if any(_alike(word, match[0]) for word in words):
                _hit(hits, owner, *match.span())


def _hit(hits: list[bool], owner: Sequence[int], start: int, end: int) -> None:
    """What became nothing in between belongs to it: the apostrophe of a name."""
    for number in range(owner[start], owner[end - 1] + 1):
        hits[number] = True


def _alike(word: str, other: str) -> bool:
    if len(word) < 4 or len(other) < 3:
        return False
    mine, theirs = _threes(word), _threes(other)
    return len(mine & theirs) >= _LIKE * len(mine)


def _threes(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _pieces(clusters: Sequence[str], hits: Sequence[bool]) -> Parts:
    parts: Parts = []
    for cluster, hit in zip(clusters, hits, strict=True):
        if parts and parts[-1][1] == hit:
            parts[-1] = (parts[-1][0] + cluster, hit)
        else:
            parts.append((cluster, hit))
    return parts
