"""The table of leads in a real browser: every column has its room, figures follow, and no style is carried over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journey.conftest import Open
from tests.journey.product import Product
from tests.journey.test_journey import register

pytestmark = pytest.mark.browser
EXTRA = ("Seniority", "Department", "Size", "Domain", "LinkedIn")
NARROW = """() => [...document.querySelectorAll('.leads-table thead th')]
    .filter(th => th.clientWidth < 40 || th.scrollWidth > th.clientWidth + 1).map(th => th.textContent)"""
SPILT = """() => [...document.querySelectorAll('.leads-table td a')].filter(a =>
    a.getBoundingClientRect().right > a.closest('td').getBoundingClientRect().right).length"""
EMPTIED = "() => document.querySelectorAll('[id]').forEach(e => { e.style.top = '1px'; e.style.top = ''; })"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def with_leads(page: Page, product: Product, number: int) -> None:
    """Somebody with that many leads, before the table of them."""
    product.play(latency_ms=0)
    register(page)
    page.goto(f"/find?industries=Software&limit={number}")
    page.locator("#go").click()
    expect(page.locator("#status .badge").first).to_have_text("Finished", timeout=30_000)
    page.goto("/leads")


def has_room(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate(NARROW) == [], width
    assert page.evaluate(SPILT) == 0, width
    assert page.evaluate(SIDEWAYS) <= 0, width


def test_each_column_has_room_and_the_name_stays(open_browser: Open, product: Product) -> None:
    with open_browser() as page:
        with_leads(page, product, 6)
        page.locator("#columns summary").click()
        for number, name in enumerate(EXTRA, 1):
            page.locator("#columns").get_by_role("checkbox", name=name).check()
            expect(page.locator(".leads-table thead th")).to_have_count(9 + number)
            has_room(page, 1440)
        has_room(page, 1920)
        has_room(page, 1024)
        name = page.locator(".leads-table tbody th").first
        at = name.bounding_box()
        page.evaluate("() => document.querySelector('.leads-scroll').scrollBy(400, 0)")
        assert page.evaluate("() => document.querySelector('.leads-scroll').scrollLeft") > 0
        assert name.bounding_box() == at


def test_the_count_beside_leads_follows_a_deletion_at_once(open_browser: Open, product: Product) -> None:
    with open_browser() as page:
        with_leads(page, product, 6)
        page.route("**/credits/balance", lambda route: route.fulfill(status=204))
        count = page.locator("#lead-count")
        expect(count).to_have_text("6")
        page.locator("[name=ids]").first.check()
        page.locator("#bulk").get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete 1 lead").click()
        expect(count).to_have_text("5", timeout=2_000)
        toast, foot = page.locator(".toast").bounding_box(), page.locator(".leads-foot").bounding_box()
        assert toast
        assert foot
        assert toast["y"] + toast["height"] <= foot["y"]
        page.locator("[name=ids]").first.check()
        page.locator("#bulk").get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete 1 lead").click()
        expect(count).to_have_text("4", timeout=2_000)
        expect(page.locator(".toast")).to_have_count(2)
        older, newer = (page.locator(".toast").nth(place).bounding_box() for place in (0, 1))
        assert older
        assert newer
        assert (older["y"] < newer["y"], older["height"] < newer["height"]) == (True, True), "the newest is nearest"
        page.locator(".toast").nth(0).get_by_role("button", name="Dismiss").click()
        page.get_by_role("button", name="Undo").click()
        expect(count).to_have_text("5", timeout=2_000)


def test_a_filter_carries_no_style_over(open_browser: Open, product: Product) -> None:
    """Extensions and tools that take pictures leave ``style`` behind; to set it again is against the policy."""
    with open_browser() as page:
        with_leads(page, product, 6)
        page.evaluate(EMPTIED)
        page.locator("#chips summary").click()
        page.locator("[name=has_email_add]").select_option("true")
        page.wait_for_url("**/leads?has_email=true")
        expect(page.locator("#chips .chip")).to_have_text(re.compile("E-mail\\s*There"))
