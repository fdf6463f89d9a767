"""The table of leads without a mouse: every act by key, the focus never lost, what changed said aloud."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journey.conftest import Open
from tests.journey.product import Product
from tests.journey.test_leads_table import with_leads

pytestmark = pytest.mark.browser
READY = "() => document.querySelector('#dialog form')?.['htmx-internal-data']"
AT = "() => document.activeElement.closest('#leads tbody tr')?.id ?? document.activeElement.tagName"


def at(page: Page) -> str:
    return page.evaluate(AT)


def test_leads_are_worked_through_by_keys_alone(open_browser: Open, product: Product) -> None:
    with open_browser() as page:
        with_leads(page, product, 6)
        rows = page.locator("#leads tbody tr")
        ids = [row.get_attribute("id") for row in rows.all()]
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("Shift+X")
        expect(page.locator("[data-picked]")).to_have_text("3 selected")
        expect(page.locator("#announce")).to_have_text("3 selected")
        page.keyboard.press("t")
        page.get_by_role("dialog", name="Tag 3 leads").wait_for()
        page.wait_for_function(READY)
        page.get_by_label("New tag").fill("Warm")
        page.keyboard.press("Enter")
        expect(page.locator(".leads-table .badge", has_text="Warm")).to_have_count(3)
        expect(page.locator("[data-picked]")).to_have_text("3 selected")
        assert at(page) == ids[2]
        page.keyboard.press("z")
        expect(page.locator(".leads-table .badge", has_text="Warm")).to_have_count(0)
        assert at(page) == ids[2]
        page.keyboard.press("Escape")
        expect(page.locator("#bulk")).to_be_hidden()
        page.keyboard.press("h")
        page.get_by_role("dialog", name="Hide 1 lead?").wait_for()
        page.wait_for_function(READY)
        page.keyboard.press("Enter")
        expect(rows).to_have_count(5)
        expect(page.locator("#announce")).to_have_text("Leads, 1–5 of 5")
        assert at(page) == ids[3]
        page.keyboard.press("z")
        expect(rows).to_have_count(6)
        page.keyboard.press("a")
        expect(page.locator("[data-picked]")).to_have_text("6 selected")
        page.keyboard.press("e")
        page.get_by_role("dialog", name="Export leads").wait_for()
        page.keyboard.press("Escape")
        page.keyboard.press("l")
        page.get_by_role("dialog", name="Add 6 leads to a list").wait_for()
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        page.get_by_role("complementary", name="Lead").wait_for()
        page.keyboard.press("Escape")
        assert at(page).startswith("lead-")


def test_a_row_has_a_menu_and_columns_are_moved_by_button(open_browser: Open, product: Product) -> None:
    with open_browser() as page:
        with_leads(page, product, 3)
        button = page.locator("[data-row-menu]").first
        button.click()
        menu = page.get_by_role("menu")
        expect(menu.get_by_role("menuitem").first).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(menu.get_by_role("menuitem", name="Add to list")).to_be_focused()
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(button).to_be_focused()
        button.click()
        page.keyboard.press("t")
        page.get_by_role("dialog", name="Tag 1 lead").wait_for()
        page.keyboard.press("Escape")
        page.locator("#columns summary").click()
        page.get_by_role("button", name="Move Phone up").click()
        heads = page.locator(".leads-table thead th")
        expect(heads.nth(3)).to_have_text("Phone")
        page.get_by_role("radio", name="Compact").check()
        expect(page.locator(".leads-table")).to_have_attribute("data-density", "compact")
        page.reload()
        expect(heads.nth(3)).to_have_text("Phone")
        expect(page.locator(".leads-table")).to_have_attribute("data-density", "compact")
