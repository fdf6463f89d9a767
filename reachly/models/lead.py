"""What a workspace has acquired."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, TextField, UUIDField

from reachly.models.row import DateTimeTZField, TenantRow, json_field


class Lead(TenantRow):
    """A contact that the workspace has acquired; holds only the fields that it may see."""

    id = UUIDField(primary_key=True)
    contact_id = UUIDField()
    organization_id = UUIDField(null=True)
    job_id = UUIDField(null=True)
    first_name = TextField(null=True)
    last_name = TextField(null=True)
    title = TextField(null=True)
    seniority = TextField(null=True)
    department = TextField(null=True)
    email = TextField(null=True)
    email_status = TextField(null=True)
    phone = TextField(null=True)
    has_email = BooleanField()
    has_phone = BooleanField()
    linkedin_url = TextField(null=True)
    company = TextField(null=True)
    company_domain = TextField(null=True)
    industry = TextField(null=True)
    company_size = TextField(null=True)
    city = TextField(null=True)
    state = TextField(null=True)
    country = TextField(null=True)
    source = TextField()
    sample = BooleanField()
    provenance = json_field()
    credits = BigIntegerField()
    created_at = DateTimeTZField()
    updated_at = DateTimeTZField()
    deleted_at = DateTimeTZField(null=True)

    class Meta:
        table_name = "leads"

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or "Name unknown"

    @property
    def locked(self) -> list[str]:
        """Fields that somebody has and the workspace has not paid for."""
        locked = []
        if self.has_email and not self.email:
            locked.append("email")
        if self.has_phone and not self.phone:
            locked.append("phone")
        return locked
