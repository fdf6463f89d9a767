"""What becomes of invitations and guests when somebody may no longer invite, or belongs to the workspace no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from reachly import invitations, lists, sharing, teams
from reachly.invitations import InvitedTooOften, NotForYou
from tests.conftest import Team, new_team
from tests.teams.conftest import Company, at_work, owner_rows


def _open(company: Company) -> set[str]:
    """The addresses whose links still let them in."""
    return {
        row[0]
        for row in owner_rows(
            "SELECT email::text FROM invitations"
            " WHERE workspace_id = %s AND accepted_at IS NULL AND revoked_at IS NULL",
            company.workspace_id,
        )
    }


def _list(company: Company, of: Team, name: str, visibility: str = "team") -> Any:
    return lists.create(company.workspace_id, of.user_id, name, visibility=visibility).id


def _guest(person: Any, list_id: Any) -> Team:
    """Somebody who came to the list by this person's invitation."""
    guest = new_team()
    sent = sharing.share(person, list_id, guest.email, "viewer")
    assert sent.link is not None
    invitations.accept(sent.link.rsplit("/", 1)[1], guest.workspace_id, guest.user_id)
    return guest


def _sees(guest: Team) -> list[str]:
    return [each.name for each in sharing.shared(guest.workspace_id, guest.user_id)]


def test_an_admin_who_becomes_less_leaves_no_link_into_the_workspace(company: Company) -> None:
    admin, owner = at_work(company.admin, company), at_work(company.owner)
    bob = new_team()
    token = teams.invite(admin, bob.email, "admin").token
    teams.invite(owner, "kept@people.example", "member")
    sharing.share(admin, _list(company, company.admin, "Fairs"), "fair@people.example", "viewer")
    teams.set_role(owner, company.admin.user_id, "member")
    assert _open(company) == {"kept@people.example", "fair@people.example"}
    with pytest.raises(NotForYou) as refusal:
        teams.accept(token, at_work(bob))
    assert refusal.value.reason == "revoked"
    teams.set_role(owner, company.admin.user_id, "viewer")
    assert _open(company) == {"kept@people.example"}


def test_whoever_may_only_look_leaves_no_link_to_a_list_and_their_guests_stay(company: Company) -> None:
    member = at_work(company.member, company)
    made = _list(company, company.member, "Fairs")
    sharing.share(member, made, "fair@people.example", "viewer")
    guest = _guest(member, made)
    teams.set_role(at_work(company.owner), company.member.user_id, "admin")
    assert _open(company) == {"fair@people.example"}
    teams.set_role(at_work(company.owner), company.member.user_id, "viewer")
    assert _open(company) == set()
    assert _sees(guest) == ["Fairs"]


def test_guests_stay_with_lists_of_the_team_and_go_with_personal_ones_of_whoever_is_removed(company: Company) -> None:
    member = at_work(company.member, company)
    ours = _list(company, company.member, "Fairs")
    own = _list(company, company.member, "Mine", "personal")
    theirs = _list(company, company.owner, "Others", "personal")
    stays, goes, others = _guest(member, ours), _guest(member, own), _guest(at_work(company.owner), theirs)
    for list_id in (ours, own):
        sharing.share(member, list_id, "late@people.example", "viewer")
    sharing.share(at_work(company.owner), theirs, "kept@people.example", "viewer")
    teams.remove(at_work(company.owner), company.member.user_id)
    assert (_sees(stays), _sees(goes), _sees(others)) == (["Fairs"], [], ["Others"])
    assert _open(company) == {"kept@people.example"}


def test_of_many_invitations_at_once_five_go_out(company: Company) -> None:
    owner = at_work(company.owner)

    def invite(_: int) -> bool:
        try:
            teams.invite(owner, "often@people.example", "member")
        except InvitedTooOften:
            return False
        return True

    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(invite, range(8))) == 5


def test_another_link_is_refused_like_another_invitation_and_the_one_before_stays_good(company: Company) -> None:
    owner, bob = at_work(company.owner), new_team()
    made = teams.invite(owner, bob.email, "member")
    for _ in range(4):
        again = teams.resend(owner, made.id)
    assert again is not None
    with pytest.raises(InvitedTooOften):
        teams.resend(owner, made.id)
    assert teams.accept(again.token, at_work(bob)).joined
    mails = "SELECT count(*) FROM mails WHERE workspace_id = %s AND kind = 'invitations.invite'"
    assert owner_rows(mails, company.workspace_id) == [(5,)]
    assert teams.resend(owner, made.id) is None, "it has been accepted"
