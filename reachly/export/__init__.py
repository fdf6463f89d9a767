"""Exports: a query's rows, from one snapshot of the database straight to a file that appears whole or not at all."""

from reachly.export.asking import INTERACTIVE_ROWS, ListGone, again, ask, preview, repeat
from reachly.export.columns import COLUMNS, DEFAULT, Column
from reachly.export.download import (
    Download,
    ExportExpired,
    ExportPage,
    NoSuchExport,
    get,
    listing,
    manifest_bytes,
    open_download,
)
from reachly.export.presets import PRESETS, Preset
from reachly.export.saved import NoSuchPreset, NotSaved, forget, preset, presets, save
from reachly.export.wish import DEFAULT_COLUMNS, FORMATS, MODES, ExportWish, Picked

__all__ = [
    "COLUMNS",
    "DEFAULT",
    "DEFAULT_COLUMNS",
    "FORMATS",
    "INTERACTIVE_ROWS",
    "MODES",
    "PRESETS",
    "Column",
    "Download",
    "ExportExpired",
    "ExportPage",
    "ExportWish",
    "ListGone",
    "NoSuchExport",
    "NoSuchPreset",
    "NotSaved",
    "Picked",
    "Preset",
    "again",
    "ask",
    "forget",
    "get",
    "listing",
    "manifest_bytes",
    "open_download",
    "preset",
    "presets",
    "preview",
    "repeat",
    "save",
]
