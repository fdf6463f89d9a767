"""What a first visit has to load, compressed."""

from __future__ import annotations

from playwright.sync_api import Page

PAGE_LIMIT = 60_000
SCRIPT_LIMIT = 30_000


def too_much(page: Page) -> list[str]:
    """What is over its limit on a page that was just opened with nothing cached; fonts are not counted."""
    loaded = page.evaluate(
        """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map(one => [new URL(one.name).pathname, one.encodedBodySize])"""
    )
    files = {path: size for path, size in loaded if not path.endswith(".woff2")}
    assert files, "the page loads something"
    sizes = {
        "page": (sum(files.values()), PAGE_LIMIT),
        "scripts": (sum(size for path, size in files.items() if path.endswith(".js")), SCRIPT_LIMIT),
    }
    return [f"{what}: {size} of {most} bytes" for what, (size, most) in sizes.items() if size > most]
