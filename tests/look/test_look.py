"""Every page, in light and dark, on a desk and in a hand, and what a first visit has to load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.look.conftest import Open
from tests.look.pages import PAGES
from tests.look.weight import too_much

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
pytestmark = pytest.mark.browser


SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def _findings(page: Any, only: dict[str, Any]) -> list[str]:
    result = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return [f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]


def _overflow(page: Any) -> int:
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_accessibility_finding_fits_and_stays_within_its_weight(open_page: Open, name: str) -> None:
    """All of it in one visit, since opening a page is what takes the time; no script asks how wide the window is."""
    found: dict[str, Any] = {}
    with open_page(name) as page:
        page.evaluate("() => document.fonts.ready.then(() => true)")
        found["weight"] = [] if name.startswith("errors/") else too_much(page)
        page.evaluate(AXE)
        for where, size in SIZES.items():
            page.set_viewport_size(size)
            page.emulate_media(color_scheme="light")
            found[where] = _findings(page, {"type": "tag", "values": TAGS})
            if _overflow(page) > 0:
                found[where] += ["wider than the window"]
            page.emulate_media(color_scheme="dark")
            found[f"{where}, dark"] = _findings(page, COLOURS)
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("name", ["home", "find", "leads/8", "jobs/418", "jobs", "credits", "exports", "settings"])
def test_page_fits_from_a_small_phone_to_a_wide_screen(open_page: Open, name: str) -> None:
    with open_page(name) as page:
        over = {}
        for width in (320, 390, 600, 760, 761, 900, 1024, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            over[width] = _overflow(page)
        assert {width: more for width, more in over.items() if more > 0} == {}


@pytest.mark.parametrize("name", ["home", "find", "leads", "jobs/418", "credits", "exports", "sources", "settings"])
def test_main_targets_on_a_phone_are_large_enough(open_page: Open, name: str) -> None:
    with open_page(name, phone=True) as page:
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, .btn, .nav a, .chip, .toggle, .switch, summary')]
            .filter(it => it.checkVisibility({visibilityProperty: true}) && !it.closest('.unseen'))
            .map(it => [it.getBoundingClientRect(), it.outerHTML.slice(0, 90)])
            .filter(([box]) => box.width > 0 && Math.min(box.height, box.width) < 24).map(([, html]) => html)"""
        )
        assert small == []


@pytest.mark.parametrize("name", ["find", "leads", "jobs/418", "login"])
def test_theme_can_be_chosen_against_the_system(open_page: Open, name: str) -> None:
    with open_page(name) as page:
        light = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        page.context.add_cookies([{"name": "theme", "value": "dark", "url": page.url}])
        page.reload()
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != light
