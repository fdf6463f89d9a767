"""The catalogue that all workspaces share: searched free of charge, its people saved as leads free of charge."""

from reachly.catalogue.listing import CAP, CataloguePage, Somebody, count, in_catalogue, one, page
from reachly.catalogue.query import CatalogueQuery
from reachly.catalogue.saving import MOST, Saved, keep, leads_of, save

__all__ = [
    "CAP",
    "MOST",
    "CataloguePage",
    "CatalogueQuery",
    "Saved",
    "Somebody",
    "count",
    "in_catalogue",
    "keep",
    "leads_of",
    "one",
    "page",
    "save",
]
