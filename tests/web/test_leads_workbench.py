"""Tags, notes and hiding on the page of leads: one lead where it stands, many at once, taken back."""

from __future__ import annotations

import re
from uuid import uuid4

from reachly import notes, tags
from reachly.leads import get
from tests.planted import people, plant
from tests.web.browsing import Browser, hidden, words


def undone(browser: Browser, page, at: str):
    act = re.search(r'action="/actions/([^"]+)/undo"', page.text)
    assert act
    return browser.post(f"/actions/{act[1]}/undo", at=at)


def tagged(team, lead) -> list[str]:
    contact = get(team.workspace_id, team.user_id, lead).lead.contact_id
    found = tags.of_contacts(team.workspace_id, team.user_id, [contact])
    return [tag.name for tag in found.get(contact, [])]


def test_one_lead_is_tagged_in_its_panel_and_its_row_follows(browser: Browser, team) -> None:
    [lead] = plant(team, *people(1))
    at = f"/leads/{lead}"
    done = browser.post(f"{at}/tags", {"add": "Warm, <b>Key"}, at=at)
    assert 'id="lead-tags"' in done.text
    assert re.search(rf'<tr id="lead-{lead}" hx-swap-oob="true"', done.text)
    assert tagged(team, lead) == ["<b>Key", "Warm"]
    assert "&lt;b&gt;Key" in done.text
    off = browser.post(f"{at}/tags", {"drop": "Warm"}, at=at)
    assert tagged(team, lead) == ["<b>Key"]
    back = undone(browser, off, at)
    assert "Tags of 1 lead as before" in back.headers["HX-Trigger"]
    assert 'id="lead-tags" aria-label="Tags" hx-swap-oob="true"' in back.text
    assert tagged(team, lead) == ["<b>Key", "Warm"]
    assert browser.post(f"{at}/tags", {"add": "x" * 41}, at=at).status_code == 204
    assert browser.post(f"{at}/tags", {"add": "Plain"}).status_code == 303


def test_many_are_tagged_after_a_question_that_names_their_number(browser: Browser, team) -> None:
    ids = plant(team, *people(3))
    tags.tag(team.workspace_id, team.user_id, ids, "Everybody")
    tags.tag(team.workspace_id, team.user_id, ids[:1], "Some")
    asked = browser.post("/leads/tag", {"all_matching": "1"}, at="/leads")
    assert "Tag 3 leads" in words(asked)
    assert "on 1 of 3" in words(asked)
    form = [*hidden(asked), ("tags", "Some"), ("new", "Fresh"), ("colour", "ok")]
    done = browser.post("/leads/tag", form, at="/leads")
    assert "Tags of 3 leads changed" in words(done)
    assert [tagged(team, lead) for lead in ids] == [["Fresh", "Some"]] * 3
    page = browser.get("/leads")
    assert '<span class="badge" data-kind="ok">Fresh</span>' in page.text
    assert 'name="tag_add"' in page.text
    undone(browser, done, "/leads")
    assert [tagged(team, lead) for lead in ids] == [["Everybody", "Some"], ["Everybody"], ["Everybody"]]
    wrong = browser.post("/leads/tag", [*hidden(asked), ("new", "x" * 50)], at="/leads")
    assert (wrong.status_code, wrong.headers["HX-Retarget"]) == (422, "#tag-leads")
    assert browser.post("/leads/tag", {"ids": str(uuid4())}, at="/leads").status_code == 204


def test_a_tag_narrows_the_table(browser: Browser, team) -> None:
    ids = plant(team, *people(3))
    tags.tag(team.workspace_id, team.user_id, ids[:1], "Warm")
    page = browser.get("/leads?tag=warm")
    assert re.findall(r'<tr id="lead-([^"]+)"', page.text) == [str(ids[0])]
    assert "Tag warm" in words(page)


def test_tags_are_managed_and_deleted_with_an_undo(browser: Browser, other_browser: Browser, team) -> None:
    [lead] = plant(team, *people(1))
    tags.tag(team.workspace_id, team.user_id, [lead], "Warm, Cold")
    _, warm = tags.all_tags(team.workspace_id, team.user_id)
    taken = browser.post(f"/leads/tags/{warm.id}", {"name": "cold", "colour": "ok"})
    assert taken.status_code == 422
    assert "There is a tag of that name already." in words(taken)
    browser.post(f"/leads/tags/{warm.id}", {"name": "Hot", "colour": "error"})
    assert '<span class="badge" data-kind="error">Hot</span>' in browser.get("/leads/tags").text
    assert other_browser.post(f"/leads/tags/{warm.id}/delete").status_code == 404
    browser.post(f"/leads/tags/{warm.id}/delete")
    page = browser.get("/leads/tags")
    assert "Tag “Hot” deleted from 1 lead" in words(page)
    assert tagged(team, lead) == ["Cold"]
    undone(browser, page, "/leads/tags")
    assert tagged(team, lead) == ["Cold", "Hot"]


def test_notes_are_written_changed_and_deleted_in_the_panel(browser: Browser, other_browser: Browser, team) -> None:
    [lead] = plant(team, *people(1))
    at = f"/leads/{lead}"
    done = browser.post(f"{at}/notes", {"text": "Call <her>\nsoon"}, at=at)
    assert "Call &lt;her&gt;" in done.text
    contact = get(team.workspace_id, team.user_id, lead).lead.contact_id
    [note] = notes.of(team.workspace_id, team.user_id, contact)
    assert "changed" in words(browser.post(f"{at}/notes/{note.id}", {"text": "Called"}, at=at))
    assert other_browser.post(f"{at}/notes/{note.id}/delete", at=at).status_code == 404
    gone = browser.post(f"{at}/notes/{note.id}/delete", at=at)
    assert "Note deleted" in words(gone)
    back = undone(browser, gone, at)
    assert "Called" in back.text
    assert browser.post(f"{at}/notes", {"text": " "}, at=at).status_code == 204
    assert "Wrote a note" in words(browser.fragment(at))
