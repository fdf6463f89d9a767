"""The people of a workspace: who belongs to it, in which role, who was invited, whose it is.

Every change is decided by the database under the lock of the workspace's row, written down as an act, and told to
whom it concerns: in the app, and by mail.
"""

from reachly.teams.inviting import AlreadyIn, accept, invite, resend, take_back
from reachly.teams.ownership import NobodyThere, NotOffered, Offer, offer, offered, take, withdraw
from reachly.teams.people import (
    ROLES,
    Colleague,
    IsOwner,
    NoSuchColleague,
    NotYours,
    SharedDemo,
    leave,
    people,
    remove,
    rename,
    set_role,
)

__all__ = [
    "ROLES",
    "AlreadyIn",
    "Colleague",
    "IsOwner",
    "NoSuchColleague",
    "NobodyThere",
    "NotOffered",
    "NotYours",
    "Offer",
    "SharedDemo",
    "accept",
    "invite",
    "leave",
    "offer",
    "offered",
    "people",
    "remove",
    "rename",
    "resend",
    "set_role",
    "take",
    "take_back",
    "withdraw",
]
