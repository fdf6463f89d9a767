"""`/lists`: the lists somebody sees, one list with its leads in order, and what can be done with them."""

from reachly.web.lists.routes import bp

__all__ = ["bp"]
