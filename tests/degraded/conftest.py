"""Browsers, for pages that are shown while something is away."""

from tests.web.conftest import browser

__all__ = ["browser"]
