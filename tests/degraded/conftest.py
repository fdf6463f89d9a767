"""Browsers, for pages that are shown while something is away; and no other test's jobs for real workers."""

from tests.reliability.conftest import settled, still_settled
from tests.web.conftest import browser

__all__ = ["browser", "settled", "still_settled"]
