"""Ids that say nothing: ``v1.`` and sixteen letters, the same on every start."""

from __future__ import annotations

import base64
import hashlib

_ODD, _WORD = 0x85EBCA6B, 1 << 32
_INVERSE = pow(_ODD, -1, _WORD)


def _seal(kind: str, scrambled: bytes) -> bytes:
    return hashlib.blake2b(kind.encode() + scrambled, digest_size=8, key=b"reachly sandbox").digest()


def made(kind: str, index: int) -> str:
    """The id of number ``index`` among ``contact`` or ``company``."""
    scrambled = (index * _ODD % _WORD).to_bytes(4, "big")
    return "v1." + base64.urlsafe_b64encode(scrambled + _seal(kind, scrambled)).decode()


def number(kind: str, given: str) -> int | None:
    """The number behind an id, ``None`` for one that was never given out."""
    if len(given) != 19 or not given.startswith("v1."):
        return None
    try:
        raw = base64.b64decode(given[3:], altchars=b"-_", validate=True)
    except ValueError:
        return None
    if _seal(kind, raw[:4]) != raw[4:]:
        return None
    return int.from_bytes(raw[:4], "big") * _INVERSE % _WORD
