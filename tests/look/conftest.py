"""A browser and the preview of all pages, once for each worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.look.preview import create_preview

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the preview answers, on a loopback port of its own."""
    server = make_server("127.0.0.1", 0, create_preview(), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Open:
    """Opens a page of the preview: ``with open_page("find", dark=True) as page``.

    At its end it fails when anything was said on the console, a script raised or the policy was broken.
    """

    @contextmanager
    def opened(name: str, *, dark: bool = False, phone: bool = False, script: bool = True) -> Iterator[Page]:
        context = chromium.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/{name}", wait_until="load")
        try:
            yield page
        finally:
            context.close()
        assert said == []

    return opened
