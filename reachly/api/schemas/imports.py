"""Files of people's own, and what came of their rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from reachly.api.schemas.parts import Asked, Instant, Told
from reachly.imports import Stored

Use = Literal["own", "enrich", "exclude"]
File = Annotated[str, WithJsonSchema({"type": "string", "format": "binary"})]


class ImportForm(Asked):
    """The parts of an upload; all but `file` may be left out."""

    file: File = Field(description="The CSV, with a file name.")
    mapping: str = Field(
        "", description="JSON object of column (header, or number from 1) to field; `null` leaves a column out."
    )
    use: Use = Field("own", description="`exclude`: hide the people and companies in the file.")
    overwrite: bool = Field(False, description="Replace what leads have; what was paid for is kept in any case.")
    dry_run: bool = Field(False, description="Write nothing and tell what would come of each row.")
    header: bool | None = Field(None, description="Whether the first row names the columns; else it is found out.")
    list_id: UUID | None = None


class ImportFile(BaseModel):
    """An upload as it was read; what of it tells whether two requests are the same is what it shows."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str
    sha256: str
    use: Use
    mapping: dict[str, Any] | None
    overwrite: bool
    dry: bool
    header: bool | None
    list_id: UUID | None
    stored: Stored = Field(exclude=True)
    kept: bool = Field(default=False, exclude=True)


class ImportColumn(Told):
    """A column and what it is taken for."""

    column: str
    field: str | None


class ImportCounts(Told):
    """What the rows came to: `read` is always the sum of the others."""

    read: int
    new: int
    updated: int
    same: int
    refused: int


class Import(Told):
    """An uploaded file. Until it is imported, `counts` are what would come of it."""

    id: UUID
    filename: str
    bytes: int
    sha256: str
    use: Use
    rows: int
    encoding: str
    delimiter: str
    columns: list[ImportColumn]
    overwrite: bool
    list_id: UUID | None
    state: Literal["new", "checking", "checked", "importing", "stopped", "done", "undone"]
    dry_run: bool
    job_id: UUID | None
    counts: ImportCounts | None
    refused_by_reason: dict[str, int]
    refused_url: str | None
    created_at: Instant
    expires_at: Instant
