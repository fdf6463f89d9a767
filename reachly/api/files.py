"""Calls of finished files: what they are, and their bytes."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from reachly import export
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.problem import Problem
from reachly.api.schemas.exports import ExportFile
from reachly.storage import StorageAway
from reachly.web.session import address

bp = Blueprint("api_exports", __name__)


@call(bp, "GET", "/api/exports/<uuid:export_id>", scope="read", answers={200: ExportFile}, problems=(404, 410))
def get_export(person: Person, export_id: UUID) -> ExportFile:
    """A finished file; 410 once it has expired."""
    try:
        found = export.get(person.workspace_id, person.user_id, export_id)
    except export.NoSuchExport:
        raise Problem(404) from None
    if found.expired:
        raise Problem(410, "The file has expired: ask for it again.")
    told = {name: getattr(found, name) for name in ExportFile.model_fields if name != "download_url"}
    return ExportFile(**told, download_url=f"/api/exports/{found.id}/download")


@call(
    bp,
    "GET",
    "/api/exports/<uuid:export_id>/download",
    scope="read",
    answers={200: "application/octet-stream", 206: "application/octet-stream", 304: None},
    problems=(404, 410, 416, 503),
    headers=("Content-Disposition", "ETag", "Accept-Ranges"),
)
def download_export(person: Person, export_id: UUID) -> Response:
    """The file. A `Range` gets that part; each download is recorded."""
    try:
        told = export.open_download(
            person.workspace_id,
            person.user_id,
            export_id,
            range_=request.headers.get("Range"),
            if_range=request.headers.get("If-Range"),
            if_none_match=request.headers.get("If-None-Match"),
            address=address(),
            body=request.method != "HEAD",
        )
    except export.NoSuchExport:
        raise Problem(404) from None
    except export.ExportExpired:
        raise Problem(410, "The file has expired: ask for it again.") from None
    except StorageAway:
        raise Problem(503, headers={"Retry-After": "5"}) from None
    if told.status == 416:
        raise Problem(416, "The file has no such part.", headers={"Content-Range": told.headers["Content-Range"]})
    response = Response(told.body, told.status)
    response.headers.update(told.headers)
    if told.status == 304:
        del response.headers["Content-Type"]
    return response
