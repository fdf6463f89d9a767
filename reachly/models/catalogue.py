"""What all workspaces share of the catalogue and may read: companies, and where people worked."""

from __future__ import annotations

from peewee import BooleanField, IntegerField, TextField, UUIDField

from reachly.models.row import DateTimeTZField, Row, json_field


class Organization(Row):
    """A company."""

    id = UUIDField(primary_key=True)
    name = TextField()
    domain = TextField(null=True)
    website = TextField(null=True)
    industry = TextField(null=True)
    size = TextField(null=True)
    headcount = IntegerField(null=True)
    country = TextField(null=True)
    linkedin_url = TextField(null=True)
    sample = BooleanField()
    provenance = json_field()
    created_at = DateTimeTZField()
    updated_at = DateTimeTZField()

    class Meta:
        table_name = "organizations"


class EmploymentHistory(Row):
    """One position of a contact."""

    id = UUIDField(primary_key=True)
    contact_id = UUIDField()
    company_name = TextField()
    company_domain = TextField()
    title = TextField()
    started_on = TextField(null=True)
    ended_on = TextField(null=True)
    source = TextField()

    class Meta:
        table_name = "employment_history"
