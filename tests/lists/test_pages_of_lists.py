"""The pages of lists, with a script and without: what is asked first, said afterwards, and not there."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from reachly import lists
from tests.lists.kept import colleague, contact, filled, order
from tests.planted import people, plant
from tests.web.browsing import Browser, hidden, words


@pytest.fixture
def browser(team) -> Browser:
    return Browser(team)


def _undo(page) -> str:
    found = re.search(r'action="(/actions/[^"]+/undo)"', page.text)
    assert found
    return found[1]


def _all(team):
    return lists.lists(team.workspace_id, team.user_id).lists


def test_a_list_is_made_once_renamed_deleted_and_brought_back(browser, team) -> None:
    assert "No lists yet" in words(browser.get("/lists"))
    form = dict(hidden(browser.get("/lists/new"))) | {"name": "Autumn fair", "visibility": "personal"}
    answers = [browser.post("/lists", form) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {f"/lists/{_all(team)[0].id}"}
    page = browser.get(answers[0].headers["Location"])
    assert "Nobody is on this list yet" in words(page)
    assert "Only you" in words(browser.get("/lists"))
    url = answers[0].headers["Location"]
    wrong = browser.post(url, {"name": " ", "description": "Kept"}, at=url)
    assert (wrong.status_code, "Give the list a name" in words(wrong), "Kept" in wrong.text) == (422, True, True)
    assert browser.post(url, {"name": "Spring", "visibility": "team", "editing": "team"}).status_code == 303
    assert _all(team)[0].name == "Spring"
    assert browser.post(f"{url}/delete").headers["Location"] == "/lists"
    after = browser.get("/lists")
    assert "List “Spring” deleted" in words(after)
    assert browser.post(_undo(after), {"next": "/lists"}).headers["Location"] == "/lists"
    assert _all(team)[0].name == "Spring"


def test_leads_are_added_to_a_list_that_is_there(browser, team) -> None:
    made, _ = filled(team, 1)
    plant(team, *people(4, source="clay"))
    asked = browser.post("/lists/add", {"all_matching": "1", "source": "clay"}, at="/leads?source=clay")
    assert "Add 4 leads to a list" in words(asked)
    form = dict(hidden(asked)) | {"list": str(made)}
    done = browser.post("/lists/add", form, at="/leads?source=clay")
    assert "4 leads added to “Autumn”" in words(done)
    assert len(order(team, made)) == 5
    again = browser.post("/lists/add", form, at="/leads")
    told = again.headers["HX-Trigger"].encode().decode("unicode_escape")
    assert ("0 leads added to “Autumn”, 4 on it already" in told, "Undo" in words(again)) == (True, False)
    assert browser.post(_undo(done), at="/leads").status_code == 200
    assert len(order(team, made)) == 1


def test_leads_are_added_to_a_new_list_without_a_script(browser, team) -> None:
    leads = plant(team, *people(3))
    page = browser.post("/lists/add", {"ids": [str(lead) for lead in leads[:2]]})
    assert "Your first list" in words(page)
    form = [*hidden(page), ("list", "new"), ("visibility", "team")]
    wrong = browser.post("/lists/add", [*form, ("name", " ")])
    assert (wrong.status_code, "Give the list a name" in words(wrong)) == (422, True)
    done = browser.post("/lists/add", [*form, ("name", "Autumn")])
    assert browser.post("/lists/add", [*form, ("name", "Autumn")]).headers["Location"] == done.headers["Location"]
    (made,) = _all(team)
    assert (done.headers["Location"], made.leads.number) == (f"/lists/{made.id}", 2)
    assert "2 leads added" in words(browser.get(done.headers["Location"]))


def test_nothing_picked_and_a_refused_name_say_so_in_place(browser, team) -> None:
    (lead,) = plant(team, *people(1))
    assert "Pick some first" in browser.post("/lists/add", {}, at="/leads").headers["HX-Trigger"]
    assert browser.get("/lists/add").headers["Location"] == "/leads"
    form = {"ids": str(lead), "confirmed": "yes", "list": "new", "name": "x" * 121}
    refused = browser.post("/lists/add", form, at="/leads")
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, "#add-to-list")


def test_the_page_of_a_list_turns_by_key_and_shows_notes_and_tags(browser, team) -> None:
    plant(team, *people(120))
    made = lists.create(team.workspace_id, team.user_id, "Many").id
    from reachly.leads import LeadQuery

    lists.add(team.workspace_id, team.user_id, made, LeadQuery(sort="name"))
    first = browser.get(f"/lists/{made}")
    assert ("1–50 of 120" in words(first), "First0000 Last0000" in words(first)) == (True, True)
    second = browser.fragment(_next(first), at=f"/lists/{made}")
    third = browser.get(_next(second))
    assert ("51–100 of 120" in words(second), "101–120 of 120" in words(third)) == (True, True)
    assert browser.get(f"/lists/{made}?after=nonsense").headers["Location"] == f"/lists/{made}"


def _next(page) -> str:
    found = re.search(r'href="([^"]+)" aria-label="Next page"', page.text)
    assert found
    return found[1].replace("&amp;", "&")


def test_notes_tags_and_order_are_changed_in_place(browser, team) -> None:
    made, (a, b, c) = filled(team, 3)
    at = f"/lists/{made}/leads/{contact(team, b)}"
    row = browser.post(
        at, {"note": "Call & ask", "was_note": "", "tags": "hot, EU", "was_tags": ""}, at=f"/lists/{made}"
    )
    assert ('value="Call &amp; ask"' in row.text, 'value="hot, EU"' in row.text) == (True, True)
    browser.post(at, {"note": "Call & ask", "was_note": "Call & ask", "tags": "new", "was_tags": "hot, EU"})
    lists.annotate(team.workspace_id, team.user_id, made, contact(team, b), note="By a colleague")
    browser.post(at, {"note": "Call & ask", "was_note": "Call & ask", "tags": "", "was_tags": "new"})
    seen = lists.listed(team.workspace_id, team.user_id, made, b)
    assert (seen.note, seen.tags) == ("By a colleague", [])
    assert "at most 20 tags" in browser.post(at, {"tags": ",".join(map(str, range(21)))}, at="/x").headers["HX-Trigger"]
    table = browser.post(at, {"move": "top"}, at=f"/lists/{made}")
    assert (order(team, made), 'id="list-leads"' in table.text) == ([b, a, c], True)
    assert browser.post(at, {"move": "down"}).status_code == 303
    browser.post(at, {"move": "after", "beside": str(contact(team, c))}, at=f"/lists/{made}")
    assert order(team, made) == [a, c, b]


def test_leads_are_removed_and_tagged_after_a_question_with_their_number(browser, team) -> None:
    made, leads = filled(team, 3)
    plant(team, *people(2))
    asked = browser.post(f"/lists/{made}/tag", {"all_matching": "1", "list_id": str(made)}, at=f"/lists/{made}")
    assert "Tag 3 leads" in words(asked)
    none = browser.post(f"/lists/{made}/tag", dict(hidden(asked)), at=f"/lists/{made}")
    assert (none.status_code, "Give a tag" in words(none)) == (422, True)
    done = browser.post(f"/lists/{made}/tag", dict(hidden(asked)) | {"add": "hot"}, at=f"/lists/{made}")
    assert done.headers["HX-Redirect"] == f"/lists/{made}"
    assert "Tags of 3 leads changed" in words(browser.get(f"/lists/{made}"))
    asked = browser.post(f"/lists/{made}/remove", {"ids": [str(lead) for lead in leads[:2]]})
    assert "Exactly 2 leads will leave “Autumn”" in words(asked)
    browser.post(f"/lists/{made}/remove", hidden(asked))
    assert order(team, made) == leads[2:]
    assert "2 leads removed from “Autumn”" in words(browser.get(f"/lists/{made}"))


def test_lists_are_combined_on_a_page(browser, team) -> None:
    one, (a,) = filled(team, 1, "One")
    two, (b,) = filled(team, 1, "Two")
    assert "Combine lists" in words(browser.get("/lists/combine"))
    form = {"how": "union", "first": str(one), "lists": [str(two)], "name": "Both", "visibility": "team"}
    wrong = browser.post("/lists/combine", form | {"lists": []}, at="/lists")
    assert (wrong.status_code, "Choose 2 to 20 different lists" in words(wrong)) == (422, True)
    same = browser.post("/lists/combine", form | {"lists": [str(one)]}, at="/lists")
    assert (same.status_code, "Choose 2 to 20 different lists" in words(same)) == (422, True)
    made = browser.post("/lists/combine", form | {"lists": [str(one), str(two)]}).headers["Location"]
    assert order(team, made.rsplit("/", 1)[1]) == [a, b]
    assert "“Both” made with 2 leads" in words(browser.get(made))


def test_what_is_locked_on_a_list_is_unlocked_from_there(browser, team) -> None:
    made, _ = filled(team, 2)
    assert 'formaction="/leads/unlock"' in browser.get(f"/lists/{made}").text
    asked = browser.post("/leads/unlock", {"all_matching": "1", "list_id": str(made)}, at=f"/lists/{made}")
    assert "Unlock 2 leads?" in words(asked)


def test_a_viewer_is_offered_nothing_and_told_kindly(team) -> None:
    made, (lead,) = filled(team, 1)
    viewer = Browser(colleague(team, "viewer"))
    page = viewer.get(f"/lists/{made}")
    assert (page.status_code, "View only" in words(page)) == (200, True)
    assert not re.search(r'name="(note|move)"|/delete"|/remove"', page.text)
    at = f"/lists/{made}/leads/{contact(team, lead)}"
    refused = viewer.post(at, {"note": "x"}, at=f"/lists/{made}")
    assert (refused.status_code, "look but not change" in refused.text) == (403, True)
    assert viewer.post(f"/lists/{made}/delete").status_code == 403
    assert _all(team)[0].id == made


def test_a_member_is_told_kindly_that_a_list_is_its_owners_to_change(team) -> None:
    made, (lead,) = filled(team, 1, editing="owner")
    member = Browser(colleague(team))
    at = f"/lists/{made}/leads/{contact(team, lead)}"
    assert "not change it" in member.post(at, {"note": "x"}, at=f"/lists/{made}").headers["HX-Trigger"]
    assert member.post(f"/lists/{made}/delete").status_code == 303
    assert _all(team)[0].id == made


def test_what_others_keep_is_answered_as_what_never_was(team, other_team) -> None:
    made, (lead,) = filled(team, 1, visibility="personal")
    who = contact(team, lead)
    never = uuid4()
    for stranger in (Browser(other_team), Browser(colleague(team, "admin"))):
        for method, path in [
            ("get", "/lists/{}"),
            ("get", "/lists/{}/edit"),
            ("post", "/lists/{}"),
            ("post", "/lists/{}/delete"),
            ("post", "/lists/{}/remove"),
            ("post", "/lists/{}/tag"),
            ("post", f"/lists/{{}}/leads/{who}"),
        ]:
            got = []
            for which in (made, never):
                answer = (
                    stranger.post(path.format(which), {"ids": str(lead), "note": "x", "confirmed": "yes"})
                    if method == "post"
                    else stranger.get(path.format(which))
                )
                got.append((answer.status_code, answer.text.replace(str(which), "")))
            assert got[0] == got[1], path
            assert got[0][0] == 404, path
