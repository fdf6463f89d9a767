"""Proves the books: every balance against its movements, every movement against what was delivered for it.

It reads and says; it mends nothing, because a book that mends itself proves nothing. What is wrong is put right with a
new movement.
"""

from reachly.audit.running import Breach, main, notes, run

__all__ = ["Breach", "main", "notes", "run"]
