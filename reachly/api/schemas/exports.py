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

    format: Literal["csv", "jsonl"] = "csv"
    mode: Literal["excel", "exact"] | None = Field(
        None, description="`excel`: opens right in Excel, formulas harmless. `exact`: RFC 4180, values as stored."
    )
    lead_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)] | None = None
    filters: LeadFilters | None = None
    list_id: UUID | None = Field(None, description="Those on this list; `filters` narrow them down.")
    columns: Annotated[list[Word | ExportColumn], Field(max_length=60)] | None = None
    name: str = Field("", max_length=120)

    def as_args(self) -> dict[str, Any]:
        """As the verb reads it."""
        told = self.model_dump(
            mode="json", include={"format", "mode", "lead_ids", "columns", "name"}, exclude_none=True
        )
        filters = self.filters.wanted().as_args() if self.filters else {}
        if self.list_id is not None:
            filters["list_id"] = str(self.list_id)
        return told | {"filters": filters, "mode": self.mode or "exact"}


class ExportFile(Told):
    """A finished file."""

    id: UUID
    job_id: UUID
    format: Literal["csv", "jsonl"]
    mode: Literal["excel", "exact"]
    filename: str
    rows: int
    bytes: int
    sha256: str
    created_at: Instant
    expires_at: Instant
    download_url: str
