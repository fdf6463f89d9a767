"""`/hidden`: the people and companies put away, and how they come back; hiding from the pages of leads."""

from reachly.web.hidden.routes import bp

__all__ = ["bp"]
