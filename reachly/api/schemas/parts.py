"""Parts that many shapes share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


class Asked(BaseModel):
    """What a program sends: a field that is not known is a mistake and is said to be one."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What a program is told."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Object = dict[str, Any]


class FieldProblem(Told):
    """What is wrong with one field."""

    field: str = Field(examples=["filters.industries.0"])
    message: str


class ProblemDetails(BaseModel):
    """Problem details as of RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None
    credits_required: int | None = None
    credits_available: int | None = None


class Paged(Asked):
    """Which part of a collection is wanted."""

    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: str | None = Field(None, min_length=1, max_length=4000, description="`next_cursor` of the page before.")
    count: Literal["exact"] | None = Field(None, description="`exact` adds `total`.")


__all__ = ["Asked", "FieldProblem", "Instant", "Object", "Paged", "ProblemDetails", "Told", "Word"]
