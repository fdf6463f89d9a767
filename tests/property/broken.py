"""Breaks one function of the product's database for a while, to see that a machine finds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.property.books import Books

GENERATE = (Phase.generate,)
"""A machine that is to fail need not look for its shortest way to do so."""


@contextmanager
def broken(books: Books, function: str, right: str, wrong: str) -> Iterator[None]:
    """The function with one piece of its text replaced, from the next statement of any connection on."""
    (found,) = books.do("SELECT pg_get_functiondef(%s::regproc) AS text", function)
    assert found["text"].count(right) == 1, f"{function} has changed: say anew what to break"
    books.do(found["text"].replace(right, wrong).replace("%", "%%"))
    try:
        yield
    finally:
        books.do(found["text"].replace("%", "%%"))


def must_fail(machine: type[RuleBasedStateMachine], looking: settings) -> None:
    """Run the machine and see it fail."""
    longer = settings(looking, max_examples=4 * looking.max_examples, phases=GENERATE, print_blob=False)
    with pytest.raises((Exception, pytest.fail.Exception)):  # whatever the broken product makes of it
        run_state_machine_as_test(machine, settings=longer)
