"""What templates and static files promise, read from the files themselves."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.look.pages import FRAGMENTS, PAGES
from tests.look.preview import create_preview

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_starts_with_the_names_it_needs(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("{#- ")


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"icon\(\"([a-z0-9-]+)\"", text) + re.findall(r"icons\.svg'\) }}#([a-z0-9-]+)", text):
        assert f'id="{name}"' in SPRITE


def _used(name: str) -> bool:
    """Whether an icon's name is written in some template, in whatever way it gets to the macro."""
    return any(f'"{name}"' in path.read_text(encoding="utf-8") for path in TEMPLATES)


@pytest.mark.parametrize("name", re.findall(r'id="([a-z0-9-]+)"', SPRITE))
def test_sprite_carries_no_icon_that_is_not_used(name: str) -> None:
    assert _used(name)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_posted_form_carries_the_token(path: Path) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), flags=re.S):
        assert "csrf()" in form or "name, value in fields" in form


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_hx_post_has_an_action_without_script_too(path: Path) -> None:
    for tag in re.findall(r"<(?:form|button)[^>]*hx-post=[^>]*>", path.read_text(encoding="utf-8")):
        assert "action=" in tag


@pytest.mark.parametrize("folder", ["static/vendor", "tests/look/vendor"])
def test_vendored_files_are_unchanged(folder: str) -> None:
    lines = (ROOT / folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: checksum for checksum, name in (line.split(maxsplit=1) for line in lines)}
    files = {str(path.relative_to(ROOT / folder)) for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert files - {"README.md", "SHA256SUMS"} == set(sums)
    for name, checksum in sums.items():
        assert hashlib.sha256((ROOT / folder / name).read_bytes()).hexdigest() == checksum


@pytest.mark.parametrize("name", PAGES)
def test_page_is_served(name: str) -> None:
    answer = create_preview().test_client().get(f"/{name}")
    assert answer.status_code == 200
    ids = re.findall(r'\sid="([^"]+)"', answer.get_data(as_text=True))
    assert len(ids) == len(set(ids)), "no id twice"


class Roots(HTMLParser):
    """Collects the attributes of the elements that stand at the top of a fragment."""

    VOID = frozenset({"input", "img", "br", "hr", "meta", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.found.append(dict(attrs))
        self.depth += tag not in self.VOID

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in self.VOID


@pytest.mark.parametrize("name", FRAGMENTS)
def test_fragment_is_served_alone_as_one_element_with_an_id(name: str) -> None:
    answer = create_preview().test_client().get(f"/{name}", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    roots = Roots()
    roots.feed(answer.get_data(as_text=True))
    assert roots.depth == 0
    beside = [root for root in roots.found if "hx-swap-oob" in root]
    assert len(roots.found) - len(beside) == 1
    assert all(root.get("id") for root in roots.found)
