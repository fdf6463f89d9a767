"""Finished exports."""

from __future__ import annotations

from datetime import UTC, datetime

from peewee import BigIntegerField, TextField, UUIDField

from reachly.models.row import DateTimeTZField, TenantRow, json_field


class Export(TenantRow):
    """A file that appeared whole, with its size, hash and how it came about."""

    id = UUIDField(primary_key=True)
    job_id = UUIDField()
    user_id = UUIDField()
    format = TextField()
    mode = TextField()
    filename = TextField()
    path = TextField()
    rows = BigIntegerField()
    bytes = BigIntegerField()
    sha256 = TextField()
    manifest = json_field()
    snapshot_at = DateTimeTZField()
    created_at = DateTimeTZField()
    expires_at = DateTimeTZField()
    deleted_at = DateTimeTZField(null=True)

    class Meta:
        table_name = "exports"

    @property
    def expired(self) -> bool:
        """Whether its time is over, be the file deleted already or not."""
        return self.deleted_at is not None or self.expires_at <= datetime.now(UTC)
