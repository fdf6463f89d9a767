"""Sharing a list with people of other workspaces: an invitation lets one person in, for as long as it is wanted."""

from reachly.sharing.giving import DAYS, ROLES, AlreadyTheirs, Sent, came, change, people, revoke, share, withdraw
from reachly.sharing.visiting import Ended, Shared, SharedLead, SharedPage, ended, get, lead, leads, leave, shared

__all__ = [
    "DAYS",
    "ROLES",
    "AlreadyTheirs",
    "Ended",
    "Sent",
    "Shared",
    "SharedLead",
    "SharedPage",
    "came",
    "change",
    "ended",
    "get",
    "lead",
    "leads",
    "leave",
    "people",
    "revoke",
    "share",
    "shared",
    "withdraw",
]
