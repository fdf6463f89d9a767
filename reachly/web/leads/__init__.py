"""`/leads`: the table of leads, the panel of one, columns, deletion and its undoing."""

from reachly.web.leads.routes import bp

__all__ = ["bp"]
