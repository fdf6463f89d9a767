"""Leads kept together: personal or the team's lists, in an order of their own, with notes and tags."""

from reachly.lists.adding import Added, Removed, add, remove
from reachly.lists.annotating import Wrong, annotate, tag, tags_of
from reachly.lists.combining import HOW, combine
from reachly.lists.keeping import change, create, delete
from reachly.lists.members import Listed, MemberPage, NotOnList, listed, members
from reachly.lists.ordering import WAYS, move
from reachly.lists.row import Invalid, List, MayNotEdit, NoSuchList
from reachly.lists.showing import ListPage, get, lists

__all__ = [
    "HOW",
    "WAYS",
    "Added",
    "Invalid",
    "List",
    "ListPage",
    "Listed",
    "MayNotEdit",
    "MemberPage",
    "NoSuchList",
    "NotOnList",
    "Removed",
    "Wrong",
    "add",
    "annotate",
    "change",
    "combine",
    "create",
    "delete",
    "get",
    "listed",
    "lists",
    "members",
    "move",
    "remove",
    "tag",
    "tags_of",
]
