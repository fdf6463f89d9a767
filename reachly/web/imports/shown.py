"""Imports as the templates want them."""

from __future__ import annotations

from typing import Any

from reachly.database import scope
from reachly.engine import look
from reachly.imports import DELIMITERS, ENCODINGS, USES, Import, Run
from reachly.web.jobs import shown as jobs
from reachly.web.session import me

STATES = {
    "new": ("To be looked at", "warn"),
    "checking": ("Being checked", "active"),
    "checked": ("Checked, not imported", "warn"),
    "importing": ("Importing", "active"),
    "stopped": ("Stopped", "error"),
    "done": ("Imported", "ok"),
    "undone": ("Taken back", "neutral"),
}
REASONS = {
    "email": "E-mail address that is none",
    "phone": "Phone number that is none",
    "linkedin": "Not the address of a LinkedIn profile",
    "domain": "Not a company's domain",
    "nobody": "Nobody can be recognised: no e-mail, LinkedIn profile, or name with a company",
    "empty": "Nothing in the columns that are imported",
    "too_many_cells": "More cells than the file has columns",
    "cell_too_long": "A cell that is too long",
    "too_long": "A value that is too long",
    "repeat": "The same person or company again, with other values",
    "suppressed": "Must not be contacted",
    "mail_provider": "A mail provider and not one company",
}


def brief(told: Import) -> dict[str, Any]:
    """A line of the list."""
    run = told.run or told.checked
    word, kind = STATES[told.state]
    return {
        "id": str(told.id),
        "name": told.filename,
        "use": USES[told.use],
        "state": told.state,
        "word": word,
        "kind": kind,
        "rows": told.rows,
        "counts": _counts(run) if run and run.finished else None,
        "dry": bool(run and run.dry),
        "by": told.person,
        "created_at": told.created_at,
    }


def full(told: Import) -> dict[str, Any]:
    """The page of one import."""
    run = told.run or (told.checked if told.state in ("checking", "checked") else None)
    return brief(told) | {
        "bytes": told.bytes,
        "encoding": ENCODINGS.get(told.shape.encoding, told.shape.encoding),
        "delimiter": DELIMITERS.get(told.shape.dialect.delimiter, told.shape.dialect.delimiter),
        "asked": {
            "use": told.use,
            "overwrite": told.overwrite,
            "list_id": str(told.list_id) if told.list_id else "",
            "list_name": told.list_name,
            "header": told.shape.header,
            "encoding": told.shape.encoding,
            "delimiter": told.shape.dialect.delimiter,
            "quote": told.shape.dialect.quote,
        },
        "counts": _counts(run) if run else None,
        "reasons": [(REASONS.get(reason, reason), rows) for reason, rows in told.reasons.items()],
        "refused_url": f"/imports/{told.id}/refused" if run and run.refused and not told.expired else None,
        "error": run.error if run and run.status == "failed" else None,
        "job_url": f"/jobs/{run.job_id}" if run else None,
        "leads_url": f"/leads?job_id={told.run.job_id}"
        if told.run and told.run.new and told.use != "exclude"
        else None,
        "touched": told.touched,
        "undoable": told.undoable,
        "undone": told.undone,
        "expires_at": told.expires_at,
        "expired": told.expired,
        "adds": (told.checked.new + told.checked.updated) if told.checked else 0,
    }


def job(told: Import) -> dict[str, Any] | None:
    """What ``jobs/_status.html`` needs while a job is at work; ``None`` while none is."""
    run = told.run if told.state == "importing" else told.checked if told.state == "checking" else None
    if run is None:
        return None
    with scope(*me()):
        found = look.job(run.job_id)
        return None if found is None else jobs.see(found, {"status"}).names() | {"every": 1}


def _counts(run: Run) -> dict[str, int]:
    return {name: getattr(run, name) for name in ("read", "new", "updated", "same", "refused")}
