"""Nouns: the tables, and what a row may say about itself. Row-level security decides which rows there are."""

from reachly.models.catalogue import EmploymentHistory, Organization
from reachly.models.credit import Price
from reachly.models.export import Export
from reachly.models.job import Job, JobAttempt, JobEvent, JobSource
from reachly.models.lead import Lead

__all__ = ["EmploymentHistory", "Export", "Job", "JobAttempt", "JobEvent", "JobSource", "Lead", "Organization", "Price"]
