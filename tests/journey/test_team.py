"""Two people in two browsers: invited by mail, let in, looking only, put out, and told so at the next click."""

from __future__ import annotations

import json
import re
import time
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from tests.journey.conftest import Open
from tests.journey.product import Product
from tests.journey.test_journey import register
from tests.journey.test_pages import looks_right

pytestmark = pytest.mark.browser


def mail_of(product: Product, address: str, subject: str) -> str:
    """What a mail in the sandbox's inbox says; waits until it has come."""
    port = json.loads((product.folder / "home" / "ports.json").read_text())["sandbox"]
    until = time.monotonic() + 15
    while time.monotonic() < until:
        came = httpx.get(f"http://127.0.0.1:{port}/inbox", params={"to": address}).json()["mails"]
        found = [each["text"] for each in came if subject in each["subject"]]
        if found:
            return str(found[-1])
        time.sleep(0.2)
    raise AssertionError(f"no mail for {address} about {subject}")


def test_somebody_is_invited_comes_looks_and_is_put_out(product: Product, open_browser: Open, shoot) -> None:
    address = f"bob-{uuid4().hex[:8]}@people.example"
    with open_browser() as alice, open_browser(phone=True, allowed=("403",)) as bob:
        register(alice)
        alice.goto("/team")
        alice.get_by_label("E-mail").fill(address)
        alice.locator("#role").select_option("viewer")
        alice.get_by_role("button", name="Invite").click()
        expect(alice.locator("#invitations")).to_contain_text(address)
        looks_right(alice, "team")
        shoot(alice, "team")

        link = re.search(r"http\S+/invitations/\S+", mail_of(product, address, "invites you"))
        assert link is not None
        bob.goto(link[0])
        looks_right(bob, "invitation")
        shoot(bob, "invitation-phone")
        bob.get_by_label("Your name").fill("Bob Berg")
        bob.get_by_label("Password").fill("a long way to Tipperary")
        bob.get_by_role("checkbox").check()
        bob.get_by_role("button", name="Register and accept").click()
        bob.wait_for_url("**/leads*")
        bob.goto("/team")
        expect(bob.locator("tr", has_text="Bob Berg (you)")).to_contain_text("Viewer")
        expect(bob.get_by_role("button", name="Invite")).to_have_count(0)
        shoot(bob, "team-phone")
        bob.goto("/jobs")
        expect(bob.get_by_role("link", name="Find leads")).to_be_hidden()

        alice.goto("/notices")
        expect(alice.get_by_text("Bob Berg joined")).to_be_visible()
        shoot(alice, "notices")
        alice.goto("/team")
        row = alice.locator("tr", has_text="Bob Berg")
        expect(row.get_by_label("Role of Bob Berg")).to_have_value("viewer")
        row.get_by_role("button", name="Remove").click()
        alice.locator("#ask-yes").click()
        expect(alice.locator("tr", has_text="Bob Berg")).to_have_count(0)

        bob.goto("/leads")
        bob.wait_for_url("**/login*")
        expect(bob.locator("#toasts")).to_contain_text("You do not belong to")
        bob.get_by_label("E-mail").fill(address)
        bob.get_by_label("Password").fill("a long way to Tipperary")
        bob.get_by_role("button", name="Sign in").click()
        bob.wait_for_url("**/find*")
        bob.goto("/notices")
        expect(bob.get_by_text("You were removed from")).to_be_visible()
    assert "removed you" in mail_of(product, address, "You were removed")
