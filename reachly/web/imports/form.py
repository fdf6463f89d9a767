"""The form that says how a file is to be read: which column is what, what for, onto which list."""

from __future__ import annotations

from typing import Any

from flask import request

from reachly.database import rows, scope
from reachly.imports import DELIMITERS, ENCODINGS, FIELDS, USES, Change, Import, lacking, preview
from reachly.storage import StorageAway
from reachly.web.asked import text
from reachly.web.session import me

USE_NOTES = {
    "own": "They become leads; what the file says of them is yours and costs nothing.",
    "enrich": "They become leads; afterwards you can unlock what the file lacks.",
    "exclude": "People and companies that you never want to see, find or buy: they are hidden.",
}
QUOTES = {'"': 'Double quotes (")', "'": "Single quotes (')"}
_EXAMPLES = 3
_MOST_LISTS = 200


def wanted(told: Import) -> Change:
    """What the form asks for; what it does not have stays as it is."""
    form = request.form
    mapping = None
    if any(name.startswith("column_") for name in form):
        mapping = [form.get(f"column_{at}") or None for at in range(told.shape.width)]
    given = form.get("form") == "columns"
    return Change(
        mapping=mapping,
        use=form.get("use") or None,
        overwrite=form.get("overwrite") == "yes" if given else None,
        list_id=text(form.get("list_id")) if "list_id" in form else None,
        encoding=form.get("encoding") or None,
        delimiter=form.get("delimiter") or None,
        quote=form.get("quote") or None,
        header=form.get("header") == "yes" if given else None,
    )


def names(told: Import, errors: dict[str, str] | None = None) -> dict[str, Any]:
    """What ``imports/_columns.html`` needs."""
    try:
        first = preview(told)
    except StorageAway:
        first, errors = [], (errors or {}) | {"": "The storage for files does not answer. Try again in a moment."}
    used = [field for field in FIELDS if any(field in taken.values for _line, _cells, taken in first)]
    headers = told.shape.headers or ()
    problem = lacking(told.mapping, told.use)
    return {
        "errors": ({"mapping": problem} if problem else {}) | (errors or {}),
        "columns": [
            {
                "name": f"column_{at}",
                "label": (headers[at] if at < len(headers) else "") or f"Column {at + 1}",
                "field": told.mapping[at] if at < len(told.mapping) else None,
                "examples": [cells[at][:80] for _line, cells, _taken in first if at < len(cells) and cells[at].strip()][
                    :_EXAMPLES
                ],
            }
            for at in range(told.shape.width)
        ],
        "fields": FIELDS,
        "uses": [{"value": value, "label": label, "note": USE_NOTES[value]} for value, label in USES.items()],
        "preview_fields": [(field, FIELDS[field]) for field in used],
        "preview": [
            {
                "line": line,
                "values": taken.values,
                "domain": taken.domain,
                "refused": taken.refused[1] if taken.refused else None,
            }
            for line, _cells, taken in first
        ],
        "encodings": ENCODINGS,
        "delimiters": DELIMITERS,
        "quotes": QUOTES,
        "lists": lists(),
    }


def lists() -> list[tuple[str, str]]:
    """The lists onto which the leads could be put."""
    with scope(*me()):
        found = rows(
            "SELECT id, name FROM lists WHERE workspace_id = scope_workspace() AND deleted_at IS NULL"
            " ORDER BY updated_at DESC LIMIT %s",
            (_MOST_LISTS,),
        )
    return [(str(row["id"]), row["name"]) for row in found]
