"""From an ideal customer profile to a CSV in the hand, in a real browser, at a desk and on a phone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journey.conftest import Open
from tests.journey.product import Product

pytestmark = pytest.mark.browser
WANTED = 60
Shoot = Callable[[Page, str], None]


def register(page: Page) -> None:
    """Become somebody with a workspace of their own."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Register")).first.click()
    page.get_by_label("Your name").fill("Amara Osei")
    page.get_by_label("Work e-mail").fill(f"{uuid4().hex[:10]}@halden.example")
    page.get_by_label("Password").fill("long beats clever")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/find*")


def describe(page: Page, limit: int = WANTED) -> None:
    """Say who is looked for."""
    page.get_by_label("Add to industries").fill("Software")
    page.get_by_label("Add to industries").press("Enter")
    page.get_by_label("Add to locations").fill("Germany")
    page.get_by_label("Add to locations").press("Enter")
    page.get_by_label("Number of leads wanted").fill(str(limit))
    expect(page.locator("#go")).to_have_text(re.compile(rf"Find {limit} leads · at most {limit} credits"))
    expect(page.locator("#estimate .figure")).to_have_text(re.compile(r"About [\d,]+ match"))


def number(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", ""))


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_from_a_profile_to_a_file(
    open_browser: Open, product: Product, shoot: Shoot, tmp_path: Path, phone: bool
) -> None:
    window = "phone" if phone else "desktop"
    product.play(latency_ms=250)
    with open_browser(phone=phone) as page:
        page.goto("/")
        shoot(page, f"{window}-home")
        register(page)
        describe(page)
        shoot(page, f"{window}-find")
        page.locator("#go").click()
        page.wait_for_url("**/jobs/*")

        figure = page.locator("#status .big-figure")
        expect(figure).not_to_have_text("0")
        expect(page.locator("#latest tbody tr[id]").first).to_be_visible()
        shoot(page, f"{window}-job")
        seen = number(figure.inner_text())
        page.reload()
        assert number(figure.inner_text()) >= seen
        expect(page.locator("#status .badge").first).to_have_text("Finished", timeout=30_000)
        done = number(figure.inner_text())
        assert done == WANTED
        shoot(page, f"{window}-job-done")

        page.get_by_role("link", name=f"Open {done} leads").click()
        page.wait_for_url("**/leads?job_id=*")
        expect(page.locator(".leads-foot")).to_contain_text(f"of {done}")
        shoot(page, f"{window}-leads")
        page.locator("[data-row-link]").first.click()
        expect(page.locator("#panel h2")).to_be_visible()
        page.wait_for_url("**/leads/*-*")
        shoot(page, f"{window}-lead")
        page.locator("[data-panel-close]").click()

        page.locator(".top .actions").get_by_role("link", name="Export", exact=True).click()
        go = page.get_by_role("button", name=re.compile(r"^Export [\d,]+ rows$"))
        expect(go).to_be_visible()
        rows = number(go.inner_text())
        assert rows == done
        shoot(page, f"{window}-export")
        go.click()
        page.wait_for_url("**/jobs/*")
        link = page.get_by_role("link", name=f"Download {rows} rows")
        expect(link).to_be_visible(timeout=30_000)
        with page.expect_download() as fetched:
            link.click()
        file = tmp_path / fetched.value.suggested_filename
        fetched.value.save_as(file)
        assert file.suffix == ".csv"
        data = file.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        leads = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert len(leads) == rows
        assert len({lead["E-mail"] for lead in leads}) == rows
        assert all(lead["E-mail"] and lead["Last name"] for lead in leads)

        page.goto("/exports")
        expect(page.locator("tbody tr").first).to_contain_text("Ready")
        shoot(page, f"{window}-exports")
        page.goto("/credits")
        expect(page.locator(".ledger-figure").first).to_contain_text(str(100 - done))
        shoot(page, f"{window}-credits")


def test_the_demo_is_one_click_away(open_browser: Open, shoot: Shoot) -> None:
    with open_browser() as page:
        page.goto("/")
        page.get_by_role("button", name="Try the demo").click()
        page.wait_for_url("**/find*")
        expect(page.locator(".workspace")).to_contain_text("Demo workspace")
        for path in ("/sources", "/settings", "/jobs"):
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            shoot(page, f"desktop-{path.strip('/')}")


def test_leads_are_picked_deleted_and_brought_back_by_key_and_click(open_browser: Open, product: Product) -> None:
    product.play(latency_ms=0)
    with open_browser() as page:
        register(page)
        describe(page, 55)
        page.locator("#go").click()
        expect(page.locator("#status .badge").first).to_have_text("Finished", timeout=30_000)
        page.goto("/leads")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.locator("[data-picked]")).to_have_text("1 selected")
        page.get_by_label("All 55 matching").check(force=True)
        expect(page.locator("[data-picked]")).to_have_text("All 55 matching")
        page.locator("#bulk").get_by_role("button", name="Delete").click()
        page.locator("#dialog").get_by_role("button", name="Delete 55 leads").click()
        expect(page.locator(".toast")).to_contain_text("55 leads deleted")
        expect(page.locator("#leads")).to_contain_text("No lead of yours matches this.")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".leads-foot")).to_contain_text("1–50 of 55")
        page.locator("#q").fill("nobodyatall")
        expect(page.locator("#leads")).to_contain_text("No lead of yours matches this.")
        page.wait_for_url("**/leads?q=nobodyatall")


def test_everything_works_without_a_script(open_browser: Open, product: Product, tmp_path: Path) -> None:
    product.play(latency_ms=0)
    with open_browser(script=False) as page:
        register(page)
        page.locator("[name=industries_add]").fill("Software")
        page.locator("[name=limit]").fill("12")
        page.locator("#go").click()
        page.wait_for_url("**/jobs/*")
        expect(page.get_by_role("link", name="Open 12 leads")).to_be_visible(timeout=30_000)
        page.get_by_role("link", name="Open 12 leads").click()
        expect(page.locator(".leads-foot")).to_contain_text("1–12 of 12")
        page.locator("[data-row-link]").first.click()
        expect(page.locator("#panel h2")).to_be_visible()
        page.goto("/leads")
        page.locator("[name=ids]").first.check()
        page.locator("#bulk").get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete 1 lead").click()
        expect(page.locator(".leads-foot")).to_contain_text("1–11 of 11")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".leads-foot")).to_contain_text("1–12 of 12")
        page.locator(".top .actions").get_by_role("link", name="Export", exact=True).click()
        page.wait_for_url("**/exports/new*")
        page.get_by_role("button", name="Export 12 rows").click()
        expect(page.get_by_role("link", name="Download 12 rows")).to_be_visible(timeout=30_000)
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Download 12 rows").click()
        fetched.value.save_as(tmp_path / "leads.csv")
        assert (tmp_path / "leads.csv").read_bytes().count(b"\r\n") == 13
