"""The export dialog in a real browser: each choice shows in the preview, and the file is what was chosen."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journey.conftest import DESK, Open
from tests.journey.product import Product
from tests.journey.test_journey import register

pytestmark = pytest.mark.browser
Cookies = list[dict[str, str]]


@pytest.fixture(scope="module")
def cookies(chromium: Browser, product: Product) -> Iterator[Cookies]:
    """Somebody with a dozen leads."""
    product.play(latency_ms=0)
    context = chromium.new_context(base_url=product.url, **DESK)
    context.set_default_timeout(15_000)
    page = context.new_page()
    register(page)
    page.goto("/find?industries=Software&limit=12")
    page.locator("#go").click()
    expect(page.locator("#status .badge").first).to_have_text("Finished", timeout=30_000)
    yield context.cookies()
    context.close()


def opened(page: Page, cookies: Cookies) -> Locator:
    """The dialog over the table of leads."""
    page.context.add_cookies(cookies)
    page.goto("/leads")
    page.locator(".top .actions").get_by_role("link", name="Export", exact=True).click()
    form = page.locator("#dialog #export")
    expect(form.locator("#export-go")).to_be_visible()
    return form


def only(form: Locator, *names: str) -> None:
    """Tick these columns and no others."""
    for box in form.locator("[name=columns]").all():
        if box.is_checked() != (box.get_attribute("value") in names):
            box.click()


def fetched(page: Page, form: Locator, folder: Path) -> bytes:
    """Send the form and take the file."""
    form.locator("#export-go").click()
    link = page.get_by_role("link", name="Download 12 rows")
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as arrived:
        link.click()
    arrived.value.save_as(folder / "file")
    return (folder / "file").read_bytes()


def test_another_format_and_other_columns_in_another_order(
    open_browser: Open, cookies: Cookies, tmp_path: Path
) -> None:
    with open_browser() as page:
        form = opened(page, cookies)
        preview = form.locator("#export-preview pre")
        form.get_by_text("CSV, exact").click()
        only(form, "first_name", "email")
        expect(preview).to_have_text(re.compile("^(First name,E-mail|E-mail,First name)\n"))
        move = form.get_by_role("button", name="Move E-mail up")
        for _ in range(20):
            if not move.is_visible():
                break
            move.click()
        expect(preview).to_have_text(re.compile("^E-mail,First name\n"))
        expect(form.get_by_role("heading", name="Export leads")).to_be_visible()
        data = fetched(page, form, tmp_path)
        assert not data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
        assert rows[0] == ["E-mail", "First name"]
        assert len(rows) == 13
        assert all("@" in row[0] for row in rows[1:])


def test_jsonl_from_the_dialog_and_from_its_own_page(open_browser: Open, cookies: Cookies, tmp_path: Path) -> None:
    with open_browser() as page:
        form = opened(page, cookies)
        form.get_by_text("JSONL").click()
        expect(form.locator("#export-preview pre")).to_have_text(re.compile(r"^\{"))
        lines = [json.loads(line) for line in fetched(page, form, tmp_path).splitlines()]
        assert len(lines) == 12
        page.goto("/exports/new")
        form = page.locator("main #export")
        form.get_by_text("JSONL").click()
        only(form, "email")
        expect(form.locator("#export-preview pre")).to_have_text(re.compile(r'^\{"email":"[^"]+","provenance":'))
        expect(form.get_by_text("CSV for Excel")).to_be_visible()
        lines = [json.loads(line) for line in fetched(page, form, tmp_path).splitlines()]
        assert len(lines) == 12
        assert all(set(line) == {"email", "provenance"} and "@" in line["email"] for line in lines)
