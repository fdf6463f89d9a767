"""The leads of a workspace: asked for by one query that the list, the count, the deletion and the export share."""

from reachly.leads.cursor import BadCursor
from reachly.leads.deleting import UNDO, Deleted, NoSuchDeletion, UndoOver, delete, restore
from reachly.leads.facets import facets
from reachly.leads.listing import Counted, LeadPage, Neighbours, count, neighbours, page
from reachly.leads.one import LeadDetail, NoSuchLead, get
from reachly.leads.query import SORTS, LeadQuery
from reachly.leads.where import where

__all__ = [
    "SORTS",
    "UNDO",
    "BadCursor",
    "Counted",
    "Deleted",
    "LeadDetail",
    "LeadPage",
    "LeadQuery",
    "Neighbours",
    "NoSuchDeletion",
    "NoSuchLead",
    "UndoOver",
    "count",
    "delete",
    "facets",
    "get",
    "neighbours",
    "page",
    "restore",
    "where",
]
