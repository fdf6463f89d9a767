"""Runs the SQL of the same name, each statement by itself."""

from reachly.migrating import one_by_one

atomic = False


def up(_migrator, db):
    one_by_one(db, __file__)
