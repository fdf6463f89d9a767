"""Asking for a file: the exact count, the first rows, columns in their order, one job for one form."""

from __future__ import annotations

import re
from uuid import uuid4

from reachly.database import scope
from reachly.engine import look
from reachly.export import DEFAULT
from tests.lists.kept import filled
from tests.planted import people, plant
from tests.web.browsing import Browser, hidden, words

CHECKED = re.compile(r'name="columns" value="([a-z_]+)" checked')


def jobs(team) -> list:
    with scope(team.workspace_id, team.user_id):
        return look.jobs(kind="export_leads")


def test_the_dialog_names_the_exact_number_and_shows_the_first_rows(browser: Browser, team) -> None:
    plant(team, *people(61, country="Norway"), *people(4, country="Sweden"))
    dialog = browser.fragment("/exports/new?country=Norway&sort=oldest")
    assert "Export 61 rows" in words(dialog)
    assert "Country Norway, oldest first" in words(dialog)
    assert "First name,Last name," in dialog.text
    assert "First0000,Last0000," in dialog.text
    assert tuple(CHECKED.findall(dialog.text)) == DEFAULT
    assert "<html" not in dialog.text


def test_a_selection_and_all_that_match_can_be_exported(browser: Browser, team) -> None:
    ids = plant(team, *people(60))
    some = browser.post("/exports/new", {"ids": [str(ids[3]), str(ids[4])]}, at="/leads")
    assert "Export 2 rows" in words(some)
    assert "2 chosen leads" in words(some)
    all_of_them = browser.post("/exports/new", {"all_matching": "1", "ids": str(ids[3])}, at="/leads")
    assert "Export 60 rows" in words(all_of_them)


def test_without_a_script_the_dialog_is_a_page(browser: Browser, team) -> None:
    plant(team, *people(2))
    page = browser.get("/exports/new")
    assert "<html" in page.text
    fields = dict(hidden(page)) | {"columns": ["company", "email"], "place_company": "2", "place_email": "1"}
    answer = browser.post("/exports", fields | {"format": "exact"})
    [job] = jobs(team)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/jobs/{job.id}")
    assert [key for key, _ in job.params["columns"]] == ["email", "company"]
    assert (job.params["format"], job.params["mode"]) == ("csv", "exact")


def test_one_form_makes_one_job_however_often_it_is_sent(browser: Browser, team) -> None:
    plant(team, *people(3))
    fields = [*hidden(browser.fragment("/exports/new")), ("columns", "email"), ("format", "excel")]
    first = browser.post("/exports", fields, at="/leads")
    again = browser.post("/exports", fields, at="/leads")
    [job] = jobs(team)
    assert first.status_code == again.status_code == 204
    assert first.headers["HX-Redirect"] == again.headers["HX-Redirect"] == f"/jobs/{job.id}"
    assert job.progress_total == 3
    other = browser.post("/exports", [*fields, ("columns", "phone")], at="/leads")
    assert other.status_code == 422
    assert "sent before with another choice" in words(other)
    assert len(jobs(team)) == 1


def test_columns_come_in_their_order_and_are_offered_again(browser: Browser, team) -> None:
    plant(team, *people(1))
    fields = [*hidden(browser.fragment("/exports/new")), ("format", "jsonl")]
    browser.post("/exports", [*fields, ("columns", "phone"), ("columns", "full_name")], at="/leads")
    assert jobs(team)[0].params["columns"] == [["phone", "phone"], ["full_name", "full_name"]]
    assert CHECKED.findall(browser.fragment("/exports/new").text) == ["phone", "full_name"]


def test_the_preview_follows_the_form(browser: Browser, team) -> None:
    plant(team, {"first_name": "=SUM(A1)", "email": "a@firm.example"})
    fields = [*hidden(browser.fragment("/exports/new")), ("columns", "email"), ("columns", "first_name")]
    excel = browser.post("/exports/preview", [*fields, ("format", "excel")], at="/leads")
    assert "a@firm.example,&#39;=SUM(A1)" in excel.text
    exact = browser.post("/exports/preview", [*fields, ("format", "exact")], at="/leads")
    assert "a@firm.example,=SUM(A1)" in exact.text
    lines = browser.post("/exports/preview", [*fields, ("format", "jsonl")], at="/leads")
    assert "&#34;first_name&#34;:&#34;=SUM(A1)&#34;" in lines.text
    none = browser.post("/exports/preview", hidden(browser.fragment("/exports/new")), at="/leads")
    assert "Choose at least one column" in words(none)


def test_what_is_wrong_stands_beside_its_field(browser: Browser, team) -> None:
    plant(team, *people(1))
    fields = hidden(browser.fragment("/exports/new"))
    for more, said in (
        ([("format", "excel")], "Choose at least one column."),
        ([("format", "docx"), ("columns", "email")], "Choose one of the formats."),
        ([("format", "excel"), ("columns", "password")], "There is no column “password”."),
        ([("format", "excel"), ("columns", "email"), ("columns", "email")], "may come once"),
    ):
        answer = browser.post("/exports", [*fields, *more], at="/leads")
        assert answer.status_code == 422
        assert said in words(answer)
    assert jobs(team) == []


def test_nothing_picked_asks_to_pick(browser: Browser, team) -> None:
    plant(team, *people(1))
    for path in ("/exports", "/exports/new", "/exports/preview"):
        assert "Pick some leads first" in browser.post(path, {"ids": "x"}, at="/leads").headers["HX-Trigger"]
    assert browser.post("/exports", {}).status_code == 303


