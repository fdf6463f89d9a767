"""What all rows share."""

from __future__ import annotations

from peewee import Model, UUIDField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from reachly.database import db


class Row(Model):
    """A row of the application's database, read inside a scope."""

    class Meta:
        database = db
        legacy_table_names = False


class TenantRow(Row):
    """A row that belongs to one workspace; its key in the database is the workspace with the id."""

    workspace_id = UUIDField()


def json_field(**options: object) -> BinaryJSONField:
    """A ``jsonb`` column without the index peewee would give it."""
    return BinaryJSONField(index=False, **options)


__all__ = ["DateTimeTZField", "Row", "TenantRow", "json_field"]
