"""A process that dies between two statements: its connection closes, and nothing it meant to do after that happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from hypothesis import strategies as st

from reachly.database import db

MOMENTS = st.one_of(st.none(), st.none(), st.integers(1, 14))
"""Before which statement the process dies; mostly it does not."""


class Killed(BaseException):
    """The process is dead: no handler of the product may take this for an error of its own."""


class Death:
    """Whether it came; an operation that is shorter than its moment outlives it."""

    came = False


@contextmanager
def dying(moment: int | None) -> Iterator[Death]:
    """Die before the ``moment``-th statement of the block, with COMMIT counting as one and BEGIN too.

    From then on no statement reaches the server, which rolls back what was not committed.
    """
    death = Death()
    made = 0
    real = db.cursor

    def cursor(*args: Any, **options: Any) -> Any:
        nonlocal made
        made += 1
        if moment is None or (made < moment and not death.came):
            return real(*args, **options)
        if not death.came:
            death.came = True
            db.connection().close()
        raise Killed

    try:
        with patch.object(db, "cursor", cursor):
            yield death
    except Killed:
        assert death.came
    finally:
        if death.came and not db.is_closed():
            db.close()
