"""What a provider says of a person is not ours to trust: however wild, it costs the job nothing but that one value."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from reachly.database import as_json, one, rows, scope
from reachly.engine.claim import Claim, take
from reachly.engine.request import Wish, request
from reachly.generate.rows import identity, row
from reachly.providers.values import Company, Employment, Person
from tests.engine.work import balances

NOISE = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(20_000))
"""Letters that hardly compress."""
ADA = Person("1", "Ada", "Lovelace", email="ada@firm.example", company=Company("Firm", "firm.example"))
HOSTILE = {
    "broken address": replace(ADA, linkedin_url="https://[linkedin.com/in/ada"),
    "broken domain": replace(ADA, company=Company("Firm", "http://[firm")),
    "NUL behind an escape": replace(ADA, linkedin_url="https://www.linkedin.com/in/ada%00"),
    "long slug": replace(ADA, linkedin_url=f"https://www.linkedin.com/in/{NOISE}"),
    "long name": replace(ADA, first_name=NOISE, last_name=NOISE),
    "one sign that unfolds into many": replace(ADA, first_name="\ufdfa" * 190, last_name="B"),
    "long company": replace(ADA, company=Company(NOISE)),
    "long title": replace(ADA, title=NOISE, employment=(Employment(NOISE, None, NOISE, NOISE, NOISE),)),
    "long domain": replace(ADA, company=Company("Firm", ".".join(["a" * 60] * 200))),
    "more staff than people": replace(ADA, company=Company("Firm", "firm.example", headcount=2**40)),
    "control characters": replace(ADA, first_name="A\x1b[31m\r\nda\u202e", title="\x07VP"),
}


@pytest.fixture
def claim(team) -> Claim:
    """A job of the team's that is being worked on and may spend all it has."""
    wish = Wish("generate_leads", "bulk", "Test", {}, 100, 100, {"email": 1}, sources=(("lusha", False),))
    claim = take(request(team.workspace_id, team.user_id, wish).job_id, "test")
    assert claim is not None
    return claim


def _deliver(claim: Claim, *people: Person) -> dict[str, object]:
    told = [row(person, "lusha", uuid4(), n, True) for n, person in enumerate(people)]
    with claim.transaction():
        one("SELECT leads_owned(%s, %s)", ([key for person in people for key in identity(person)], ["email"]))
        outcome = one(
            "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, '{email}', 100, 0, '{\"email\": 1}', '{}')",
            (claim.id, claim.attempt, as_json(told)),
        )
    assert outcome is not None
    return outcome


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_wild_value_is_cut_or_left_out_and_the_person_is_delivered(team, claim, kind) -> None:
    assert _deliver(claim, HOSTILE[kind])["delivered"] == 1
    with scope(team.workspace_id, team.user_id):
        (lead,) = rows("SELECT * FROM leads")
    for value in lead.values():
        assert not isinstance(value, str) or (len(value) <= 260 and value.isprintable())


def test_two_people_of_a_page_with_one_address_are_one_lead_paid_once(team, claim) -> None:
    told = _deliver(
        claim,
        replace(ADA, linkedin_url="https://www.linkedin.com/in/ada"),
        replace(ADA, provider_id="2", first_name="Grace", linkedin_url="https://www.linkedin.com/in/grace"),
    )
    assert (told["delivered"], told["spent"]) == (1, 1)
    assert balances(team)["spent"] == 1


def test_two_people_of_a_page_with_one_name_are_told_apart_by_their_profiles(claim) -> None:
    name = uuid4().hex
    namesakes = [
        replace(
            ADA,
            provider_id=mark,
            last_name=name,
            email=f"{mark}@firm.example",
            linkedin_url=f"https://www.linkedin.com/in/{mark}",
        )
        for mark in ("one", "two")
    ]
    assert _deliver(claim, *namesakes)["delivered"] == 2


def test_a_row_that_is_the_person_of_an_earlier_row_is_whoever_that_one_is(team, claim) -> None:
    known = replace(ADA, linkedin_url="https://www.linkedin.com/in/ada")
    assert _deliver(claim, known)["delivered"] == 1
    told = _deliver(
        claim,
        replace(known, email="countess@firm.example"),
        replace(ADA, first_name="A.", email="countess@firm.example"),
    )
    assert (told["delivered"], told["owned"], told["spent"]) == (0, 1, 0)
    with scope(team.workspace_id, team.user_id):
        assert len(rows("SELECT 1 FROM leads")) == 1
