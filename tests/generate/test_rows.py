"""What becomes of a page's rows before they are stored."""

from __future__ import annotations

from dataclasses import replace

from reachly.generate.rows import barred, once
from reachly.providers.values import Person

ADA = Person("1", "Ada", "Lovelace", linkedin_url="https://www.linkedin.com/in/ada", email="ada@firm.example")
NOT_ADA = replace(ADA, provider_id="2", email="Ada@Firm.example", linkedin_url=None, suppressed=True)
BOB = Person("3", "Bob", "Noyce", email="bob@firm.example")


def test_who_is_told_twice_is_one_and_must_not_be_contacted_where_either_row_says_so() -> None:
    assert once([ADA, BOB, NOT_ADA]) == [replace(ADA, suppressed=True), BOB]
    assert once([NOT_ADA, BOB, ADA]) == [NOT_ADA, BOB]


def test_a_suppression_holds_for_every_row_of_the_person_and_for_nobody_else() -> None:
    assert [one.suppressed for one in barred([ADA, BOB, NOT_ADA])] == [True, False, True]
