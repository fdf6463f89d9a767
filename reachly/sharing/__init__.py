"""Sharing a list with people of other workspaces: an invitation lets one person in, for as long as it is wanted."""

from reachly.sharing.giving import DAYS, ROLES, AlreadyTheirs, Sent, change, people, revoke, share, withdraw
from reachly.sharing.visiting import Shared, SharedLead, SharedPage, get, lead, leads, leave, shared

__all__ = [
    "DAYS",
    "ROLES",
    "AlreadyTheirs",
    "Sent",
    "Shared",
    "SharedLead",
    "SharedPage",
    "change",
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
