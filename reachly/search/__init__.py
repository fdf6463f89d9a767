"""Finding people by what somebody types, in any script and with slips of the finger."""

from reachly.search.catalogue import Found, count_contacts, search_contacts
from reachly.search.counted import Counted
from reachly.search.filling import fill
from reachly.search.marking import marks

__all__ = ["Counted", "Found", "count_contacts", "fill", "marks", "search_contacts"]
