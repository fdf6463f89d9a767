"""A list is shared with somebody of another workspace, who sees it and nothing beside it, until it is revoked."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import peewee
import pytest

from reachly import accounts, invitations, lists, sharing
from reachly.accounts import Invalid
from reachly.database import execute, one, rows, scope
from reachly.leads import LeadQuery, count, delete
from tests.conftest import new_team
from tests.lists.kept import colleague, contact, filled, order
from tests.planted import as_owner, people, plant


def person(team):
    """Who is signed in, as the verbs want them."""
    found = accounts.find_session(accounts.start_session(team.user_id, team.workspace_id, "a test"))
    assert found is not None
    return found


def given(team, guest, list_id, role: str = "viewer", **more):
    """The list shared with somebody who has come."""
    sent = sharing.share(person(team), list_id, guest.email, role, **more)
    assert sent.link is not None
    return invitations.accept(sent.link.rsplit("/", 1)[1], guest.workspace_id, guest.user_id)


def _who(team):
    return team.workspace_id, team.user_id


def test_the_invited_person_gets_a_mail_and_comes_by_its_link(team, other_team) -> None:
    made, _ = filled(team, 3, "Autumn")
    sent = sharing.share(person(team), made, f" {other_team.email.upper()} ", "viewer")
    ((recipient, text),) = as_owner(
        "SELECT recipient, text FROM mails WHERE workspace_id = %s", (str(team.workspace_id),)
    )
    assert (recipient.lower(), sent.link in text, "“Autumn”" in text) == (other_team.email, True, True)
    assert sharing.shared(*_who(other_team)) == []
    invitations.accept(sent.link.rsplit("/", 1)[1], *_who(other_team))
    (seen,) = sharing.shared(*_who(other_team))
    assert (seen.id, seen.name, seen.role, seen.by, seen.leads.number) == (made, "Autumn", "viewer", "Alice", 3)
    page = sharing.leads(*_who(other_team), made, limit=2)
    rest = sharing.leads(*_who(other_team), made, page.next_cursor)
    assert [lead.name for lead in page.leads + rest.leads] == [f"First{n:04} Last{n:04}" for n in range(3)]
    assert lists.get(*_who(team), made).guests == 1
    assert [guest["user_id"] for guest in sharing.people(*_who(team), made)["guests"]] == [other_team.user_id]


def test_a_guest_sees_unlocked_fields_and_nothing_else_of_the_workspace(team, other_team) -> None:
    known, locked = plant(team, {"first_name": "Ada", "email": "ada@x.example"}, {"first_name": "Ben", "phone": None})
    as_owner("UPDATE leads SET has_email = true, has_phone = true WHERE id = %s", (locked,))
    made = lists.create(*_who(team), "Autumn").id
    for lead in (known, locked):
        lists.add(*_who(team), made, [lead])
    other, _ = filled(team, 1, "Kept")
    given(team, other_team, made)
    seen = sharing.leads(*_who(other_team), made).leads
    assert [(lead.name, lead.email, lead.phone) for lead in seen] == [
        ("Ada", "ada@x.example", None),
        ("Ben", None, None),
    ]
    with scope(*_who(other_team)):
        assert {row["id"] for row in rows("SELECT id FROM lists")} == {made}
        assert {row["list_id"] for row in rows("SELECT list_id FROM list_contacts")} == {made}
        assert [row["user_id"] for row in rows("SELECT user_id FROM list_members")] == [other_team.user_id]
        for table in ("leads", "jobs", "unlocks", "invitations", "actions", "mails", "exports"):
            assert one(f"SELECT count(*) AS n FROM {table} WHERE workspace_id = %s", (team.workspace_id,))["n"] == 0
        assert rows("SELECT id FROM workspaces") == [{"id": other_team.workspace_id}]
        assert rows("SELECT DISTINCT workspace_id AS w FROM entries") == [{"w": other_team.workspace_id}]
    for act in (lists.get, lists.members):
        with pytest.raises(lists.NoSuchList):
            act(*_who(other_team), made)
    with pytest.raises(lists.NoSuchList):
        sharing.leads(*_who(other_team), other)
    assert count(*_who(other_team), LeadQuery(list_id=made)).number == 0


def test_a_viewer_guest_changes_nothing_and_an_editor_notes_tags_and_order(team, other_team) -> None:
    made, (a, b) = filled(team, 2)
    looks, edits = other_team, new_team()
    given(team, looks, made)
    given(team, edits, made, "editor")
    ada, ben = contact(team, a), contact(team, b)
    for act in (
        lambda: lists.annotate(*_who(looks), made, ada, "x"),
        lambda: lists.move(*_who(looks), made, ben, "top"),
    ):
        with pytest.raises(lists.MayNotEdit):
            act()
    lists.annotate(*_who(edits), made, ada, "From a guest", ["warm"])
    lists.move(*_who(edits), made, ben, "top")
    assert order(team, made) == [b, a]
    assert lists.listed(*_who(team), made, a).note == "From a guest"
    for act in (
        lambda: lists.add(*_who(edits), made, plant(edits, *people(1))),
        lambda: lists.remove(*_who(edits), made, [a]),
        lambda: lists.change(*_who(edits), made, name="Mine"),
        lambda: lists.delete(*_who(edits), made),
        lambda: sharing.share(person(edits), made, "x@y.example", "viewer"),
        lambda: sharing.people(*_who(edits), made),
        lambda: sharing.revoke(*_who(edits), made, looks.user_id),
    ):
        with pytest.raises(lists.NoSuchList):
            act()
    with scope(*_who(edits)):
        for sql in (
            "UPDATE lists SET name = 'Mine' WHERE id = %s",
            "DELETE FROM list_contacts WHERE list_id = %s",
            "UPDATE list_members SET role = 'editor' WHERE list_id = %s",
        ):
            assert execute(sql, (made,)).rowcount == 0
    for workspace in (team.workspace_id, edits.workspace_id):
        with pytest.raises((peewee.ProgrammingError, peewee.IntegrityError)), scope(*_who(edits)):
            execute(
                "INSERT INTO list_contacts (workspace_id, list_id, contact_id, position) VALUES (%s, %s, %s, 9)",
                (workspace, made, ada),
            )


@pytest.mark.parametrize("end", ["revoke", "leave", "expire", "delete"])
def test_with_the_end_of_access_everything_is_gone_at_once(team, other_team, end) -> None:
    made, (lead,) = filled(team, 1)
    given(team, other_team, made, "editor", days=7)
    assert sharing.shared(*_who(other_team))[0].expires_at is not None
    if end == "revoke":
        assert sharing.revoke(*_who(team), made, other_team.user_id)
        assert not sharing.revoke(*_who(team), made, other_team.user_id)
    elif end == "leave":
        assert sharing.leave(*_who(other_team), made)
        assert not sharing.leave(*_who(other_team), made)
    elif end == "expire":
        as_owner("UPDATE list_members SET expires_at = now() - interval '1 s' WHERE list_id = %s", (made,))
    else:
        lists.delete(*_who(team), made)
    assert sharing.shared(*_who(other_team)) == []
    for act in (sharing.get, sharing.leads):
        with pytest.raises(lists.NoSuchList):
            act(*_who(other_team), made)
    for act in (
        lambda: lists.annotate(*_who(other_team), made, contact(team, lead), "x"),
        lambda: lists.move(*_who(other_team), made, contact(team, lead), "top"),
    ):
        with pytest.raises(lists.NotOnList):
            act()
    with scope(*_who(other_team)):
        for table in ("lists", "list_contacts", "list_members"):
            assert one(f"SELECT count(*) AS n FROM {table}")["n"] == 0


def test_deleted_and_hidden_leads_are_not_shown_to_guests(team, other_team) -> None:
    made, (a, b, c) = filled(team, 3)
    given(team, other_team, made)
    delete(*_who(team), [a])
    as_owner("UPDATE leads SET hidden = true WHERE id = %s", (b,))
    assert [lead.contact_id for lead in sharing.leads(*_who(other_team), made).leads] == [contact(team, c)]
    assert sharing.get(*_who(other_team), made).leads.number == 1


def test_a_link_lets_in_the_address_it_was_sent_to_and_once(team, other_team) -> None:
    made, _ = filled(team, 1)
    sent = sharing.share(person(team), made, "eva@guests.example", "viewer")
    token = sent.link.rsplit("/", 1)[1]
    with pytest.raises(invitations.NotForYou, match="stranger"):
        invitations.accept(token, *_who(other_team))
    later = sharing.share(person(team), made, other_team.email, "viewer").link.rsplit("/", 1)[1]
    with ThreadPoolExecutor(4) as pool:
        came = [pool.submit(invitations.accept, later, *_who(other_team)) for _ in range(4)]
    assert sum(1 for each in came if each.exception() is None) == 1
    assert sharing.withdraw(*_who(team), made, sent.id)
    assert invitations.find(token).state == "revoked"
    assert not sharing.withdraw(*_who(team), made, uuid4())
    kept = as_owner("SELECT count(*) FROM invitations WHERE encode(token_hash, 'escape') LIKE %s", (f"%{token[:20]}%",))
    assert kept == [(0,)]


def test_who_is_in_gets_another_role_at_once_and_no_second_mail(team, other_team) -> None:
    made, _ = filled(team, 1)
    given(team, other_team, made)
    with pytest.raises(sharing.AlreadyTheirs):
        sharing.share(person(team), made, other_team.email, "viewer")
    sent = sharing.share(person(team), made, other_team.email, "editor")
    assert (sent.link, sent.role, sharing.get(*_who(other_team), made).role) == (None, "editor", "editor")
    assert sharing.change(*_who(team), made, other_team.user_id, "viewer")
    assert sharing.get(*_who(other_team), made).role == "viewer"
    assert as_owner("SELECT count(*) FROM mails WHERE workspace_id = %s", (str(team.workspace_id),)) == [(1,)]
    sharing.revoke(*_who(team), made, other_team.user_id)
    given(team, other_team, made, "editor")
    assert sharing.get(*_who(other_team), made).role == "editor"


def test_who_is_in_gets_another_end_at_once_and_it_is_told_and_can_be_lifted(team, other_team) -> None:
    made, _ = filled(team, 1)
    given(team, other_team, made, days=7)
    later = sharing.share(person(team), made, other_team.email, "viewer", days=30)
    (seen,) = sharing.shared(*_who(other_team))
    assert (later.link, later.access_until) == (None, seen.expires_at)
    assert sharing.share(person(team), made, other_team.email, "editor").access_until == seen.expires_at
    lifted = sharing.share(person(team), made, other_team.email, "editor", days=0)
    (seen,) = sharing.shared(*_who(other_team))
    assert (lifted.access_until, seen.expires_at, seen.role) == (None, None, "editor")
    with pytest.raises(sharing.AlreadyTheirs):
        sharing.share(person(team), made, other_team.email, "editor", days=0)


def test_an_address_gets_so_many_invitations_an_hour_and_no_more(team) -> None:
    made, _ = filled(team, 1)
    other, _ = filled(team, 1, "Kept")
    for list_id in (made, other, made, made, made):
        sharing.share(person(team), list_id, "ada@often.example", "viewer")
    with pytest.raises(invitations.TooManyInvitations) as often:
        sharing.share(person(team), made, "Ada@often.example", "viewer")
    assert "5 invitations went to this address within the hour" in often.value.words
    assert len(sharing.people(*_who(team), made)["invited"]) == 1, "the last one stands"
    sharing.share(person(team), made, "ben@often.example", "viewer")
    as_owner(
        "UPDATE mails SET created_at = now() - interval '61 minutes' WHERE workspace_id = %s", (team.workspace_id,)
    )
    sharing.share(person(team), made, "ada@often.example", "viewer")


def test_what_makes_no_sense_is_refused_in_words(team) -> None:
    made, _ = filled(team, 1)
    for email, role in ((team.email, "viewer"), ("nobody", "viewer"), ("a@b.example", "owner")):
        with pytest.raises(Invalid):
            sharing.share(person(team), made, email, role)
    with pytest.raises(sharing.AlreadyTheirs):
        sharing.share(person(team), made, colleague(team).email, "viewer")
    with pytest.raises(lists.NoSuchList):
        sharing.share(person(team), uuid4(), "a@b.example", "viewer")
    with pytest.raises(lists.MayNotEdit):
        sharing.share(person(colleague(team, "viewer")), made, "a@b.example", "viewer")


def test_a_personal_list_may_be_shared_with_a_colleague_and_nobody_else_reads_of_it(team) -> None:
    made, _ = filled(team, 1, visibility="personal")
    friend, boss = colleague(team), colleague(team, "admin")
    given(team, friend, made)
    assert sharing.get(*_who(friend), made).name == "Autumn"
    with scope(*_who(boss)):
        assert rows("SELECT email FROM invitations") == []
        assert rows("SELECT user_id FROM list_members") == []
        assert not re.search("Autumn", str(rows("SELECT data FROM actions")))


def test_programs_share_by_the_function_and_by_its_older_name(alice, bob) -> None:
    made = alice.post("/api/lists", {"name": "Autumn"}).get_json()["id"]
    for path in ("/functions/share-list", "/functions/v1/share-list"):
        told = alice.post(path, {"list_id": made, "email": "eva@guests.example", "role": "viewer"})
        invitation = told.get_json()["invitation"]
        assert (told.status_code, invitation["email"], invitation["list_id"], invitation["role"]) == (
            200,
            "eva@guests.example",
            made,
            "viewer",
        )
        assert (invitation["accepted_at"], "token" in told.text, "link" in told.text) == (None, False, False)
    wrong = alice.post("/functions/share-list", {"list_id": made, "email": "eva", "role": "viewer"})
    assert wrong.get_json()["errors"][0]["field"] == "email"
    probes = [bob.post("/functions/share-list", {"list_id": each, "email": "x@y.example", "role": "viewer"})
              for each in (made, str(uuid4()))]  # fmt: skip
    assert probes[0].data == probes[1].data
    assert {probe.status_code for probe in probes} == {404}
