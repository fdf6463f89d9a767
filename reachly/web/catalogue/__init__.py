"""`/catalogue`: everybody Reachly knows, looked through free of charge, saved and unlocked from there."""

from reachly.web.catalogue.routes import bp

__all__ = ["bp"]
