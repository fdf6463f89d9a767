"""Buttons that unlock: one field in place, many after a question that names the number and the most it costs."""

from reachly.web.unlock.routes import bp

__all__ = ["bp"]
