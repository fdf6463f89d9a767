"""The machine of the ledger finds what it is there for."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.property.books import Books
from tests.property.broken import broken, must_fail
from tests.property.test_ledger import ledger_machine


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        pytest.param("ledger_move", "v_available < p_credits", "v_available < 0", id="holds more than there is"),
        pytest.param("ledger_move", "IF p_key IS NOT NULL", "IF p_key = ''", id="does not know its keys"),
        pytest.param("ledger_move", "AND NOT p_overdraw", "", id="never takes back what was spent"),
        pytest.param("job_end", "IF v_left > 0", "IF v_left < 0", id="releases nothing"),
        pytest.param("ledger_refund", "'refund:' || v.id", "NULL", id="gives a capture back twice"),
    ],
)
def test_the_machine_finds_a_ledger_that(
    roomy: Books, looking: settings, function: str, right: str, wrong: str
) -> None:
    with broken(roomy, function, right, wrong):
        must_fail(ledger_machine(roomy), looking)
