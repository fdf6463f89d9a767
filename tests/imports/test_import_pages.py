"""The pages of imports: choosing a file, correcting its columns, what it comes to, taking it back."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from reachly import imports
from reachly.settings import settings
from tests.imports.made import checked, counts, csv_of, imported, leads, people, upload, work
from tests.web.browsing import Browser, words


@pytest.fixture
def browser(team: Any, folder: Any) -> Browser:
    """Alice's browser."""
    return Browser(team)


def send(browser: Browser, data: bytes, name: str = "people.csv", **more: str) -> Any:
    """Upload a file from its page."""
    return browser.post("/imports", {"file": FileStorage(io.BytesIO(data), name), **more})


def test_a_file_goes_all_the_way_by_plain_forms(team, browser) -> None:
    assert "No imports yet" in words(browser.get("/imports"))
    address = send(browser, csv_of(*people(3), "No,Body,,,,")).headers["Location"]
    page = browser.get(address)
    assert "First0" in words(page)
    assert "No e-mail address, no LinkedIn profile" in words(page)
    form = {"form": "columns", "header": "yes", **dict(chosen(page))}
    assert form["column_2"] == "email"
    shown = browser.post(f"{address}/mapping", form | {"column_1": ""}, at=address)
    assert (shown.status_code, "Last0" in words(shown).split("As it would be stored")[1]) == (200, False)
    assert browser.post(f"{address}/check", form).headers["Location"] == address
    told = imports.get(team.workspace_id, team.user_id, address.rsplit("/", 1)[1])
    assert "rows read" in words(browser.get(address))
    work(told.checked.job_id)
    page = words(browser.get(address))
    assert "What would come of it" in page
    assert "Import 3 rows" in page
    browser.post(f"{address}/start")
    work(imports.get(team.workspace_id, team.user_id, told.id).run.job_id)
    page = words(browser.get(address))
    assert "New leads 3" in page
    assert "Download 1 refused row" in page
    lines = browser.get(f"{address}/refused").data.decode("utf-8-sig").splitlines()
    assert lines[1].endswith(",No,Body,,,,")
    browser.post(f"{address}/undo")
    assert "Taken back: 3 leads gone" in words(browser.get(address))
    assert leads(team) == []
    assert "Taken back" in words(browser.get("/imports"))


def chosen(page: Any) -> list[tuple[str, str]]:
    """What the page's selects have chosen."""
    found = []
    for name, options in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', page.text, flags=re.S):
        value = re.search(r'<option value="([^"]*)" selected', options)
        found.append((name, value[1].replace("&#34;", '"').replace("&#39;", "'") if value else ""))
    return found


def test_what_is_no_table_is_refused_and_the_choice_is_kept(browser) -> None:
    answer = send(browser, b"PK\x03\x04" + b"\0" * 500, "leads.csv", use="exclude")
    assert answer.status_code == 422
    assert "Excel workbook or a ZIP archive" in words(answer)
    assert re.search(r'value="exclude" checked', answer.text)
    assert browser.post("/imports", {"use": "own"}).status_code == 422


def test_a_file_that_is_too_large_is_said_to_be(browser, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "import_bytes", 1000)
    monkeypatch.setattr("reachly.web.security.AROUND_FILE", 2000)
    for size in (2000, 9000):
        answer = send(browser, b"a" * size)
        assert (answer.status_code, "at most 1,000 bytes" in words(answer)) == (413, True)


def test_columns_by_which_nobody_is_recognised_are_not_read(team, browser) -> None:
    told = upload(team, csv_of("Ada,Engine", header="First name,Company"))
    answer = browser.post(f"/imports/{told.id}/check", {"form": "columns", "header": "yes", "column_0": "first_name"})
    assert (answer.status_code, "Say which column has an e-mail" in words(answer)) == (422, True)


def test_how_the_file_is_read_can_be_corrected(team, browser) -> None:
    told = upload(team, "Имя;E-mail\nАнна;anna@firm.example\n".encode("cp1251"))
    assert told.shape.encoding == "cp1252"
    form = {"form": "columns", "header": "yes", "encoding": "cp1251", "delimiter": ";", "quote": '"'}
    assert browser.post(f"/imports/{told.id}/mapping", form).status_code == 303
    page = words(browser.get(f"/imports/{told.id}"))
    assert "Имя" in page
    assert "Анна" in page


def test_what_is_imported_cannot_be_corrected_any_more(team, browser) -> None:
    told = imported(team, csv_of(*people(1)))
    for act in ("check", "mapping", "start", "undo", "undo"):
        assert browser.post(f"/imports/{told.id}/{act}", {"form": "columns"}).status_code == 303
    assert counts(imports.get(team.workspace_id, team.user_id, told.id)) == (1, 0, 0, 0)


def test_nobody_else_finds_an_import(team, other_team, browser) -> None:
    told = checked(team, upload(team, csv_of(*people(1))))
    stranger = Browser(other_team)
    for address in (f"/imports/{told.id}", f"/imports/{told.id}/refused"):
        assert stranger.get(address).status_code == 404
    for act in ("mapping", "check", "start", "undo"):
        assert stranger.post(f"/imports/{told.id}/{act}").status_code in (303, 404)
    assert imports.get(team.workspace_id, team.user_id, told.id).state == "checked"
    assert "people.csv" not in words(stranger.get("/imports"))
    assert "people.csv" in words(browser.get("/imports"))
