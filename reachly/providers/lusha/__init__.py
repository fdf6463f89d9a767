"""Lusha, by its V3 contract (docs.lusha.com)."""

from reachly.providers.lusha.adapter import Lusha

__all__ = ["Lusha"]
