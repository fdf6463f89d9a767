"""People, the workspaces they belong to, and the keys they made."""

from __future__ import annotations

from peewee import BigIntegerField, BlobField, BooleanField, CompositeKey, IntegerField, TextField, UUIDField

from reachly.models.row import ArrayField, DateTimeTZField, Row, TenantRow, json_field


class Plan(Row):
    """A plan and the credits it grants per period."""

    id = TextField(primary_key=True)
    name = TextField()
    credits = BigIntegerField()
    period = TextField()
    description = TextField()
    position = IntegerField()

    class Meta:
        table_name = "plans"


class User(Row):
    """A person; the password's hash is not among the columns, the application's role cannot read it."""

    id = UUIDField(primary_key=True)
    email = TextField()
    name = TextField()
    role = TextField()
    active = BooleanField()
    email_verified_at = DateTimeTZField(null=True)
    terms_version = TextField()
    terms_accepted_at = DateTimeTZField()
    preferences = json_field()
    created_at = DateTimeTZField()
    updated_at = DateTimeTZField()

    class Meta:
        table_name = "users"


class Workspace(Row):
    """The paying team: it owns credits, leads and jobs."""

    id = UUIDField(primary_key=True)
    name = TextField()
    plan_id = TextField()
    personal_of = UUIDField(null=True)
    demo = BooleanField()
    period_start = DateTimeTZField()
    period_end = DateTimeTZField(null=True)
    created_at = DateTimeTZField()

    class Meta:
        table_name = "workspaces"


class Membership(TenantRow):
    """A person in a workspace, with their role there."""

    user_id = UUIDField()
    role = TextField()
    created_at = DateTimeTZField()

    class Meta:
        table_name = "memberships"
        primary_key = CompositeKey("workspace_id", "user_id")


class ApiKey(TenantRow):
    """A program's key; only its hash is kept, ``prefix`` tells people which one it is."""

    id = UUIDField(primary_key=True)
    user_id = UUIDField()
    name = TextField()
    prefix = TextField()
    key_hash = BlobField()
    scopes = ArrayField(TextField, index=False)
    created_at = DateTimeTZField()
    used_at = DateTimeTZField(null=True)
    revoked_at = DateTimeTZField(null=True)

    class Meta:
        table_name = "api_keys"


class ProviderKey(TenantRow):
    """The workspace's own key at a provider, encrypted; ``hint`` is what people may see of it."""

    provider = TextField()
    secret = BlobField()
    hint = TextField()
    options = json_field()
    user_id = UUIDField()
    created_at = DateTimeTZField()

    class Meta:
        table_name = "provider_keys"
        primary_key = CompositeKey("workspace_id", "provider")
