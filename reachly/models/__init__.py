"""Nouns: the tables, and what a row may say about itself. Row-level security decides which rows there are."""

from reachly.models.catalogue import Contact, EmploymentHistory, Organization
from reachly.models.credit import Account, Entry, Price, Transaction
from reachly.models.export import Download, Export
from reachly.models.job import Job, JobEvent, JobSource, ProviderCall
from reachly.models.lead import Lead, SavedColumns, Unlock
from reachly.models.workspace import ApiKey, Membership, Plan, ProviderKey, User, Workspace

__all__ = [
    "Account",
    "ApiKey",
    "Contact",
    "Download",
    "EmploymentHistory",
    "Entry",
    "Export",
    "Job",
    "JobEvent",
    "JobSource",
    "Lead",
    "Membership",
    "Organization",
    "Plan",
    "Price",
    "ProviderCall",
    "ProviderKey",
    "SavedColumns",
    "Transaction",
    "Unlock",
    "User",
    "Workspace",
]
