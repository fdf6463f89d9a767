"""`/profiles`: searches that are kept, run again and run by themselves."""

from reachly.web.profiles.routes import bp

__all__ = ["bp"]
