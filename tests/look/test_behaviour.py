"""What a page does under a person's hands, with and without a script."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.look.conftest import Open

pytestmark = pytest.mark.browser


def _chosen(page: Any, name: str) -> list[str]:
    return page.eval_on_selector_all(f"#find [name={name}]:checked", "all => all.map(one => one.value)")


def test_typed_words_become_chips_by_enter_comma_and_leaving(open_page: Open) -> None:
    with open_page("find/fresh") as page:
        titles = page.get_by_role("combobox", name="Add to job titles")
        titles.fill("CTO")
        titles.press("Enter")
        titles.type("CFO, Head of data")
        titles.blur()
        titles.fill("cto")
        titles.press("Enter")
        assert _chosen(page, "job_titles") == ["CTO", "CFO", "Head of data"]
        page.locator(".chip", has_text="CFO").click()
        assert _chosen(page, "job_titles") == ["CTO", "Head of data"]


def test_suggestion_is_taken_with_the_arrow_keys(open_page: Open) -> None:
    with open_page("find/fresh") as page:
        box = page.get_by_role("combobox", name="Add to industries")
        box.type("so")
        page.get_by_role("option", name="Software").wait_for()
        box.press("ArrowDown")
        box.press("Enter")
        assert _chosen(page, "industries") == ["Software"]
        assert page.locator("#suggest-industries").is_hidden()


def test_half_typed_words_are_not_part_of_the_estimate(open_page: Open) -> None:
    with open_page("find") as page:
        with page.expect_request("**/find/estimate") as asked:
            page.locator(".toggle", has_text="Manager").click()
        assert "_add" not in (asked.value.post_data or "")
        assert "seniorities=manager" in (asked.value.post_data or "")


def test_sources_are_put_in_order_by_button(open_page: Open) -> None:
    with open_page("find") as page:
        page.get_by_role("button", name="Ask Clay earlier").click()
        assert _chosen(page, "sources") == ["clay", "lusha"]


def test_stepper_and_common_numbers_keep_within_limits(open_page: Open) -> None:
    with open_page("find") as page:
        page.get_by_role("button", name="More").click()
        assert page.input_value("#limit") == "250"
        page.get_by_role("button", name="500", exact=True).click()
        assert page.input_value("#limit") == "500"
        page.fill("#limit", "1")
        page.get_by_role("button", name="Fewer").click()
        assert page.input_value("#limit") == "1"


def test_search_can_be_filled_in_without_a_script(open_page: Open) -> None:
    with open_page("find", script=False) as page:
        page.fill("[name=job_titles_add]", "CTO")
        page.locator(".chip", has_text="Germany").click()
        assert "Germany" not in _chosen(page, "locations")
        assert page.locator("#go").is_enabled()
        assert page.locator("form#find").get_attribute("action") == "/find"


def test_keys_move_pick_search_and_explain(open_page: Open) -> None:
    with open_page("leads") as page:
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("x")
        assert page.locator("#lead-1 .tick").is_checked()
        assert page.locator("[data-picked]").inner_text() == "1 selected"
        page.keyboard.press("k")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.press("Control+k")
        assert page.evaluate("document.activeElement.id") == "search"
        page.locator("h1").click()
        page.keyboard.press("?")
        assert page.get_by_role("dialog", name="Keyboard").is_visible()


def test_bulk_bar_appears_with_a_selection_and_counts_all_matching(open_page: Open) -> None:
    with open_page("leads") as page:
        assert page.locator("#bulk").is_hidden()
        page.get_by_label("Select this page").check()
        assert page.locator("[data-picked]").inner_text() == "15 selected"
        page.locator(".toggle", has_text="All 1,240 matching").click()
        assert page.locator("[data-picked]").inner_text() == "All 1,240 matching"
        page.get_by_role("button", name="Clear").click()
        assert page.locator("#bulk").is_hidden()


def test_deletion_asks_with_the_exact_count_and_closes_after_it(open_page: Open) -> None:
    with open_page("leads") as page:
        page.get_by_label("Select Ingrid Solheim").check()
        page.get_by_role("button", name="Delete", exact=True).click()
        dialog = page.get_by_role("dialog", name="Delete 24 leads?")
        dialog.wait_for()
        page.keyboard.press("Escape")
        assert dialog.is_hidden()


def test_row_opens_the_panel_with_an_address_of_its_own(open_page: Open) -> None:
    with open_page("leads") as page:
        page.get_by_role("link", name="Matthias Brandl").click()
        page.get_by_role("complementary", name="Lead").wait_for()
        assert "/leads/8?industries=Software" in page.url
        page.keyboard.press("Escape")
        assert page.locator("#panel").is_hidden()
        assert page.url.endswith("/leads?industries=Software&sort=newest")


def test_stopping_a_job_says_what_it_keeps_first(open_page: Open) -> None:
    with open_page("jobs/418") as page:
        page.get_by_role("button", name="Cancel").click()
        ask = page.get_by_role("alertdialog")
        assert "128 leads" in ask.inner_text()
        ask.get_by_role("button", name="Not now").click()
        assert ask.is_hidden()


def test_job_without_a_stream_asks_by_itself(open_page: Open) -> None:
    with open_page("jobs/418") as page:
        asking = page.locator("#status[hx-trigger='every 1s']")
        assert asking.count() == 0
        for _ in range(5):
            # The stream's first fragments end any asking, as they should: where they come late, it breaks again.
            page.wait_for_timeout(500)
            page.evaluate("htmx.trigger(document.querySelector('[data-stream]'), 'htmx:sseError', {})")
            page.wait_for_timeout(500)
            if asking.count():
                break
        asking.wait_for(state="attached", timeout=1000)
        with page.expect_response(lambda answer: "/jobs/418/status?poll=1" in answer.url):
            page.wait_for_timeout(1500)
        page.reload()
        page.wait_for_load_state("load")
        assert asking.count() == 0


def test_times_are_told_in_the_readers_clock(open_page: Open) -> None:
    with open_page("leads") as page:
        told = page.locator("#lead-0 .at-created_at time")
        since = datetime.fromisoformat(told.get_attribute("datetime") or "")
        minutes = int((datetime.now(UTC) - since).total_seconds() // 60)
        assert told.inner_text() in {f"{minutes} min", f"{minutes - 1} min", f"{minutes + 1} min"}
