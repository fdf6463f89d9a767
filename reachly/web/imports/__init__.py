"""`/imports`: files that people upload, how they are read, what they come to, and taking them back."""

from reachly.web.imports.routes import bp

__all__ = ["bp"]
