"""The made-up world: large, varied, harmless, the same every time."""

from __future__ import annotations

import phonenumbers
import pytest
from email_validator import validate_email

from reachly.sandbox.world import World, world
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.phones import direct, mobile
from reachly.sandbox.world.tables import COUNTRIES
from reachly.sandbox.world.text import fold, handle, says, slug


def test_there_are_enough_people_and_organizations(everyone: World) -> None:
    assert len(everyone) == 50_000
    assert len(everyone.organizations) == 5_000
    assert {one.index for one in everyone.organizations} == set(everyone.columns.organization)


def test_no_two_share_an_address(everyone: World) -> None:
    people = [everyone.person(index) for index in range(len(everyone))]
    assert len({person.work_email for person in people}) == len(people)
    assert len({person.private_email for person in people}) == len(people)
    assert len({person.linkedin for person in people}) == len(people)
    assert len({one.domain for one in everyone.organizations}) == 5_000
    assert len({one.name for one in everyone.organizations}) == 5_000


def test_every_address_is_well_formed_and_at_a_reserved_domain(everyone: World) -> None:
    for index in range(0, len(everyone), 499):
        person = everyone.person(index)
        for address in (person.work_email, person.private_email):
            assert validate_email(address, check_deliverability=False).domain.endswith(".example")
            assert address.isascii()


@pytest.mark.parametrize("country", [country.code for country in COUNTRIES])
def test_telephones_are_in_ranges_kept_for_fiction(country: str) -> None:
    kept = {
        "1": lambda n: n[3:8] == "55501",
        "44": lambda n: n.startswith(("2079460", "7700900")),
        "49": lambda n: n.startswith(("3023125", "6990009", "4066969", "2214710", "8999998", "17139200")),
        "33": lambda n: n.startswith(("19900", "63998")),
        "61": lambda n: n.startswith("25550") or n in {"491570156", "491570157", "491570158", "491570159"},
        "46": lambda n: n.startswith("8465004") or 701740605 <= int(n) <= 701740699,
    }
    for number in range(0, 3_000, 7):
        for written in (direct(country, number), mobile(country, number)):
            parsed = phonenumbers.parse(written)
            assert phonenumbers.is_possible_number(parsed), written
            assert kept[str(parsed.country_code)](str(parsed.national_number)), written


def test_names_come_from_many_languages_with_latin_beside_them(everyone: World) -> None:
    people = [everyone.person(index) for index in range(0, len(everyone), 3)]
    letters = {letter for person in people for letter in person.full_name}
    for letter in "øğłșñçő'-のはน張김ШΓعשấ":
        assert letter in letters or letter in "のは張ấ", letter
    assert any("一" <= letter <= "鿿" for letter in letters)
    assert all(" ".join(person.latin).isascii() or not person.scripted for person in people)
    assert any("van " in person.last_name for person in people)


def test_people_are_known_to_one_provider_or_both(everyone: World) -> None:
    share = {who: everyone.columns.known_to.count(who) / len(everyone) for who in (c.BOTH, c.LUSHA, c.CLAY)}
    assert 0.5 < share[c.BOTH] < 0.7
    assert share[c.LUSHA] > 0.15
    assert share[c.CLAY] > 0.1


def test_a_person_is_found_by_what_is_known_of_them(everyone: World) -> None:
    for index in (0, 7, 123, 4_999, 49_999):
        person = everyone.person(index)
        for url in (person.linkedin, person.linkedin.replace("https://www.", "http://de.") + "/?trk=x"):
            found = everyone.by_linkedin(url)
            assert found is not None
            assert found.index == index
        for address in (person.work_email.upper(), person.private_email):
            found = everyone.by_email(address)
            assert found is not None
            assert found.index == index
        found = everyone.by_name(*person.latin, person.organization)
        assert found is not None
        assert found.index == index
    assert everyone.by_linkedin("https://www.linkedin.com/in/nobody-00000000") is None
    assert everyone.by_email("nobody@mailbox.example") is None
    assert everyone.by_email("x.y.zzz@mailbox.example") is None


def test_the_same_numbers_make_the_same_world() -> None:
    one, other = World(2_000), World(2_000)
    assert one.columns == other.columns
    assert list(one.organizations) == list(other.organizations)


def test_a_world_must_have_a_sensible_size() -> None:
    with pytest.raises(ValueError, match="between 10 and"):
        world(3)


def test_a_large_world_still_has_names_of_its_own() -> None:
    large = World(70_000)
    assert len({one.domain for one in large.organizations}) == 7_000


@pytest.mark.parametrize(
    ("text", "query", "there"),
    [
        ("Vice President of Sales", "sales vice", True),
        ("Vice President of Sales", "ale", False),
        ("José Núñez", "nunez", True),
        ("Søren O'Connor", "soren o'con", True),
        ("山本 太郎", "山本", True),
        ("Sales", "", False),
        ("Sales", "!!", False),
    ],
)
def test_words_are_compared_by_their_beginnings(text: str, query: str, there: bool) -> None:
    assert says(text, query) is there


def test_slugs_and_handles_are_plain() -> None:
    assert slug("Karl-Heinz van 't Hoff") == "karl-heinz-van-t-hoff"
    assert slug("Łukasz Øre", "") == "lukaszore"
    assert fold("Straße") == "strasse"
    assert handle("linkedin.com/in/Ada-1/?x=1") == "ada-1"
