"""What went wrong, in one line that names the setting to change; a traceback only for our own mistakes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import psycopg2
import pydantic
import redis

from reachly.embedded import EmbeddedFailed, HomeTaken


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
    except HomeTaken as taken:
        _fail(f"Reachly already runs on this home{f': {taken.address}' if taken.address else ', and is starting'}.")
    except EmbeddedFailed as wrong:
        _fail(str(wrong))
    except psycopg2.OperationalError as wrong:
        _fail(f"DATABASE_URL: PostgreSQL does not answer: {first_line(wrong)}")
    except redis.exceptions.ConnectionError as wrong:
        _fail(f"REDIS_URL: Redis does not answer: {first_line(wrong)}")
    except PermissionError as wrong:
        _fail(f"No permission for {wrong.filename}: change its owner, or set REACHLY_HOME to another folder.")
    except KeyboardInterrupt:
        sys.exit(130)


def settings_wrong(wrong: pydantic.ValidationError) -> list[str]:
    """One line for each wrong variable, with its name and what it may be; never with its value."""
    return [f"{'.'.join(str(part) for part in error['loc']).upper()}: {error['msg']}" for error in wrong.errors()]


def first_line(wrong: BaseException) -> str:
    """The first line of a message: drivers add hints and repeat themselves after it."""
    return str(wrong).strip().split("\n", 1)[0]


def _fail(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.exit(1)
