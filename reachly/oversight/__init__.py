"""What operators see and do across workspaces: stuck jobs, waiting jobs, calls without an answer, and what was done.

Everything goes through the functions ``operations_…`` and ``desk_…`` of the database, which decide who may, change by
compare-and-set, and write down each act. Nothing here tells anything about leads.
"""

from reachly.oversight.catalogue import NOT_MERGED, NOT_SPLIT, Kind, Merge, Merged, Pair
from reachly.oversight.desk import Act, Call, Desk, Done, Mail, NotAdmin, OpenJob, as_admin, as_owner
from reachly.oversight.picked import Picked, picked

__all__ = [
    "NOT_MERGED",
    "NOT_SPLIT",
    "Act",
    "Call",
    "Desk",
    "Done",
    "Kind",
    "Mail",
    "Merge",
    "Merged",
    "NotAdmin",
    "OpenJob",
    "Pair",
    "Picked",
    "as_admin",
    "as_owner",
    "picked",
]
