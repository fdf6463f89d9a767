"""Files: asked for, and finished."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.leads import LeadFilters
from reachly.api.schemas.parts import Asked, Instant, Told, Word


class ExportColumn(Asked):
    """A column under a header of one's own."""

    key: Word
    header: Annotated[str, Field(max_length=63)] = ""


class Export(Asked):
    """A file wanted. Without `lead_ids` and `filters` it has all leads."""

    format: Literal["csv", "xlsx", "jsonl"] | None = Field(None, description="Without it the preset's, or `csv`.")
    mode: Literal["excel", "exact"] | None = Field(
        None, description="`excel`: opens right in Excel, formulas harmless. `exact`: RFC 4180, values as stored."
    )
    lead_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)] | None = None
    filters: LeadFilters | None = None
    preset: Annotated[str, Field(max_length=60)] | None = Field(
        None, description="A program's name as `GET /api/exports/presets` has it, or the id of a preset of one's own."
    )
    provenance: bool | None = Field(None, description="Beside each value where it came from, and since when.")
    list_id: UUID | None = Field(None, description="Those on this list; `filters` narrow them down.")
    list_order: bool = Field(False, description="With `list_id`: in the order of the list.")
    columns: Annotated[list[Word | ExportColumn], Field(max_length=60)] | None = Field(
        None, description="With `list_id` also `list_note` and `list_tags`, which stand beside a lead on the list."
    )
    name: str = Field("", max_length=120)

    def as_args(self) -> dict[str, Any]:
        """As the verb reads it."""
        told = self.model_dump(
            mode="json",
            include={"format", "mode", "lead_ids", "list_id", "columns", "name", "provenance", "list_order"},
            exclude_none=True,
        )
        filters = self.filters.wanted().as_args() if self.filters else {}
        if self.list_id is not None:
            filters["list_id"] = str(self.list_id)
        return told | {"filters": filters} | ({} if self.preset or self.mode else {"mode": "exact"})


class ExportFile(Told):
    """A finished file."""

    id: UUID
    job_id: UUID
    format: Literal["csv", "xlsx", "jsonl"]
    mode: Literal["excel", "exact"]
    filename: str
    rows: int
    bytes: int
    sha256: str
    created_at: Instant
    expires_at: Instant
    download_url: str


class Preset(Told):
    """How a file is made, under a name."""

    key: str = Field(description="A program's name, or the id of a preset of one's own.")
    name: str
    note: str
    own: bool = Field(description="Whether it is the workspace's own.")
    format: Literal["csv", "xlsx", "jsonl"]
    mode: Literal["excel", "exact"]
    provenance: bool
    columns: list[ExportColumn]


class Presets(Told):
    """The workspace's own presets by name, then those that everybody has."""

    data: list[Preset]
    next_cursor: None = None


class PresetWanted(Asked):
    """A preset to keep; one of the same name is replaced."""

    name: str = Field(max_length=80)
    format: Literal["csv", "xlsx", "jsonl"] = "csv"
    mode: Literal["excel", "exact"] = "exact"
    columns: Annotated[list[Word | ExportColumn], Field(min_length=1, max_length=60)]
    provenance: bool = False
