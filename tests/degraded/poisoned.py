"""The actors of a worker whose jobs may be poison; for workers only: it changes what all of a process's jobs do."""

from jobs import actors
from tests.degraded.poison import step

actors.KINDS["generate_leads"] = step
