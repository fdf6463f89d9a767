"""What things cost. The ledger is read by :mod:`reachly.credits` and written by functions of the database alone."""

from __future__ import annotations

from peewee import BigIntegerField, TextField

from reachly.models.row import Row


class Price(Row):
    """What one action costs, in whole credits."""

    action = TextField(primary_key=True)
    credits = BigIntegerField()
    label = TextField()

    class Meta:
        table_name = "prices"
