"""Addresses that Clay calls back, the rows that carry them, and Clay's own signature."""

from __future__ import annotations

import hashlib
import hmac
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reachly.filters import Filters
from reachly.providers.clay import table
from reachly.providers.clay.callback import CallbackExpired, CallbackRefused, sign, verify, verify_delivery
from reachly.providers.clay.routines import item_of
from reachly.providers.values import Company, Person

SECRET = "a secret of this workspace"
NAMES = st.text(min_size=1, max_size=40)


@given(run=NAMES, item=NAMES, expires=st.integers(1, 2**33))
def test_a_token_tells_its_run_and_item_until_it_expires(run, item, expires):
    token = sign(SECRET, run, item, expires)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,512}", token)
    assert verify(token, SECRET, expires - 1) == (run, item)
    with pytest.raises(CallbackExpired):
        verify(token, SECRET, expires)


@given(data=st.data())
def test_a_token_changed_anywhere_is_refused(data):
    token = sign(SECRET, "run-1", "item-1", 2_000_000_000)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=300).filter(lambda letter: letter != token[at]))
    for changed in (
        token[:at] + other + token[at + 1 :],
        token[:at] + token[at + 1 :],
        token[:at] + other + token[at:],
    ):
        with pytest.raises(CallbackRefused):
            verify(changed, SECRET, 1_900_000_000)


@given(st.text(max_size=700))
def test_no_text_is_a_token_by_chance(token):
    with pytest.raises(CallbackRefused):
        verify(token, SECRET, 0)


def test_another_secret_and_no_secret_are_refused():
    token = sign(SECRET, "run-1", "item-1", 2_000_000_000)
    with pytest.raises(CallbackRefused):
        verify(token, "another secret", 0)
    with pytest.raises(ValueError, match="secret"):
        sign("", "run-1", "item-1", 2_000_000_000)
    with pytest.raises(ValueError, match="too long"):
        sign(SECRET, "r" * 600, "i", 1)


def test_the_documented_delivery_is_taken_when_its_very_bytes_are_signed(contract):
    official = contract("clay.samples.json")["official"]
    for name, run in (("webhook_delivery", "run_abc123"), ("webhook_test_delivery", None)):
        body = json.dumps(official[name]["body"], indent=2).encode()
        header = "sha256=" + hmac.new(b"whsec_x", body, hashlib.sha256).hexdigest()
        assert verify_delivery("whsec_x", body, header) == run
        for wrong in (None, "", header[:-1], header.removeprefix("sha256="), header.upper(), "sha256=é"):
            with pytest.raises(CallbackRefused):
                verify_delivery("whsec_x", body, wrong)
        with pytest.raises(CallbackRefused):
            verify_delivery("whsec_x", body + b" ", header)


def test_a_signed_body_that_is_no_object_has_no_run():
    for body in (b"[]", b"null", b'{"data": 7}', b'{"data": {"routine_run_id": 7}}'):
        header = "sha256=" + hmac.new(b"s", body, hashlib.sha256).hexdigest()
        assert verify_delivery("s", body, header) is None


def test_a_row_carries_the_documented_fields_and_no_secret(contract):
    sample = contract("clay.samples.json")["constructed"]["table_row_post"]["body"]
    ada = Person(
        "p1",
        full_name="Ada Sim",
        linkedin_url="https://www.linkedin.com/in/ada-sim",
        company=Company(domain="simco.test"),
    )
    ((item, call),) = table.rows("run-1", [ada], lambda item: f"https://us.test/hooks/clay/{item}")
    assert item == item_of("p1")
    assert call.json["lead"] == sample["lead"]
    assert call.json["callback_url"] == f"https://us.test/hooks/clay/{item}"
    assert set(sample) - {"filters"} <= set(call.json)
    assert (call.path, call.headers) == ("", {})
    ((item, call),) = table.rows("run-1", Filters(job_titles=("Growth Engineer",)), lambda item: item)
    assert (item, call.json["filters"]) == ("filters", sample["filters"])


def test_the_acknowledgement_is_read_in_both_forms():
    assert table.accepted(b'{"success": true}')
    assert table.accepted(b"OK\n")
    assert not table.accepted(b'{"success": false}')


def test_what_the_table_posts_back_becomes_a_person():
    body = {
        "run_id": "run-1",
        "item_id": "item-1",
        "status": "ok",
        "Work Email": "ada@simco.test",
        "Full Name": "Ada Sim",
    }
    told = table.result(body, "p1")
    assert (told.run, told.item) == ("run-1", "item-1")
    assert told.person == Person("p1", full_name="Ada Sim", email="ada@simco.test", email_type="work")


def test_a_miss_has_no_person_and_an_unknown_state_is_an_error():
    assert table.result({"item_id": "i", "status": "not_found", "email": "a@b.test"}).person is None
    assert table.result({"item_id": "i", "status": "ok"}).person is None
    failed = table.result({"item_id": "i", "status": "exploded", "email": "a@b.test"}).person
    assert (failed.error, failed.email) == ("TABLE_EXPLODED", None)


@given(
    st.dictionaries(
        st.text(max_size=12), st.none() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=3))
    )
)
def test_no_body_breaks_the_reader(body):
    table.result(body)
    table.result({"lead": body, "item_id": "i", "status": body.get("x", "ok")})
