"""Imports: a file of people or companies, looked through, tried, taken in page by page, and taken back as a whole."""

from reachly.imports.asking import INTERACTIVE_ROWS, NothingToUndo, Settled, again, check, start, undo
from reachly.imports.changing import Change, change, preview
from reachly.imports.dialect import DELIMITERS
from reachly.imports.encoding import LABELS as ENCODINGS
from reachly.imports.headers import FIELDS
from reachly.imports.looking import Import, NoSuchImport, Page, Run, get, listing, refused, taken_back
from reachly.imports.mapping import BadMapping, lacking, told
from reachly.imports.refused import FileRefused, FileTooLarge
from reachly.imports.taking import USES, Stored, drop, keep, store
from reachly.imports.values import Taken

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "FIELDS",
    "INTERACTIVE_ROWS",
    "USES",
    "BadMapping",
    "Change",
    "FileRefused",
    "FileTooLarge",
    "Import",
    "NoSuchImport",
    "NothingToUndo",
    "Page",
    "Run",
    "Settled",
    "Stored",
    "Taken",
    "again",
    "change",
    "check",
    "drop",
    "get",
    "keep",
    "lacking",
    "listing",
    "preview",
    "refused",
    "start",
    "store",
    "taken_back",
    "told",
    "undo",
]
