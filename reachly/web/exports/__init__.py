"""`/exports`: the dialog that asks for a file, the list of files, and their bytes."""

from reachly.web.exports.routes import bp

__all__ = ["bp"]
