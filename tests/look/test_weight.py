"""What a first visit has to load, compressed."""

from __future__ import annotations

import pytest

from tests.look.conftest import Open
from tests.look.pages import PAGES

PAGE_LIMIT = 60_000
SCRIPT_LIMIT = 30_000
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("errors/")])
def test_first_load_stays_within_its_weight(open_page: Open, name: str) -> None:
    with open_page(name) as page:
        page.evaluate("() => document.fonts.ready.then(() => true)")
        loaded = page.evaluate(
            """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
            .map(one => [new URL(one.name).pathname, one.encodedBodySize])"""
        )
    files = {path: size for path, size in loaded if not path.endswith(".woff2")}
    assert files, "the page loads something"
    assert sum(files.values()) <= PAGE_LIMIT
    assert sum(size for path, size in files.items() if path.endswith(".js")) <= SCRIPT_LIMIT
