"""What went wrong, in one line that names the setting to change; a traceback only for our own mistakes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import pydantic

from reachly.embedded import EmbeddedFailed
from reachly.settings import Settings


class Mishap(Exception):
    """Something that the operator can mend; the message says what."""


@contextlib.contextmanager
def in_one_line() -> Iterator[None]:
    """Turn the failures that an operator can mend into words and exit code 1."""
    try:
        yield
    except pydantic.ValidationError as wrong:
        _fail("\n".join(settings_wrong(wrong)))
    except Mishap as wrong:
        _fail(str(wrong))
    except EmbeddedFailed as wrong:
        _fail(str(wrong))
    except PermissionError as wrong:
        _fail(f"No permission for {wrong.filename}: change its owner, or set REACHLY_HOME to another folder.")
    except KeyboardInterrupt:
        sys.exit(130)


def settings_wrong(wrong: pydantic.ValidationError) -> list[str]:
    """One line for each wrong variable, with its name and what it may be; never with its value."""
    return [f"{'.'.join(str(part) for part in error['loc']).upper()}: {error['msg']}" for error in wrong.errors()]


def reachable(chosen: Settings) -> None:
    """Raise a `Mishap` that names the variable whose store does not answer; those that are not set are not asked."""
    for variable, url, ask in (
        ("DATABASE_URL", chosen.database_url, _ask_postgres),
        ("DATABASE_OWNER_URL", chosen.database_owner_url, _ask_postgres),
        ("REDIS_URL", chosen.redis_url, _ask_redis),
    ):
        if url is not None and url.get_secret_value():
            try:
                ask(url.get_secret_value(), chosen)
            except Exception as wrong:  # drivers have many names for an address where nobody answers
                raise Mishap(f"{variable}: no usable server there: {first_line(wrong)}") from wrong


def _ask_postgres(url: str, chosen: Settings) -> None:
    import psycopg2

    psycopg2.connect(url, connect_timeout=max(1, round(chosen.database_connect_timeout))).close()


def _ask_redis(url: str, chosen: Settings) -> None:
    import redis

    with redis.Redis.from_url(url, socket_connect_timeout=chosen.redis_timeout) as client:
        client.ping()


def first_line(wrong: BaseException) -> str:
    """The first line of a message: drivers add hints and repeat themselves after it."""
    return str(wrong).strip().split("\n", 1)[0]


def _fail(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.exit(1)
