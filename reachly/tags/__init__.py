"""The tags of a workspace, with colours, and the leads that have them."""

from reachly.tags.keeping import COLOURS, LONGEST, MOST, NoSuchTag, Tag, all_tags, change, delete, make, names_of
from reachly.tags.reading import of_contacts, of_leads
from reachly.tags.tagging import Tagged, tag

__all__ = [
    "COLOURS",
    "LONGEST",
    "MOST",
    "NoSuchTag",
    "Tag",
    "Tagged",
    "all_tags",
    "change",
    "delete",
    "make",
    "names_of",
    "of_contacts",
    "of_leads",
    "tag",
]
