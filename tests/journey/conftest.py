"""A real browser before the real product."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journey.product import Product

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """One product for all journeys of this worker."""
    product = Product()
    yield product
    product.stop()


@pytest.fixture
def open_browser(chromium: Browser, product: Product) -> Open:
    """Opens an empty window: ``with open_browser(phone=True) as page``.

    At its end it fails when a page said an error on the console, a script raised, or the server failed to answer;
    ``allowed`` are words of errors that belong to what is shown.
    """

    @contextmanager
    def opened(*, phone: bool = False, script: bool = True, allowed: tuple[str, ...] = ()) -> Iterator[Page]:
        context = chromium.new_context(
            **(PHONE if phone else DESK),
            base_url=product.url,
            reduced_motion="reduce",
            color_scheme="light",
            java_script_enabled=script,
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("response", lambda answer: said.append(answer.url) if answer.status >= 500 else None)
        try:
            yield page
        finally:
            context.close()
        assert [words for words in said if not any(word in words for word in allowed)] == []

    return opened


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Looks whether the page fits its window, and keeps a picture of it where REACHLY_SHOTS names a folder."""
    folder = os.environ.get("REACHLY_SHOTS")

    def shot(page: Page, name: str) -> None:
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px too wide"
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.evaluate("() => document.fonts.ready.then(() => true)")
            page.screenshot(path=str(Path(folder) / f"{name}.png"), animations="disabled", scale="css")

    return shot
