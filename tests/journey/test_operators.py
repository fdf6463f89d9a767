"""A stuck search in a real browser: its owner sees what it waits for, an operator gives it up, and both see that."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from reachly.operator.environment import CHECKOUT
from reachly.operator.test import surroundings
from tests.journey.conftest import Open
from tests.journey.product import SETTINGS, Product
from tests.journey.test_journey import register
from tests.journey.test_pages import looks_right

pytestmark = pytest.mark.browser
BUSY = [{"kind": "429", "times": None, "retry_after": 300}]
KEY = "sandbox-own-of-a-journey"


def reachly(product: Product, *words: str) -> str:
    """What the command line says beside the running product."""
    environment = surroundings() | SETTINGS | {"REACHLY_HOME": str(product.folder / "home")}
    command = [sys.executable, "-m", "reachly", *words]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def play(product: Product, **behaviour: Any) -> None:
    """Set what the provider does for the owner's own key alone."""
    port = json.loads((product.folder / "home" / "ports.json").read_text())["sandbox"]
    httpx.put(f"http://127.0.0.1:{port}/_control/{KEY}", json=behaviour).raise_for_status()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/find*")


def bring_a_key(page: Page) -> None:
    """Put in a key of one's own, so that what its account does concerns nobody else."""
    page.goto("/sources")
    card = page.locator("#source-lusha")
    card.locator("[name=key]").fill(KEY)
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("Your own key")


def test_an_operator_gives_a_waiting_search_up_while_its_owner_looks_on(
    open_browser: Open, product: Product, shoot: Callable[[Page, str], None]
) -> None:
    email = f"{uuid4().hex[:10]}@house.example"
    told = re.search(r"One-time password: (\S+)", reachly(product, "admin", "create", email))
    assert told
    with open_browser() as owner, open_browser() as operator:
        register(owner)
        bring_a_key(owner)
        play(product, latency_ms=0, faults=BUSY)
        owner.goto("/find?industries=Software&limit=12&sources=lusha")
        owner.locator("#go").click()
        expect(owner.locator("#status .badge").first).to_have_text("Waiting", timeout=30_000)
        fold = owner.locator("#attempts")
        fold.locator("summary").click()
        expect(fold).to_contain_text("Waiting:")
        shoot(owner, "desktop-attempts")

        sign_in(operator, email, told[1])
        operator.get_by_role("link", name="Operations").first.click()
        operator.wait_for_url("**/operations")
        shoot(operator, "desktop-operations")
        operator.goto("/operations/waiting")
        shoot(operator, "desktop-operations-waiting")
        operator.keyboard.press("j")
        operator.keyboard.press("x")
        operator.get_by_role("button", name="Give up…").click()
        dialog = operator.locator("#dialog")
        expect(dialog).to_contain_text("keeps 0 leads, 0 credits go back")
        looks_right(operator, "release")
        shoot(operator, "desktop-operations-release")
        dialog.get_by_label("Why").fill("The provider is closed today")
        dialog.get_by_role("button", name="Give 1 job up").click()
        expect(operator.locator("#toasts")).to_contain_text("1 job given up.")

        expect(owner.locator("#status .badge").first).to_have_text("Failed")
        expect(owner.locator("#status")).to_contain_text("gave the job up: The provider is closed today.")
        expect(fold).to_have_attribute("open", "")
        expect(fold).to_contain_text("An operator gave the job up")
        assert "The provider is closed today" in reachly(product, "jobs", "record")


def test_the_list_of_jobs_follows_what_is_typed_and_keeps_it_in_the_address(
    open_browser: Open, product: Product
) -> None:
    product.play(latency_ms=0)
    # A request that is overtaken by the next one is given up, which the script notes on the console.
    with open_browser(allowed=("htmx:afterRequest", "htmx:sendAbort")) as page:
        register(page)
        for limit in (1, 2):
            page.goto(f"/find?industries=Software&limit={limit}")
            page.locator("#go").click()
            page.wait_for_url("**/jobs/*")
        page.goto("/jobs")
        expect(page.locator("#jobs tbody tr")).to_have_count(2)
        page.keyboard.press("/")
        page.keyboard.type("2")
        expect(page.locator("#jobs tbody tr")).to_have_count(1)
        page.wait_for_url("**/jobs?q=2")
        expect(page.locator("#jobs-q")).to_be_focused()
        page.get_by_role("checkbox", name="With problems").check()
        page.wait_for_url("**/jobs?q=2&problems=yes")
        expect(page.locator("#jobs")).to_contain_text("No job matches this.")
