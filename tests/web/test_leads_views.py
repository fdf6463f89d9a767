"""Saved views above the table of leads, the order of its columns, and how dense it is."""

from __future__ import annotations

import re
from uuid import uuid4

from reachly import views
from reachly.leads import Counted
from tests.planted import people, plant
from tests.web.browsing import Browser, words


def headings(page) -> list[str]:
    return re.findall(r'<th scope="col" class="at-(?!more)(\w+)"', page.text)


def saved(browser: Browser, name: str, at: str, **form: str) -> str:
    answer = browser.post("/leads/views", {"name": name} | form, at=at)
    assert answer.status_code == 204, answer.text
    return answer.headers["HX-Redirect"]


def test_what_is_shown_is_kept_under_a_name_and_its_address_still_tells_the_query(browser: Browser, team) -> None:
    plant(team, *people(2, country="Norway"), *people(1, country="Sweden"))
    url = saved(browser, "Norwegians", "/leads?country=Norway&sort=name")
    assert url.startswith("/leads?country=Norway&sort=name&view=")
    page = browser.get(url)
    assert "View “Norwegians” saved" in words(page)
    assert (
        f'href="{url.replace("&", "&amp;")}" aria-current="page" title="Only you see this view">Norwegians<'
        in page.text
    )
    assert "All leads 3" in words(page)
    assert "Norwegians 2" in words(page)
    assert "Changed" not in words(page)
    alone = browser.get(f"/leads?view={url.rpartition('=')[2]}")
    assert (alone.status_code, alone.headers["Location"]) == (302, url)
    narrowed = browser.fragment(url.replace("Norway", "Sweden"))
    assert "Changed" in words(narrowed)
    assert 'id="views"' in narrowed.text


def test_a_form_that_cannot_be_kept_says_why_and_keeps_what_was_typed(browser: Browser, team) -> None:
    plant(team, *people(1))
    answer = browser.post("/leads/views", {"name": " ", "shared": "yes"}, at="/leads?q=first")
    assert answer.status_code == 422
    assert "Give the view a name." in words(answer)
    assert 'value="first"' in answer.text
    plain = browser.post("/leads/views", {"name": "Plain", "q": "first"})
    assert plain.headers["Location"].startswith("/leads?q=first&view=")
    assert "Save this view" in words(browser.get("/leads/views/new?q=first"))


def test_changes_are_saved_or_given_up(browser: Browser, team) -> None:
    plant(team, *people(1, country="Norway"))
    url = saved(browser, "Ours", "/leads?country=Norway", shared="yes")
    view = url.rpartition("=")[2]
    browser.post("/leads/columns", [("columns", "phone"), ("columns", "email"), ("density", "compact")], at=url)
    page = browser.get(url)
    assert headings(page) == ["phone", "email"]
    assert 'data-density="compact"' in page.text
    assert "Changed" in words(page)
    assert headings(browser.get("/leads")) == ["company", "email", "phone", "location", "source", "created_at"]
    browser.post(f"/leads/views/{view}/reset", at=url)
    assert headings(browser.get(url))[0] == "company"
    browser.post("/leads/columns", [("columns", "phone"), ("columns", "email")], at=url)
    now = browser.post(f"/leads/views/{view}/update", {"view": view, "q": "first"}, at=f"/leads?q=first&view={view}")
    assert now.headers["HX-Redirect"] == f"/leads?q=first&view={view}"
    kept = views.get(team.workspace_id, team.user_id, view)
    assert (kept.query, kept.columns, kept.density) == ("q=first", ["phone", "email"], "comfortable")
    assert "Changed" not in words(browser.get(f"/leads?q=first&view={view}"))


def test_the_page_opens_with_a_view_and_all_leads_are_one_click_away(browser: Browser, team) -> None:
    plant(team, *people(1, country="Norway"))
    url = saved(browser, "Norwegians", "/leads?country=Norway")
    view = url.rpartition("=")[2]
    browser.post(f"/leads/views/{view}/open", {"open": "yes", "view": view}, at=url)
    assert browser.get("/leads").headers["Location"] == url
    assert 'href="/leads?view=all"' in browser.get(url).text
    assert browser.get("/leads?view=all").status_code == 200
    assert browser.get("/leads?q=x").status_code == 200
    browser.post(f"/leads/views/{view}/open", {"open": "no", "view": view}, at=url)
    assert browser.get("/leads").status_code == 200


def test_a_view_is_renamed_and_deleted_with_an_undo(browser: Browser, team) -> None:
    plant(team, *people(1))
    url = saved(browser, "Old name", "/leads?q=first")
    view = url.rpartition("=")[2]
    assert "Change the view" in words(browser.fragment(f"/leads/views/{view}/edit", at=url))
    browser.post(f"/leads/views/{view}", {"name": "New name", "shared": "yes"}, at=url)
    assert "New name" in words(browser.get(url))
    gone = browser.post(f"/leads/views/{view}/delete")
    assert gone.headers["Location"] == "/leads?view=all"
    page = browser.get("/leads?view=all")
    assert "View “New name” deleted" in words(page)
    assert ">New name</a>" not in page.text
    act = re.search(r'action="/actions/([^"]+)/undo"', page.text)
    assert act
    back = browser.post(f"/actions/{act[1]}/undo", at="/leads?view=all")
    assert "The view" in back.headers["HX-Trigger"]
    assert ">New name</a>" in browser.get("/leads?view=all").text


def test_nobody_reaches_what_is_anothers(browser: Browser, other_browser: Browser, team, other_team) -> None:
    plant(team, *people(1))
    plant(other_team, *people(1))
    view = saved(browser, "Mine", "/leads?q=first", shared="yes").rpartition("=")[2]
    for path in ("", "/update", "/reset", "/delete", "/open"):
        answers = [
            other_browser.post(f"/leads/views/{which}{path}", {"name": "x", "open": "yes"}).status_code
            for which in (view, uuid4(), "7")
        ]
        assert answers == [404] * 3, path
    assert "Mine" not in words(other_browser.get(f"/leads?q=first&view={view}"))


def test_columns_keep_the_order_they_were_given(browser: Browser, team) -> None:
    plant(team, *people(1))
    sent = [("columns", name) for name in ("created_at", "phone", "company", "phone")]
    page = browser.post("/leads/columns", sent, at="/leads")
    assert headings(page) == ["created_at", "phone", "company"]
    plain = [*sent[:3], ("place_created_at", "3"), ("place_phone", "2"), ("place_company", "1"), ("density", "compact")]
    browser.post("/leads/columns", plain)
    page = browser.get("/leads")
    assert headings(page) == ["company", "phone", "created_at"]
    assert 'data-density="compact"' in page.text
    assert re.search(r'name="columns" value="company".*name="columns" value="email"', page.text, re.S)


def test_the_first_ten_tabs_and_the_one_shown_say_how_many_leads_they_show(browser: Browser, team, monkeypatch) -> None:
    plant(team, *people(2))
    urls = [saved(browser, f"View {n:02}", f"/leads?country=C{n:02}") for n in range(13)]
    asked: list[str] = []
    monkeypatch.setattr(
        "reachly.web.leads.views.few_seconds_old", lambda query: asked.append(query.country[0]) or Counted(7)
    )
    assert browser.get("/leads").status_code == 200
    assert asked == [f"C{n:02}" for n in range(10)]
    asked.clear()
    assert "View 12 7" in words(browser.get(urls[12]))
    assert asked == [*(f"C{n:02}" for n in range(10)), "C12"]
