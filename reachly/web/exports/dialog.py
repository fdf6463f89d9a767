"""The dialog that asks for a file: which leads, columns and format; it shows the first rows and the exact count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from reachly import saved_columns
from reachly.export import COLUMNS, DEFAULT, ExportWish, NoSuchPreset, Preset, preset, presets, preview, save
from reachly.leads import SORTS
from reachly.web.asked import chosen as read
from reachly.web.asked import fragment, text
from reachly.web.leads.address import chosen
from reachly.web.leads.selection import Selection
from reachly.web.session import me

PAGE = "export"
FORMATS = {
    "xlsx": ("Excel workbook", "Typed cells, header kept in sight", {"format": "xlsx"}),
    "excel": ("CSV for Excel", "Opens cleanly, formulas made harmless", {"format": "csv", "mode": "excel"}),
    "exact": ("CSV, exact", "Values byte for byte, for other programs", {"format": "csv", "mode": "exact"}),
    "jsonl": ("JSONL", "One lead per line, with provenance", {"format": "jsonl"}),
}
SHOWN_ROWS = 2
WEIGHED_ROWS = 20


def wish_of_form(selection: Selection) -> tuple[ExportWish, dict[str, str]]:
    """The file that the form describes, and a message for each field that cannot be taken."""
    form = request.form
    asked = form.get("format", "excel")
    keys = form.getlist("columns")
    if any(name.startswith("place_") for name in form):
        keys.sort(key=lambda key: read(form.get(f"place_{key}"), int) or len(COLUMNS))
    given = MultiDict([("columns", key) for key in keys])
    given.update({f"header_{key}": form.get(f"header_{key}", "") for key in keys})
    given.update({name: "1" if form.get(name) else "0" for name in ("provenance", "list_order")})
    given.update(FORMATS[asked][2] if asked in FORMATS else {})
    wish, errors = ExportWish.from_args(given)
    if asked not in FORMATS:
        errors["format"] = "Choose one of the formats."
    if not keys:
        errors["columns"] = "Choose at least one column."
    used = preset_of_form()
    named = replace(wish, preset=used.name if used else "", query=selection.query)
    return replace(named, name=title(selection, wish.list_order)[:120]), errors


def preset_of_form() -> Preset | None:
    """The preset that the form was filled after, ``None`` where it was none or is gone."""
    try:
        key = text(request.form.get("preset"), 60)
        return preset(*me(), key) if key else None
    except NoSuchPreset:
        return None


def wish_of_preset(selection: Selection, chosen: Preset) -> ExportWish:
    """The file as the preset makes it."""
    wish, _ = ExportWish.from_args({}, chosen)
    return replace(wish, query=selection.query, list_order=_of_list(selection))


def usual_wish(selection: Selection) -> ExportWish:
    """The file as this person had it last time, before anything was typed."""
    keys = saved_columns.remembered(*me(), PAGE) or ()
    listed = selection.query.list_id is not None
    known = [key for key in keys if key in COLUMNS and (listed or not COLUMNS[key].of_list)]
    wish, _ = ExportWish.from_args(MultiDict([("columns", key) for key in known]))
    return replace(wish, query=selection.query, list_order=_of_list(selection))


def _of_list(selection: Selection) -> bool:
    """Whether these are the leads of a list, in no other order than its own."""
    return selection.query.list_id is not None and selection.query.sort == "newest"


def remember(wish: ExportWish) -> None:
    """Offer these columns the next time, unless they are a preset's, which can be chosen again."""
    if wish.preset:
        return
    keys = [picked.key for picked in wish.columns]
    saved_columns.remember(*me(), PAGE, keys)


def shown(
    selection: Selection,
    wish: ExportWish,
    errors: dict[str, str] | None = None,
    key: str | None = None,
    used: Preset | None = None,
) -> str:
    """The dialog, filled after the preset that is ``used``; without htmx the page of it."""
    names = look(selection, wish) | {
        "what": title(selection, wish.list_order),
        "listed": selection.query.list_id is not None,
        "list_order": wish.list_order,
        "pairs": selection.pairs,
        "columns": _columns(wish, errors or {}),
        "formats": [{"value": value, "label": told[0], "note": told[1]} for value, told in FORMATS.items()],
        "chosen_format": wish.mode if wish.format == "csv" else wish.format,
        "presets": presets(*me()),
        "used": used,
        "provenance": wish.provenance,
        "preset_name": text(request.form.get("preset_name"), 100) if errors else "",
        "errors": errors or {},
        "idempotency_key": key or str(uuid4()),
        "plain": not fragment(),
    }
    if fragment():
        return render_template("exports/_dialog.html", **names)
    fixed = {"fragment": "exports/_dialog.html", "active": "exports", "heading": "Export leads"}
    return render_template("dialog.html", **fixed, **names)


def keep(wish: ExportWish, needed: bool = False) -> Preset | None:
    """Keep the wish as a preset under the name that was typed, if one was; raises ``NotSaved``."""
    name = text(request.form.get("preset_name"), 100)
    if not name and not needed:
        return None
    return save(*me(), name, wish)


def look(selection: Selection, wish: ExportWish) -> dict[str, Any]:
    """The first rows of the file, how many it will have, and about how large it will be."""
    rows = selection.number()
    lines = preview(*me(), wish, WEIGHED_ROWS) if rows else []
    heading = 0 if wish.format == "jsonl" else 1
    weighed = lines[heading:]
    each = sum(len(line.encode()) + 2 for line in weighed) / len(weighed) if weighed else 0
    return {"rows": rows, "preview": lines[: heading + SHOWN_ROWS], "bytes": round(each * rows)}


def title(selection: Selection, list_order: bool = False) -> str:
    """The leads in words, and their order."""
    query = selection.query
    if selection.by_hand:
        number = len(query.lead_ids or ())
        return f"{number:,} chosen lead{'' if number == 1 else 's'}"
    told = [f"“{query.q}”"] if query.q else []
    told += [f"{chip['of']} {chip['label']}" for chip in chosen(query)]
    order = f", {SORTS[query.sort].lower()} first" if query.sort in ("newest", "oldest") else f", by {query.sort}"
    if list_order and query.list_id is not None:
        order = ", in the list's order"
    return (", ".join(told) or "All leads") + order


def _columns(wish: ExportWish, errors: dict[str, str]) -> list[dict[str, Any]]:
    """Every column: the chosen ones first and in their order."""
    picked = {} if "columns" in errors else {column.key: column.header for column in wish.columns}
    listed = wish.query.list_id is not None
    rest = [
        key
        for key in (*DEFAULT, *COLUMNS)
        if key not in picked and (COLUMNS[key].offered or (listed and COLUMNS[key].of_list))
    ]
    return [
        {
            "name": key,
            "label": COLUMNS[key].label,
            "usual": key if wish.format == "jsonl" else COLUMNS[key].label,
            "header": picked.get(key, ""),
            "checked": key in picked,
            "note": None,
        }
        for key in dict.fromkeys([*picked, *rest])
    ]
