"""Every real page, in light and dark, at a desk and on a phone: no finding, nothing too wide, no error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journey.conftest import DESK, Open
from tests.journey.product import Product

pytestmark = pytest.mark.browser
[SCRIPT] = (Path(__file__).parents[1] / "look" / "vendor").glob("axe-*.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
PUBLIC = ("/", "/login", "/register", "/terms", "/no-such-page")
MEMBERS = (
    *("/find", "/find?industries=Software&limit=50", "/jobs", "{job}", "/leads", "/leads?q=nobodyatall", "{lead}"),
    *("/exports", "/exports/new", "{export}", "/credits", "/credits?kind=hold", "/sources", "/settings"),
)
Visit = tuple[list[dict[str, str]], dict[str, str]]


@pytest.fixture(scope="module")
def visit(chromium: Browser, product: Product) -> Iterator[Visit]:
    """The cookies of somebody in the demo who has leads and a file, and where those are."""
    product.play(latency_ms=0)
    context = chromium.new_context(base_url=product.url, **DESK)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Try the demo").click()
    page.goto("/find?industries=Software&limit=20&reveal=email&reveal=phone")
    page.locator("#go").click()
    expect(page.locator("#status .badge").first).to_have_text("Finished", timeout=30_000)
    job = page.url
    page.goto("/leads")
    lead = page.locator("[data-row-link]").first.get_attribute("href")
    page.goto("/exports/new")
    page.get_by_role("button", name=re.compile("^Export")).click()
    expect(page.get_by_role("link", name=re.compile("^Download"))).to_be_visible(timeout=30_000)
    export = page.url
    assert lead
    yield context.cookies(), {"job": job, "lead": lead, "export": export}
    context.close()


def findings(page: Page, run_only: dict[str, object]) -> list[str]:
    result = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", run_only)
    return [f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]


SETTLED = """() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling') && document.getAnimations()
    .every(one => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""
"""Nothing is being asked for and nothing that ends is still moving: only then are the colours those people read."""


def looks_right(page: Page, name: str) -> None:
    page.emulate_media(color_scheme="light")
    page.wait_for_function(SETTLED)
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    assert findings(page, {"type": "tag", "values": TAGS}) == [], name
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, name
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(SETTLED)
    assert findings(page, {"type": "rule", "values": COLOURS}) == [], name


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_pages_of_whoever_is_signed_in(open_browser: Open, visit: Visit, phone: bool) -> None:
    cookies, places = visit
    with open_browser(phone=phone) as page:
        page.context.add_cookies(cookies)
        for address in MEMBERS:
            page.goto(address.format(**places), wait_until="load")
            looks_right(page, address)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_pages_of_strangers(open_browser: Open, phone: bool) -> None:
    with open_browser(phone=phone, allowed=("404",)) as page:
        for address in PUBLIC:
            page.goto(address, wait_until="load")
            looks_right(page, address)


def test_dialogs_are_as_good_as_pages(open_browser: Open, visit: Visit) -> None:
    with open_browser() as page:
        page.context.add_cookies(visit[0])
        page.goto("/leads")
        page.locator(".top .actions").get_by_role("link", name="Export", exact=True).click()
        expect(page.locator("#export-go")).to_be_visible()
        looks_right(page, "export")
        page.keyboard.press("Escape")
        page.locator("[name=ids]").first.check()
        page.locator("#bulk").get_by_role("button", name="Delete").click()
        expect(page.get_by_role("button", name="Delete 1 lead")).to_be_visible()
        looks_right(page, "delete")
