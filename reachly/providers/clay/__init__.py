"""Clay, by its public API and by its tables (developers.clay.com)."""

from reachly.providers.clay.adapter import Clay

__all__ = ["Clay"]
