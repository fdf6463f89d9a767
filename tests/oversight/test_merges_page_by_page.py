"""Merges of the catalogue that stand: all of them can be reached and taken back, however many came since."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest

from reachly.operator import line
from reachly.operator.admin import main
from tests.planted import as_owner
from tests.web.browsing import Browser, words


@pytest.fixture
def merges(desk) -> list[UUID]:
    """Three, the oldest first."""
    made = []
    for _ in range(3):
        mark = uuid4().hex[:8]
        kept, gone = (
            as_owner("INSERT INTO organizations (name, domain) VALUES (%s, %s) RETURNING id", (mark, domain))[0][0]
            for domain in (f"{mark}.example", f"www2.{mark}.example")
        )
        made.append(desk.merge("organization", kept, gone, mark).id)
    return made


def test_the_page_goes_on_to_older_merges_and_back(operator, merges, monkeypatch) -> None:
    monkeypatch.setattr("reachly.web.oversight.duplicates.PAGE", 2)
    browser, seen = Browser(operator), list[str]()
    page = browser.get("/operations/duplicates?kind=people")
    while True:
        seen += re.findall(r'name="merge" value="([^"]+)"', page.text)
        further = re.search(r'href="(/operations/duplicates[^"]+before=[^"]+)" aria-label="Next page"', page.text)
        if further is None or str(merges[0]) in seen:
            break
        page = browser.get(further[1].replace("&amp;", "&").partition("#")[0])
    assert [each for each in seen if UUID(each) in merges] == [str(each) for each in reversed(merges)]
    assert 'href="/operations/duplicates?kind=people" aria-label="Previous page"' in page.text
    assert "on this page" in words(page)


def test_the_command_line_lists_every_merge_that_stands(merges, monkeypatch, capsys) -> None:
    monkeypatch.setattr("reachly.operator.admin.PAGE", 2)
    assert main(line.parser().parse_args(["admin", "split"])) == 0
    told = capsys.readouterr().out
    assert [told.count(str(each)) for each in merges] == [1, 1, 1]
