"""The audit that nobody has to think of: once a night, by whichever scheduler comes first."""

from __future__ import annotations

import structlog

from reachly import logs
from reachly.audit.kept import claim, finish
from reachly.audit.running import Found, look, may_look
from reachly.settings import settings

TOLD = 20
"""How many breaches go into the log one by one; all are kept."""
_log = structlog.get_logger()
_said = False


def nightly() -> Found | None:
    """Look if this night's audit is still to be done and nobody is at it; ``None`` where nothing was to do.

    What it finds is kept and told aloud. An audit that cannot look is kept as failed and raises what stood in its way.
    """
    if not settings().audit_every or not _allowed():
        return None
    night = claim()
    if night is None:
        return None
    try:
        found = look(settings().audit_hash_bytes)
    except Exception as error:
        finish(night, None, f"{type(error).__name__}: {error}"[:500])
        logs.alert("audit_failed", error=type(error).__name__, told=str(error)[:200])
        raise
    if finish(night, found):
        _tell(found)
    return found


def _allowed() -> bool:
    """Whether this process has the owner's way in; where it has none that is said once, and nothing is written."""
    global _said
    allowed = may_look()
    if not allowed and not _said:
        logs.alert("audit_cannot_look", told="DATABASE_OWNER_URL of the scheduler is not the owner of the tables")
    _said = not allowed
    return allowed


def _tell(found: Found) -> None:
    took = round(sum(found.seconds.values()), 1)
    if not found.breaches:
        _log.info("audit_passed", seconds=took, notes=len(found.notes))
        return
    for breach in found.breaches[:TOLD]:
        _log.error("audit_breach", rule=breach.rule, workspace=str(breach.workspace_id), told=breach.text)
    logs.alert("audit_breaches", breaches=len(found.breaches), notes=len(found.notes), seconds=took)
