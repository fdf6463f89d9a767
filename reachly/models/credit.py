"""The ledger as it is read; it is written by the database's own functions alone."""

from __future__ import annotations

from peewee import BigIntegerField, CompositeKey, TextField, UUIDField

from reachly.models.row import DateTimeTZField, Row, TenantRow


class Price(Row):
    """What one action costs, in whole credits."""

    action = TextField(primary_key=True)
    credits = BigIntegerField()
    label = TextField()

    class Meta:
        table_name = "prices"


class Account(TenantRow):
    """The kept balance of one account of a workspace, equal to the sum of its entries."""

    name = TextField()
    balance = BigIntegerField()

    class Meta:
        table_name = "accounts"
        primary_key = CompositeKey("workspace_id", "name")


class Transaction(TenantRow):
    """One movement; ``position`` orders the movements of a workspace, the two ``_after`` are its balances right after
    it.
    """

    id = UUIDField(primary_key=True)
    position = BigIntegerField()
    kind = TextField()
    credits = BigIntegerField()
    job_id = UUIDField(null=True)
    contact_id = UUIDField(null=True)
    field = TextField(null=True)
    source = TextField(null=True)
    user_id = UUIDField(null=True)
    description = TextField()
    undoes = UUIDField(null=True)
    idempotency_key = TextField(null=True)
    available_after = BigIntegerField()
    held_after = BigIntegerField()
    created_at = DateTimeTZField()

    class Meta:
        table_name = "transactions"


class Entry(TenantRow):
    """Signed credits on one account; the entries of a transaction add up to zero."""

    transaction_id = UUIDField()
    account = TextField()
    credits = BigIntegerField()

    class Meta:
        table_name = "entries"
        primary_key = CompositeKey("workspace_id", "transaction_id", "account")
