"""`/operations/duplicates`: what looks like one in the catalogue, and the presses that make it one, or two again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from reachly.oversight import NOT_MERGED, NOT_SPLIT, Desk, Kind
from reachly.web.asked import chosen, go, text
from reachly.web.jobs.words import many
from reachly.web.oversight import words

PAGE = 50
REASON = 300
KINDS: dict[str, Kind] = {"companies": "organization", "people": "contact"}


def routes(bp: Blueprint, desk: Callable[[], Desk]) -> None:
    """Hang the page and its presses into the operators' blueprint; ``desk`` is the desk of whoever asks."""

    @bp.get("/operations/duplicates")
    def duplicates() -> ResponseReturnValue:
        """Pairs that look like one, and the merges that stand."""
        told, which = desk(), _which(request.args.get("kind"))
        before = chosen(request.args.get("before"), UUID)
        merges = told.merges(before, PAGE + 1)
        address, more = f"/operations/duplicates?kind={which}", len(merges) > PAGE
        merges = merges[:PAGE]
        return render_template(
            "operations.html",
            section="duplicates",
            tabs=words.tabs("duplicates", told.overview()),
            which=which,
            kinds=[(name, name.capitalize(), name == which) for name in KINDS],
            pairs=told.pairs(KINDS[which], PAGE),
            merges=merges,
            page={
                "previous": address if before else None,
                "next": f"{address}&before={merges[-1].id}#merges-title" if more else None,
            },
        )

    @bp.post("/operations/merge")
    def merge() -> ResponseReturnValue:
        """Let one stand for the other in every workspace."""
        which = _which(request.form.get("kind"))
        kept, gone = chosen(request.form.get("kept"), UUID), chosen(request.form.get("gone"), UUID)
        reason = text(request.form.get("reason"), REASON)
        if kept is None or gone is None:
            flash("No pair was picked.", "error")
        else:
            done = desk().merge(KINDS[which], kept, gone, reason)
            if done.outcome == "done":
                flash(f"Merged. {many(done.leads, 'lead')} of {many(done.workspaces, 'workspace')} followed.", "ok")
            else:
                flash(f"Nothing was merged. {NOT_MERGED[done.outcome]}", "warn")
        return go(f"/operations/duplicates?kind={which}")

    @bp.post("/operations/split")
    def split() -> ResponseReturnValue:
        """Take a merge back."""
        which, merge_id = _which(request.form.get("kind")), chosen(request.form.get("merge"), UUID)
        done = desk().split(merge_id, text(request.form.get("reason"), REASON)) if merge_id else None
        if done is not None and done.outcome == "done":
            flash(f"Two again. {many(done.leads, 'lead')} of {many(done.workspaces, 'workspace')} went back.", "ok")
        else:
            flash(f"Nothing was changed. {NOT_SPLIT[done.outcome if done else 'gone']}", "warn")
        return go(f"/operations/duplicates?kind={which}")


def _which(asked: str | None) -> str:
    return asked if asked in KINDS else "companies"
