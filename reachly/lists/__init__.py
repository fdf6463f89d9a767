"""Leads kept together: personal or the team's lists, in an order of their own, with notes and tags."""

from reachly.lists.adding import Added, Removed, add, remove
from reachly.lists.annotating import annotate, known_tags, tag, tags_of
from reachly.lists.combining import HOW, combine
from reachly.lists.keeping import change, create, delete
from reachly.lists.members import Listed, MemberPage, NotOnList, listed, listed_contact, members
from reachly.lists.ordering import WAYS, move
from reachly.lists.row import Invalid, List, MayNotEdit, NoSuchList, fillable
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
    "add",
    "annotate",
    "change",
    "combine",
    "create",
    "delete",
    "fillable",
    "get",
    "known_tags",
    "listed",
    "listed_contact",
    "lists",
    "members",
    "move",
    "remove",
    "tag",
    "tags_of",
]
