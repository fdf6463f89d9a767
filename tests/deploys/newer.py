"""The actors of the next release: they write searches in a second form."""

from jobs import actors
from reachly.engine.steps import Versioned
from reachly.generate.step import step

actors.KINDS["generate_leads"] = Versioned(step, 2)
