"""A question stands over a page that goes on changing below it: the answer counts all the same."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journey.conftest import Open
from tests.journey.product import Product
from tests.journey.test_journey import describe, number, register

pytestmark = pytest.mark.browser
MARK = "() => document.querySelector('#status').dataset.marked = '1'"


def start_slowly(page: Page, product: Product) -> None:
    """A job that goes on for as long as the test needs."""
    product.play(latency_ms=0)
    register(page)
    describe(page, 100)
    product.play(latency_ms=1200)
    page.locator("#go").click()
    page.wait_for_url("**/jobs/*")


def test_a_job_is_stopped_although_its_page_changed_under_the_question(open_browser: Open, product: Product) -> None:
    # The page is left while a part of it is asked for.
    with open_browser(allowed=("htmx:afterRequest", "htmx:sendAbort")) as page:
        start_slowly(page, product)
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#ask")).to_be_visible()
        page.evaluate(MARK)
        expect(page.locator("#status[data-marked]")).to_have_count(0)
        held = page.locator("#status .phone-figures b").last
        expect(page.locator("#ask-more")).to_contain_text(f"{held.text_content()} credits")
        page.locator("#ask").get_by_role("button", name="Stop the job").click()
        expect(page.locator("#status .badge").first).to_have_text("Cancelled", timeout=20_000)
        spent = number(page.locator("#status .job-credits dd").nth(1).inner_text())
        assert spent < 100
        page.goto("/credits")
        expect(page.locator(".ledger-figure").first).to_contain_text(str(100 - spent))
    product.play(latency_ms=0)


def test_an_answer_is_sent_when_nothing_asks_any_more(open_browser: Open, product: Product) -> None:
    with open_browser() as page:
        start_slowly(page, product)
        page.get_by_role("button", name="Cancel").click()
        page.evaluate("() => document.querySelector('#status form').remove()")
        with page.expect_response(re.compile("/cancel$")) as answer:
            page.locator("#ask").get_by_role("button", name="Stop the job").click()
        assert answer.value.ok
        expect(page.locator("#status .badge").first).to_have_text("Cancelled", timeout=20_000)
    product.play(latency_ms=0)
