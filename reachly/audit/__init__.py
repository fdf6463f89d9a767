"""Proves the books: every balance against its movements, every movement against what was delivered for it.

It reads and says; it mends nothing, because a book that mends itself proves nothing. What is wrong is put right with a
new movement. ``look`` runs all rules now, ``nightly`` once a night and by itself; ``last`` and ``state`` tell how the
last one ended.
"""

from reachly.audit.breach import Breach
from reachly.audit.kept import Audit, State, last, state, store, words
from reachly.audit.nightly import nightly
from reachly.audit.running import Found, NotTheOwner, look, may_look, notes, run

__all__ = [
    "Audit",
    "Breach",
    "Found",
    "NotTheOwner",
    "State",
    "last",
    "look",
    "may_look",
    "nightly",
    "notes",
    "run",
    "state",
    "store",
    "words",
]
