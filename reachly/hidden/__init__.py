"""People and companies that a workspace does not want to see, find or buy: put away, and brought back."""

from reachly.hidden.condition import SHOWN_LEADS, shown
from reachly.hidden.hiding import (
    Company,
    Done,
    company_of,
    hide_chosen,
    hide_companies,
    hide_companies_chosen,
    hide_contacts,
    show_companies,
    show_contacts,
)

__all__ = [
    "SHOWN_LEADS",
    "Company",
    "Done",
    "company_of",
    "hide_chosen",
    "hide_companies",
    "hide_companies_chosen",
    "hide_contacts",
    "show_companies",
    "show_contacts",
    "shown",
]
