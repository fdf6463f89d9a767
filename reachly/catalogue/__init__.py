"""The catalogue that all workspaces share: searched free of charge, its people saved as leads free of charge."""

from reachly.catalogue.listing import (
    CAP,
    MOST_MATCHING,
    CataloguePage,
    Somebody,
    count,
    in_catalogue,
    matching,
    one,
    page,
)
from reachly.catalogue.query import CatalogueQuery
from reachly.catalogue.saving import MOST, Saved, keep, leads_of, save

__all__ = [
    "CAP",
    "MOST",
    "MOST_MATCHING",
    "CataloguePage",
    "CatalogueQuery",
    "Saved",
    "Somebody",
    "count",
    "in_catalogue",
    "keep",
    "leads_of",
    "matching",
    "one",
    "page",
    "save",
]
