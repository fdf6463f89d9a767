"""Workers of these tests have no other test's jobs to do."""

from tests.reliability.conftest import settled, still_settled

__all__ = ["settled", "still_settled"]
