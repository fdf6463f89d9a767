"""The leads of a workspace: asked for by one query that the list, the count, the deletion and the export share."""

from reachly.leads.cursor import BadCursor
from reachly.leads.deleting import Deleted, delete
from reachly.leads.facets import facets
from reachly.leads.listing import Counted, LeadPage, Neighbours, count, neighbours, page
from reachly.leads.one import LeadDetail, NoSuchLead, get
from reachly.leads.query import SORTS, LeadQuery
from reachly.leads.where import where

__all__ = [
    "SORTS",
    "BadCursor",
    "Counted",
    "Deleted",
    "LeadDetail",
    "LeadPage",
    "LeadQuery",
    "Neighbours",
    "NoSuchLead",
    "count",
    "delete",
    "facets",
    "get",
    "neighbours",
    "page",
    "where",
]
