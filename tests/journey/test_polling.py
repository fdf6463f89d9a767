"""Where a stream is not to be had, the same fragments ask for themselves until the job has ended."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import Open
from tests.journey.product import Product
from tests.journey.test_journey import describe, register

pytestmark = pytest.mark.browser


def test_a_page_without_streams_asks_by_itself_until_the_job_has_ended(open_browser: Open, product: Product) -> None:
    asked: list[str] = []
    with open_browser(allowed=("ERR_FAILED", "[object Event]")) as page:
        page.route(re.compile("/stream$"), lambda route: route.abort())
        page.on("request", lambda request: asked.append(request.url) if "poll=1" in request.url else None)
        product.play(latency_ms=0)
        register(page)
        describe(page, 25)
        product.play(latency_ms=400)
        page.locator("#go").click()
        page.wait_for_url("**/jobs/*")
        expect(page.locator("#latest tbody tr[id]").first).to_be_visible(timeout=20_000)
        expect(page.locator("#status .badge").first).to_have_text("Finished", timeout=30_000)
        expect(page.locator("#status .big-figure")).to_have_text("25")
        for fragment in ("#status", "#latest", "#events"):
            expect(page.locator(fragment)).not_to_have_attribute("hx-trigger", re.compile("every"), timeout=15_000)
        rest = len(asked)
        page.wait_for_timeout(2500)
        assert len(asked) == rest, "a page goes on asking about a job that has ended"
    product.play(latency_ms=0)
    assert {re.sub(r".*/jobs/[^/]+/(\w+)\?.*", r"\1", url) for url in asked} >= {"status", "leads", "events"}
