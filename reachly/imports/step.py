"""One step of an import: some pages of the file, each judged and written in one transaction with its checkpoint.

The checkpoint is the byte and the line at which the next row begins. A worker that dies between two pages has lost
nothing, and one that woke up too late finds the fence closed.
"""

from __future__ import annotations

import time
from datetime import timedelta
from random import uniform
from typing import Any
from uuid import UUID

from reachly.database import as_json, execute, one, scope
from reachly.engine.claim import Claim
from reachly.engine.outcomes import Continue, Failed, Outcome, Succeeded, Wait
from reachly.imports.asking import AT_ONCE, under_way, undo_part
from reachly.imports.looking import Import, NoSuchImport, found
from reachly.imports.paging import SUPPRESSED, Page, pages, repeated
from reachly.storage import NoSuchFile, StorageAway

_LOOKS_UP = 0.8
"""So many seconds a step goes on before the engine may look whether it is still wanted."""
_WAITS = 20
_LONGEST_WAIT = 120
GONE = Failed("file_gone", "The uploaded file is no longer there. Upload it again.")

BACK = Failed("undone", "The import was taken back: nothing more of it is written. Upload the file again.")


def step(claim: Claim) -> Outcome:
    """Take the job some pages on."""
    try:
        if claim.params["act"] == "undo":
            return _undo(claim)
        return _read(claim)
    except (NoSuchFile, NoSuchImport):
        return GONE
    except StorageAway:
        if claim.waits >= _WAITS:
            return Failed("storage_away", "The storage for files does not answer. Go on from here later.")
        pause = min(2**claim.waits, _LONGEST_WAIT) * uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing
        return Wait(claim.now() + timedelta(seconds=pause), "waiting for the storage")


def _read(claim: Claim) -> Outcome:
    with scope(claim.workspace_id):
        told = found(claim.params["import"])
        back = told.undone_at is not None or under_way(told.id, "undo")
    if back and claim.params["act"] == "import":
        return BACK
    _take_over(claim)
    at = claim.checkpoint
    if at.get("row", 0) >= told.rows:
        return _end(claim)
    until = time.monotonic() + _LOOKS_UP
    place = (at.get("offset", 0), at.get("line", 0), at.get("row", 0))
    for page in pages(told.path, told.shape, told.mapping, told.use, *place):
        _store(claim, told, page)
        if time.monotonic() > until or claim.stopping():
            return Continue()
    return _end(claim)


def _take_over(claim: Claim) -> None:
    """A job that goes on with another counts on where that one stopped."""
    if claim.checkpoint.get("job") == str(claim.id):
        return
    with claim.transaction():
        execute("UPDATE import_runs SET job_id = %s WHERE id = %s", (claim.id, claim.params["run"]))
        claim.save(claim.checkpoint | {"job": str(claim.id)})


def _store(claim: Claim, told: Import, page: Page) -> None:
    """One page, in one transaction."""
    with claim.transaction():
        row = one(
            "SELECT import_page(%s, %s, %s::jsonb, %s, %s) AS told",
            (claim.id, claim.attempt, as_json(page.taken), page.same, len(page.refused)),
        )
        assert row is not None
        for number, verdict, line in row["told"]["refused"]:
            words = SUPPRESSED if verdict == "suppressed" else repeated(line)
            page.refuse(page.cells[number][0], verdict, words, page.cells[number][1])
        if page.refused:
            execute(
                "INSERT INTO import_refusals (workspace_id, run_id, line, reason, words, cells)"
                " SELECT %s::uuid, %s::uuid, r.line, r.reason, r.words,"
                " ARRAY(SELECT jsonb_array_elements_text(r.cells))"
                " FROM jsonb_to_recordset(%s::jsonb) r(line bigint, reason text, words text, cells jsonb)",
                (str(claim.workspace_id), claim.params["run"], as_json(page.refused)),
            )
        claim.save(claim.checkpoint | {"offset": page.offset, "line": page.line, "row": page.done})
        claim.progress(page.done, max(told.rows, page.done))


def _end(claim: Claim) -> Outcome:
    with claim.transaction():
        counts = one(
            "SELECT import_id::text, dry, read, new, updated, same, refused FROM import_runs WHERE id = %s",
            (claim.params["run"],),
        )
        assert counts is not None
        claim.tell(
            "All rows read: nothing was imported yet" if counts["dry"] else "All rows imported",
            tone="good",
            detail=", ".join(f"{counts[name]:,} {name}" for name in ("new", "updated", "same", "refused")),
        )
    return Succeeded(counts)


def _undo(claim: Claim) -> Outcome:
    at = claim.checkpoint
    after = UUID(at["after"]) if at.get("after") else None
    sums: dict[str, Any] = {name: at.get(name, 0) for name in ("gone", "restored", "shown", "kept")}
    with scope(claim.workspace_id):
        if under_way(claim.params["import"], "import"):
            return Wait(claim.now() + timedelta(seconds=1), "waiting for the import to stop")
    with claim.transaction():
        part = undo_part(claim.params["import"], after, AT_ONCE)
        sums = {name: sums[name] + part[name] for name in sums}
        if part["last"] is None:
            claim.tell("The import was taken back", tone="good", detail=_back(sums))
        else:
            claim.save(sums | {"after": str(part["last"])})
            done = sum(sums.values())
            claim.progress(done, max(claim.total, done))
    if part["last"] is not None:
        return Continue()
    return Succeeded({"import_id": claim.params["import"], **sums})


def _back(sums: dict[str, Any]) -> str:
    words = {"gone": "gone", "restored": "as before", "shown": "shown again", "kept": "changed since and left"}
    return ", ".join(f"{sums[name]:,} {said}" for name, said in words.items() if sums[name]) or "nothing was left of it"
