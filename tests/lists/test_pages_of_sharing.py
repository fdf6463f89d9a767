"""The dialog of sharing, and what a guest is shown: every address of a list, before, while and after it is shared."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from reachly import invitations, lists, sharing
from tests.conftest import Team, new_team
from tests.lists.kept import colleague, contact, filled, order
from tests.lists.test_sharing import given, person
from tests.planted import as_owner
from tests.web.browsing import Browser, words


def _who(team):
    return team.workspace_id, team.user_id


def test_the_dialog_invites_shows_changes_and_takes_back(team, other_team) -> None:
    made, _ = filled(team, 2)
    at, browser = f"/lists/{made}", Browser(team)
    assert "Share “Autumn”" in words(browser.get(f"{at}/sharing"))
    wrong = browser.post(f"{at}/share", {"email": "nobody@", "role": "viewer"}, at=at)
    assert (wrong.status_code, 'value="nobody@"' in wrong.text) == (422, True)
    sent = browser.post(f"{at}/share", {"email": other_team.email, "role": "viewer", "days": "7"}, at=at)
    link = re.search(r"/invitations/([\w-]+)", sent.text)
    assert (link is not None, "No mail goes out from here" in words(sent), "Invited" in words(sent)) == (True,) * 3
    invitations.accept(link[1], *_who(other_team))
    there = browser.get(f"{at}/sharing")
    assert ("Views" in words(there), ", until" in words(there)) == (True, True)
    changed = browser.post(f"{at}/guest", {"guest": str(other_team.user_id), "role": "editor"}, at=at)
    assert ("Edits" in words(changed), ", until" in words(changed)) == (True, True)
    assert "They have this list already" not in words(changed)
    gone = browser.post(f"{at}/unshare", {"guest": str(other_team.user_id)}, at=at)
    assert "Nobody outside of this workspace yet" in words(gone)
    invitation = sharing.share(person(team), made, "eva@guests.example", "viewer")
    back = browser.post(f"{at}/unshare", {"invitation": str(invitation.id)}, at=at)
    assert ("Taken back" in words(back), invitations.find(invitation.link.rsplit("/", 1)[1]).state) == (True, "revoked")


def test_a_guest_finds_reads_and_edits_the_list(team) -> None:
    made, (a, b) = filled(team, 2)
    guest = new_team()
    given(team, guest, made, "editor")
    browser = Browser(guest)
    assert "Shared with you" in words(browser.get("/lists"))
    assert browser.get(f"/lists/{made}").headers["Location"] == f"/shared/{made}"
    page = browser.get(f"/shared/{made}")
    assert ("First0000 Last0000" in words(page), "Shared by Alice" in words(page)) == (True, True)
    assert str(a) not in page.text
    at = f"/shared/{made}/leads/{contact(team, a)}"
    row = browser.post(at, {"note": "Seen", "was_note": "", "tags": "warm", "was_tags": ""}, at=f"/shared/{made}")
    assert ('value="Seen"' in row.text, 'value="warm"' in row.text) == (True, True)
    table = browser.post(at, {"move": "down"}, at=f"/shared/{made}")
    assert ('id="list-leads"' in table.text, order(team, made)) == (True, [b, a])
    assert browser.post(at, {"move": "top"}).headers["Location"].startswith(f"/shared/{made}#at-")
    left = browser.post(f"/shared/{made}/leave")
    assert (left.headers["Location"], browser.get(f"/shared/{made}").status_code) == ("/lists", 410)


def test_a_guest_who_only_looks_is_told_so(team, other_team) -> None:
    made, (a, _) = filled(team, 2)
    given(team, other_team, made)
    browser = Browser(other_team)
    page = browser.get(f"/shared/{made}")
    assert not re.search(r'name="(note|tags|move)"', page.text)
    refused = browser.post(f"/shared/{made}/leads/{contact(team, a)}", {"note": "x"}, at=f"/shared/{made}")
    assert (refused.status_code, "to look at" in refused.text) == (403, True)


def test_the_wrong_account_is_told_the_address_and_no_more(team, other_team) -> None:
    made, _ = filled(team, 1, "Secret fair")
    sent = sharing.share(person(team), made, "eva@guests.example", "viewer")
    page = words(Browser(other_team).get(f"/invitations/{sent.link.rsplit('/', 1)[1]}"))
    assert ("eva@guests.example" in page, "Secret fair" in page, "Alice" in page) == (True, False, False)


@pytest.mark.parametrize("how", ["revoked", "run out", "deleted"])
def test_whom_a_list_was_shared_with_is_told_that_this_ended_and_nobody_else_is(team, other_team, how) -> None:
    made, _ = filled(team, 2, "Autumn")
    given(team, other_team, made)
    lists.change(*_who(team), made, name="Renamed since")
    if how == "revoked":
        sharing.revoke(*_who(team), made, other_team.user_id)
    elif how == "run out":
        as_owner("UPDATE list_members SET expires_at = now() - interval '1 day' WHERE list_id = %s", (str(made),))
    else:
        lists.delete(*_who(team), made)
    guest, stranger = Browser(other_team), Browser(new_team())
    for at in ("shared", "lists"):
        told = guest.get(f"/{at}/{made}")
        assert (told.status_code, "not shared with you any more" in words(told)) == (410, True)
        assert ("Autumn" in told.text, "Renamed" in told.text, "First0000" in told.text) == (True, False, False)
        assert stranger.get(f"/{at}/{made}").text == stranger.get(f"/{at}/{uuid4()}").text


def test_those_whom_it_concerns_are_told_that_a_guest_came_and_was_put_out(team, other_team) -> None:
    made, _ = filled(team, 2, "Autumn")
    owner, guest = Browser(team), Browser(other_team)
    sent = owner.post(f"/lists/{made}/share", {"email": other_team.email, "role": "viewer", "days": "7"})
    assert "shares the list “Autumn” with you" in words(guest.get("/notices"))
    link = re.search(r"/invitations/([\w-]+)", sent.text)
    assert link is not None
    assert guest.post(f"/invitations/{link[1]}/accept").headers["Location"] == f"/lists/{made}"
    told = owner.get("/notices")
    assert f"({other_team.email}) accepted: the list “Autumn” is shared with them now." in words(told)
    assert f'href="/lists/{made}"' in told.text
    owner.post(f"/lists/{made}/unshare", {"guest": str(other_team.user_id)})
    assert "has stopped sharing the list “Autumn” with you." in words(guest.get("/notices"))


@pytest.mark.parametrize("state", ["never", "invited", "revoked", "deleted"])
def test_every_address_of_a_list_that_is_not_shared_answers_as_one_that_never_was(team, other_team, state) -> None:
    made, (lead, _) = filled(team, 2)
    if state == "invited":
        sharing.share(person(team), made, other_team.email, "editor")
    elif state != "never":
        given(team, other_team, made, "editor")
    if state == "revoked":
        sharing.revoke(*_who(team), made, other_team.user_id)
    elif state == "deleted":
        lists.delete(*_who(team), made)
    browser, never, who = Browser(other_team), uuid4(), contact(team, lead)
    pages = [] if state in ("revoked", "deleted") else [("get", "/shared/{}"), ("get", "/lists/{}")]
    for method, path in [
        *pages,
        ("get", "/lists/{}/sharing"),
        ("post", "/lists/{}/share"),
        ("post", "/lists/{}/guest"),
        ("post", "/lists/{}/unshare"),
        ("post", f"/shared/{{}}/leads/{who}"),
        ("post", "/shared/{}/leave"),
    ]:
        form = {"email": "x@y.example", "role": "viewer", "guest": str(team.user_id), "note": "x"}
        got = []
        for which in (made, never):
            url = path.format(which)
            answer = browser.post(url, form) if method == "post" else browser.get(url)
            got.append((answer.status_code, answer.text.replace(str(which), "")))
        assert got[0] == got[1], path
        assert got[0][0] == 404, path
    assert "Shared with you" not in words(browser.get("/lists"))


@pytest.mark.parametrize("visibility", ["team", "personal"])
def test_what_a_guest_changes_stands_in_the_feed_of_the_lists_workspace(team, visibility: str) -> None:
    made, leads = filled(team, visibility=visibility)
    guest, mate = new_team(), colleague(team)
    given(team, guest, made, "editor")
    first, second = (contact(team, lead) for lead in leads[:2])
    lists.annotate(guest.workspace_id, guest.user_id, made, first, "Met in Graz")
    for _ in range(2):
        lists.move(guest.workspace_id, guest.user_id, made, second, "top")
    for _ in range(2):
        lists.move(team.workspace_id, team.user_id, made, second, "bottom")
    told = words(Browser(team).get("/activity?kind=list"))
    assert f"{guest_name(guest)} (guest) wrote beside somebody on “Autumn”" in told
    assert told.count("(guest) put “Autumn” in another order") == 1
    of_mate = words(Browser(mate).get("/activity?kind=list"))
    assert ("(guest)" in of_mate) == (visibility == "team")
    assert "(guest)" not in words(Browser(guest).get("/activity?kind=list"))


def guest_name(guest: Team) -> str:
    [(name,)] = as_owner("SELECT name FROM users WHERE id = %s", (guest.user_id,))
    return str(name)
