"""Makes the acting process say before and after each thing it does to a file that it does it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from reachly import storage

_line: Any = None


def install(port: int) -> None:
    """Put the gate before the storage's calls that change something; it is connected to at the first of them."""

    def through(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def gated(*arguments: Any) -> Any:
            what = f"{name} {arguments[0] if arguments else 'nothing'}"
            _say(port, what)
            done = call(*arguments)
            _say(port, f"done: {what}")
            return done

        return gated

    put = storage.put

    def put_in_pieces(path: str, chunks: Iterable[bytes]) -> None:
        put(path, pieces(path, chunks))

    def pieces(path: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for number, chunk in enumerate(chunks):
            _say(port, f"chunk {number} of {path}")
            yield chunk

    storage.put = through("put", put_in_pieces)
    storage.delete = through("delete", storage.delete)


def _say(port: int, words: str) -> None:
    global _line
    if _line is None:
        _line = socket.create_connection(("127.0.0.1", port)).makefile("rwb")
    _line.write(words.encode() + b"\n")
    _line.flush()
    _line.readline()