def test_a_workspace_exports_its_own_leads_only(browser: Browser, other_browser: Browser, team) -> None:
    [lead] = plant(team, *people(1))
    theirs = other_browser.post("/exports/new", {"ids": str(lead)}, at="/leads")
    unknown = other_browser.post("/exports/new", {"ids": str(uuid4())}, at="/leads")
    assert "Export 0 rows" in words(theirs)
    assert "Export 0 rows" in words(unknown)
    assert 'id="export-go" disabled' in theirs.text


def test_a_form_without_our_token_starts_nothing(browser: Browser, team) -> None:
    plant(team, *people(1))
    fields = {"all_matching": "1", "columns": "email", "format": "excel"}
    assert browser.post("/exports", fields, token="made-up").status_code == 400
    assert jobs(team) == []


CHOSEN = re.compile(r'<option value="([^"]+)" selected>')
HEADERS = re.compile(r'name="header_([a-z_]+)" value="([^"]+)"')


def test_a_preset_fills_the_dialog_and_the_preview_follows(browser: Browser, team) -> None:
    plant(team, *people(2))
    fields = hidden(browser.fragment("/exports/new"))
    dialog = browser.post("/exports/new", [*fields, ("preset", "pipedrive")], at="/leads")
    assert CHOSEN.findall(dialog.text) == ["pipedrive"]
    assert CHECKED.findall(dialog.text)[:3] == ["full_name", "email", "phone"]
    headers = HEADERS.findall(dialog.text)
    assert headers[:2] == [("full_name", "Person - Name"), ("email", "Person - Email")]
    assert "Person - Name,Person - Email" in dialog.text
    assert 'value="exact" checked' in dialog.text
    more = [("preset", "pipedrive"), ("format", "xlsx"), ("provenance", "1")]
    more += [("columns", "full_name"), ("columns", "email"), *((f"header_{key}", header) for key, header in headers)]
    lines = browser.post("/exports/preview", [*fields, *more], at="/leads")
    assert "Person - Name,Person - Email,First name source" in lines.text
    assert browser.post("/exports", [*fields, *more], at="/leads").status_code == 204
    [job] = jobs(team)
    assert (job.params["format"], job.params["preset"], job.params["provenance"]) == ("xlsx", "Pipedrive people", True)
    assert job.params["columns"] == [["full_name", "Person - Name"], ["email", "Person - Email"]]
    assert tuple(CHECKED.findall(browser.fragment("/exports/new").text)) == DEFAULT


def test_choices_are_kept_under_a_name_used_again_and_deleted(browser: Browser, other_browser: Browser, team) -> None:
    plant(team, *people(1))
    fields = hidden(browser.fragment("/exports/new"))
    form = [("columns", "phone"), ("columns", "email"), ("header_phone", "Tel."), ("format", "xlsx")]
    kept = browser.post("/exports/presets", [*fields, *form, ("preset_name", "For Mara")], at="/leads")
    assert "kept" in kept.headers["HX-Trigger"]
    [key] = CHOSEN.findall(kept.text)
    again = browser.post("/exports/new", [*fields, ("preset", key)], at="/leads")
    assert CHECKED.findall(again.text) == ["phone", "email"]
    assert HEADERS.findall(again.text) == [("phone", "Tel.")]
    assert 'value="xlsx" checked' in again.text
    assert "For Mara" not in other_browser.fragment("/exports/new").text
    refused = browser.post("/exports/presets", [*fields, *form, ("preset_name", " ")], at="/leads")
    assert (refused.status_code, "Give it a name" in words(refused)) == (422, True)
    named = [*fields, *form, ("preset_name", "Two at once")]
    assert browser.post("/exports", named, at="/leads").status_code == 204
    assert "Two at once" in browser.fragment("/exports/new").text
    gone = browser.post("/exports/presets/delete", [*fields, *form, ("preset", key)], at="/leads")
    assert "For Mara" not in gone.text
    assert CHECKED.findall(gone.text) == ["phone", "email"]


def test_presets_work_without_a_script(browser: Browser, team) -> None:
    plant(team, *people(1))
    fields = dict(hidden(browser.get("/exports/new")))
    page = browser.post("/exports/new", fields | {"preset": "lemlist"})
    assert "<html" in page.text
    assert ("first_name", "firstName") in HEADERS.findall(page.text)
    kept = browser.post("/exports/presets", fields | {"preset_name": "Mine", "columns": "email", "format": "exact"})
    assert (kept.status_code, "Mine" in kept.text) == (200, True)


def test_a_lists_dialog_offers_its_order_its_notes_and_its_tags(browser: Browser, team) -> None:
    made, _ = filled(team)
    dialog = browser.fragment(f"/exports/new?list_id={made}")
    assert "in the list's order" in words(dialog)
    assert re.search('name="list_order" value="1" checked', dialog.text)
    fields = [*hidden(dialog), ("columns", "email"), ("columns", "list_note"), ("format", "excel")]
    browser.post("/exports", [*fields, ("list_order", "1")], at="/leads")
    [job] = jobs(team)
    assert job.params["list_order"] is True
    assert [key for key, _ in job.params["columns"]] == ["email", "list_note"]
    assert job.name.endswith("in the list's order")
    plain = browser.fragment("/exports/new").text
    assert "list_note" not in plain
    assert "list_order" not in plain
