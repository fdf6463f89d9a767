"""Ports for servers that die and come back on the same one."""

from __future__ import annotations

import os
import random
import socket

from reachly.embedded.home import free

_FIRST, _LAST = 20000, 32000
"""Below those that the kernel gives to calls going out: a dead server's must not be taken meanwhile."""


def drawn(*names: str) -> dict[str, int]:
    """A port for each name that nobody uses now; another run at the same moment most likely draws others."""
    drawn = random.Random(os.urandom(8))
    found: dict[str, int] = {}
    while len(found) < len(names):
        number = drawn.randrange(_FIRST, _LAST)
        if number not in found.values() and free("127.0.0.1", number):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", number)):
                    found[names[len(found)]] = number
    return found
