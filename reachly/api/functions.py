"""Functions, under the names that clients of Supabase look for."""

from __future__ import annotations

from flask import Blueprint

from reachly import sharing
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.lists import told
from reachly.api.problem import Problem
from reachly.api.schemas.sharing import ListInvitation, ListInvitationAnswer, ShareList
from reachly.invitations import TooManyInvitations

bp = Blueprint("api_functions", __name__)


@call(
    bp,
    "POST",
    "/functions/share-list",
    scope="write",
    asks=ShareList,
    answers={200: ListInvitationAnswer},
    problems=(404, 409),
    idempotent=True,
)
def share_list(person: Person, body: ShareList) -> ListInvitationAnswer:
    """Share a list with somebody outside of the workspace.

    They get a mail and join by its link, with the account that has this address or with a new one. Whoever has the list
    already gets the role at once. Also under `/functions/v1/share-list`.
    """
    with told():
        try:
            sent = sharing.share(person, body.list_id, body.email, body.role)
        except (sharing.AlreadyTheirs, TooManyInvitations) as no:
            raise Problem(409, no.words) from None
    names = ListInvitation.model_fields
    return ListInvitationAnswer(invitation=ListInvitation(**{name: getattr(sent, name) for name in names}))


bp.add_url_rule("/functions/v1/share-list", "POST_share_list_v1", share_list, methods=["POST"])
