"""What a file should be: which leads, which columns under which headers, in which format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reachly.export.columns import COLUMNS, DEFAULT, traces
from reachly.export.presets import Preset
from reachly.leads import LeadQuery

FORMATS = {"csv": "CSV", "xlsx": "Excel workbook", "jsonl": "JSONL"}
MODES = {"excel": "CSV for Excel", "exact": "CSV, exact"}
HEADER_BYTES = 63
"""What PostgreSQL keeps of a name, and enough for a header."""


@dataclass(frozen=True, slots=True)
class Picked:
    """One column of a file and the header it goes under."""

    key: str
    header: str


DEFAULT_COLUMNS = tuple(Picked(key, COLUMNS[key].label) for key in DEFAULT)
JSON_COLUMNS = tuple(Picked(key, key) for key in DEFAULT)
"""The same for JSONL, whose keys are the columns' own."""


@dataclass(frozen=True, slots=True)
class ExportWish:
    """A file that somebody wants. The rows are the query's, in the query's order; only CSV is ever other than exact.

    ``columns`` are those that were chosen, ``written`` all that the file has: with ``provenance`` it says beside each
    value where it came from, which JSONL says anyway. ``preset`` names what the file was made after.
    """

    query: LeadQuery = field(default_factory=LeadQuery)
    format: str = "csv"
    mode: str = "excel"
    columns: tuple[Picked, ...] = DEFAULT_COLUMNS
    name: str = ""
    provenance: bool = False
    preset: str = ""
    list_order: bool = False
    """Whether the rows come in the order of the list whose leads they are."""

    @classmethod
    def from_args(cls, args: Mapping[str, Any], preset: Preset | None = None) -> tuple[ExportWish, dict[str, str]]:
        """The wish in a form or a JSON object, and a message for each field that could not be read.

        ``columns`` are keys in order, or objects with ``key`` and ``header``; a form gives a header as ``header_KEY``.
        What is not given is the ``preset``'s, where there is one. The leads are ``lead_ids``, ``list_id`` or
        ``filters``; a form has the query's own fields beside the others.
        """
        errors: dict[str, str] = {}
        format_ = _choice(args, "format", FORMATS, preset.format if preset else "csv", errors)
        mode = _choice(args, "mode", MODES, preset.mode if preset else "excel", errors) if format_ == "csv" else "exact"
        columns = _columns(args, format_, preset, errors)
        provenance = _flag(args, "provenance", bool(preset and preset.provenance), errors)
        name = " ".join(str(args.get("name") or "").split())
        if len(name) > 120:
            errors["name"] = "A name has at most 120 characters."
        query = _query(args, errors)
        used = preset.name if preset else ""
        in_order = _flag(args, "list_order", False, errors)
        return cls(query, format_, mode, columns, name[:120], provenance, used, in_order), errors

    @property
    def written(self) -> tuple[Picked, ...]:
        """All columns of the file."""
        if not self.provenance or self.format == "jsonl":
            return self.columns
        taken = {column.header for column in self.columns}
        beside = [(key, COLUMNS[key].label) for key in traces(column.key for column in self.columns)]
        return self.columns + tuple(Picked(key, key if label in taken else label) for key, label in beside)

    def as_params(self) -> dict[str, Any]:
        """The wish as a job keeps it."""
        return {
            "query": self.query.as_args(),
            "format": self.format,
            "mode": self.mode,
            "columns": [[column.key, column.header] for column in self.columns],
        } | {name: value for name in ("provenance", "preset", "list_order") if (value := getattr(self, name))}

    @classmethod
    def of_params(cls, params: Mapping[str, Any], name: str = "") -> ExportWish:
        """The wish that a job was made of; raises ``ValueError`` when it is of no version that we know."""
        query, errors = LeadQuery.from_args(params["query"])
        columns = tuple(Picked(key, header) for key, header in params["columns"])
        if errors or any(column.key not in COLUMNS for column in columns):
            raise ValueError(f"cannot read what the export was asked for: {errors}")
        more = (bool(params.get("provenance")), str(params.get("preset", "")), bool(params.get("list_order")))
        return cls(query, params["format"], params["mode"], columns, name, *more)


def _choice(args: Mapping[str, Any], name: str, known: Mapping[str, str], default: str, errors: dict[str, str]) -> str:
    value = args.get(name) or default
    if isinstance(value, str) and value in known:
        return value
    errors[name] = f"Choose one of: {', '.join(known)}."
    return default


def _flag(args: Mapping[str, Any], name: str, default: bool, errors: dict[str, str]) -> bool:
    value = args.get(name)
    if value is None or value == "":
        return default
    if str(value).lower() in ("true", "false", "1", "0", "yes", "no", "on"):
        return str(value).lower() in ("true", "1", "yes", "on")
    errors[name] = "Say true or false."
    return default


def _columns(
    args: Mapping[str, Any], format_: str, preset: Preset | None, errors: dict[str, str]
) -> tuple[Picked, ...]:
    getlist = getattr(args, "getlist", None)
    given: Any = getlist("columns") if getlist else args.get("columns")
    usual = dict(preset.columns) if preset else {}
    if not given and preset:
        given = [{"key": key, "header": header} for key, header in preset.columns]
    if not given:
        return JSON_COLUMNS if format_ == "jsonl" else DEFAULT_COLUMNS
    picked = []
    for item in given if isinstance(given, Iterable) and not isinstance(given, str | Mapping) else [given]:
        own = item if isinstance(item, Mapping) else {"key": item, "header": args.get(f"header_{item}")}
        column = COLUMNS.get(str(own.get("key")))
        if column is None:
            errors["columns"] = f"There is no column “{str(own.get('key'))[:40]}”."
            return DEFAULT_COLUMNS
        header = " ".join(str(own.get("header") or "").split())
        if len(header.encode("utf-8", "replace")) > HEADER_BYTES or not header.isprintable():
            errors["columns"] = f"A header has at most {HEADER_BYTES} letters."
            return DEFAULT_COLUMNS
        header = header or usual.get(column.key) or (column.key if format_ == "jsonl" else column.label)
        picked.append(Picked(column.key, header))
    if len({column.key for column in picked}) < len(picked) or len({column.header for column in picked}) < len(picked):
        errors["columns"] = "Each column and each header may come once."
        return DEFAULT_COLUMNS
    return tuple(picked)


def _query(args: Mapping[str, Any], errors: dict[str, str]) -> LeadQuery:
    filters = args.get("filters")
    if filters is not None and not isinstance(filters, Mapping):
        errors["filters"] = "Give an object."
        return LeadQuery()
    beside = {name: args[name] for name in ("lead_ids", "list_id") if args.get(name) is not None}
    query, wrong = LeadQuery.from_args(args if filters is None else {**filters, **beside})
    errors.update({f"filters.{name}" if filters is not None else name: text for name, text in wrong.items()})
    return query
