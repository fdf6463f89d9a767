"""Files, on a local folder or on S3 by the same calls; plain values in, plain values out.

A file appears whole or not at all: uploads go to a name nobody sees and take their own name at the end. Whatever the
storage does wrong comes out as :class:`StorageAway`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from reachly.settings import settings

_PART = 5 * 1024 * 1024
"""The smallest part that S3 takes. Two are on their way at a time: an upload holds little more than ten megabytes."""


class StorageAway(Exception):
    """The storage cannot be reached, is full, or refuses."""


class NoSuchFile(Exception):
    """There is no file of that name."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as the storage lists it."""

    path: str
    size: int
    modified_at: datetime


def store() -> ObjectStore:
    """The storage that ``STORAGE_URL`` names; raises ``ValueError`` when it names none."""
    url = settings().storage_url.get_secret_value()
    if not url:
        raise ValueError("STORAGE_URL is not set: start with `python3 -m reachly`, or name a folder or bucket")
    return _open(url)


@lru_cache(maxsize=4)
def _open(url: str) -> ObjectStore:
    if url.startswith("memory:"):
        return MemoryStore()
    try:
        if url.startswith("file:"):
            return from_url(url, mkdir=True)
        return from_url(
            url,
            client_options={
                "connect_timeout": "5s",
                "timeout": "60s",
                "allow_http": settings().storage_allow_http,
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=60)},
        )
    except (BaseError, OSError) as error:
        raise StorageAway(str(error)) from error


def put(path: str, chunks: Iterable[bytes]) -> None:
    """Store the chunks as one file, in place of any there was.

    An exception of ``chunks`` goes through as it is, and nothing is stored.
    """
    try:
        obstore.put(store(), path, iter(chunks), use_multipart=True, chunk_size=_PART, max_concurrency=2)
    except (BaseError, OSError) as error:
        raise StorageAway(str(error)) from error


def size(path: str) -> int:
    """How many bytes the file has; raises :class:`NoSuchFile`."""
    try:
        return obstore.head(store(), path)["size"]
    except FileNotFoundError as error:
        raise NoSuchFile(path) from error
    except (BaseError, OSError) as error:
        raise StorageAway(str(error)) from error


def read(path: str, first: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The file's bytes from ``first`` on, ``length`` of them or all; raises :class:`NoSuchFile` before the first."""
    if length == 0:
        return iter(())
    wanted: Any = {"offset": first} if length is None else (first, first + length)
    try:
        found = obstore.get(store(), path, options={"range": wanted} if first or length is not None else None)
    except FileNotFoundError as error:
        raise NoSuchFile(path) from error
    except (BaseError, OSError) as error:
        raise StorageAway(str(error)) from error
    return _stream(found)


def _stream(found: Any) -> Iterator[bytes]:
    try:
        for chunk in found.stream(min_chunk_size=256 * 1024):
            yield bytes(chunk)
    except (BaseError, OSError) as error:
        raise StorageAway(str(error)) from error


def delete(*paths: str) -> None:
    """Delete the files; one that is not there is as good as deleted."""
    for path in paths:
        try:
            obstore.delete(store(), path)
        except FileNotFoundError:
            continue
        except (BaseError, OSError) as error:
            raise StorageAway(str(error)) from error


def listed(prefix: str) -> Iterator[Stored]:
    """Every file whose path starts with these folders."""
    try:
        for batch in obstore.list(store(), prefix=prefix, chunk_size=1000):
            for found in batch:
                yield Stored(found["path"], found["size"], found["last_modified"])
    except (BaseError, OSError) as error:
        raise StorageAway(str(error)) from error


def clear_cut_off(prefix: str, older_than: timedelta) -> int:
    """Remove what uploads that were killed left of themselves in a local folder; returns how many those were.

    S3 keeps such parts out of sight; there a rule of the bucket's life cycle removes them.
    """
    target = store()
    if not isinstance(target, LocalStore) or target.prefix is None:
        return 0
    before = time.time() - older_than.total_seconds()
    gone = 0
    # The library writes to NAME#NUMBER and leaves such names out of its own listings.
    for left in Path(target.prefix, prefix).rglob("*#*"):
        with contextlib.suppress(FileNotFoundError):  # it may just be taking its own name
            if left.name.rpartition("#")[2].isdigit() and left.stat().st_mtime < before:
                left.unlink()
                gone += 1
    return gone
