"""The catalogue shared by all: its e-mails and phones are not among the columns, the application's role cannot read
them.
"""

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


class Contact(Row):
    """A person, as all sources together tell."""

    id = UUIDField(primary_key=True)
    organization_id = UUIDField(null=True)
    first_name = TextField(null=True)
    last_name = TextField(null=True)
    title = TextField(null=True)
    seniority = TextField(null=True)
    department = TextField(null=True)
    linkedin_url = TextField(null=True)
    city = TextField(null=True)
    state = TextField(null=True)
    country = TextField(null=True)
    suppressed = BooleanField()
    sample = BooleanField()
    created_at = DateTimeTZField()
    updated_at = DateTimeTZField()

    class Meta:
        table_name = "contacts"


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
