"""The product's actors, whose process dies with SIGKILL on meeting a job that is marked deadly: in the middle of it,
after it has bought a page.
"""

import os
import signal

from jobs import actors
from reachly.engine.claim import Claim
from reachly.engine.outcomes import Outcome
from reachly.generate.step import step

MARK = "deadly"


def deadly(claim: Claim) -> Outcome:
    """The product's own step, and the end of this process where a marked job has made some."""
    outcome = step(claim)
    if MARK in claim.params["filters"].get("keywords", ()):
        os.kill(os.getpid(), signal.SIGKILL)
    return outcome


actors.KINDS["generate_leads"] = deadly
