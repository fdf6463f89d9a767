"""Two people in two browsers: a list is made, ordered, shared, read, edited, revoked: gone at the next click."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journey.conftest import Open
from tests.journey.product import Product
from tests.journey.test_leads_table import with_leads
from tests.journey.test_pages import looks_right
from tests.journey.test_team import mail_of

pytestmark = pytest.mark.browser


def names(page: Page) -> list[str]:
    """Who is on the list that the page shows, from the top."""
    expect(page.locator("#list-leads tbody tr")).to_have_count(5)
    return page.locator("#list-leads tbody th .two-lines > span:first-child").all_inner_texts()


def test_a_list_is_made_ordered_shared_and_revoked(product: Product, open_browser: Open, shoot) -> None:
    address = f"eva-{uuid4().hex[:8]}@guests.example"
    with open_browser() as alice, open_browser(phone=True, allowed=("404", "410")) as eva:
        with_leads(alice, product, 5)
        alice.get_by_label("Select this page").check()
        alice.get_by_role("button", name="Add to list").first.click()
        alice.get_by_label("Name of the new list").fill("Autumn fair")
        alice.get_by_role("button", name="Add 5 leads").click()
        expect(alice.locator("#toasts")).to_contain_text("5 leads added to “Autumn fair”")
        expect(alice.locator("#dialog")).not_to_be_visible()
        alice.goto("/lists")
        alice.get_by_role("link", name="Autumn fair").click()
        looks_right(alice, "list")

        before = names(alice)
        with alice.expect_response("**/lists/*/leads/*"):
            alice.locator(".grip").nth(0).drag_to(alice.locator("#list-leads tbody tr").nth(2))
        alice.reload()
        after = names(alice)
        assert after.index(before[0]) in (1, 2)
        alice.get_by_role("button", name=re.compile(r"^Move .* to the top$")).nth(after.index(before[0])).press("Enter")
        expect(alice.locator("#list-leads tbody th").first).to_contain_text(before[0])
        alice.reload()
        assert names(alice) == before
        alice.get_by_label(re.compile("^Note on")).first.fill("Knows the port")
        alice.get_by_label(re.compile("^Tags of")).first.fill("hot, EU")
        alice.get_by_label(re.compile("^Tags of")).first.press("Enter")
        expect(alice.locator("[name=was_tags]").first).to_have_value("hot, EU")
        shoot(alice, "list")

        alice.get_by_role("link", name="Share").click()
        alice.get_by_label("Invite by e-mail").fill(address)
        alice.get_by_role("button", name="Invite").click()
        expect(alice.locator("#sharing")).to_contain_text(f"An invitation for {address} is written")
        expect(alice.locator("#sharing").get_by_role("link", name="inbox")).to_be_visible()
        shoot(alice, "list-sharing")

        link = re.search(r"http\S+/invitations/\S+", mail_of(product, address, "shares the list"))
        assert link is not None
        eva.goto(link[0])
        eva.get_by_label("Your name").fill("Eva Guest")
        eva.get_by_label("Password").fill("a long way to Tipperary")
        eva.get_by_role("checkbox").check()
        eva.get_by_role("button", name="Register and accept").click()
        eva.wait_for_url("**/shared/*")
        looks_right(eva, "shared list")
        shoot(eva, "shared-phone")
        assert names(eva) == before
        expect(eva.get_by_text("Knows the port")).to_be_visible()
        expect(eva.get_by_label(re.compile("^Note on"))).to_have_count(0)

        alice.reload()
        alice.get_by_role("link", name="Share").click()
        alice.get_by_role("button", name="Let edit").click()
        expect(alice.locator("#sharing")).to_contain_text("Edits")
        eva.reload()
        expect(eva.get_by_label(re.compile("^Note on")).first).to_be_hidden()
        eva.locator(".fold-notes").first.click()
        eva.get_by_role("button", name=re.compile(r"^Move .* down$")).first.click()
        expect(eva.locator("#list-leads tbody th").first).to_contain_text(before[1])
        eva.locator(".fold-notes").first.click()
        eva.get_by_label(re.compile("^Note on")).first.fill("From Eva")
        eva.get_by_label(re.compile("^Note on")).first.press("Enter")
        expect(eva.locator("[name=was_note]").first).to_have_value("From Eva")

        alice.get_by_role("button", name="Revoke").click()
        expect(alice.locator("#sharing")).to_contain_text("Nobody outside of this workspace yet")
        eva.get_by_label(re.compile("^Note on")).first.fill("Once more")
        eva.get_by_label(re.compile("^Note on")).first.press("Enter")
        expect(eva.locator("#toasts")).to_contain_text("That is gone")
        eva.reload()
        expect(eva.locator("#list-leads")).to_have_count(0)
        expect(eva.get_by_text("not shared with you any more")).to_be_visible()
        expect(eva.locator("#unread")).to_be_visible()
        eva.goto("/notices")
        expect(eva.get_by_text("has stopped sharing the list “Autumn fair” with you")).to_be_visible()
        alice.goto("/notices")
        expect(alice.get_by_text("accepted: the list “Autumn fair” is shared with them now")).to_be_visible()
        eva.goto("/lists")
        expect(eva.get_by_text("Autumn fair")).to_have_count(0)
        alice.goto("/lists")
        alice.get_by_role("link", name="Autumn fair").click()
        expect(alice.get_by_label(re.compile("^Note on")).first).to_have_value("From Eva")
