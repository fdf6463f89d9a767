"""Runs the SQL of the same name."""

from pathlib import Path


def up(_migrator, db):
    db.cursor().execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
