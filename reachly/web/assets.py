"""Style, scripts, icons and fonts: under an address that changes with their content, so browsers keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, send_from_directory

YEAR = 31_536_000


def start(app: Flask, folder: Path) -> None:
    """Serve ``folder`` as the endpoint ``static``.

    The address carries one digest of the whole folder, so that what a style sheet names by a relative address
    belongs to the same version; a plain ``/static/NAME`` is answered too and is asked for again after a minute.
    """
    version = digest(folder)

    def static(filename: str, asked: str = version) -> Response:
        response = send_from_directory(folder, filename, max_age=YEAR if asked == version else 60)
        if asked == version:
            response.cache_control.public = True
            response.cache_control.immutable = True
        return response

    def plain(filename: str) -> Response:
        return static(filename, "")

    app.add_url_rule(f"/static/{version}/<path:filename>", "static", static)
    app.add_url_rule("/static/<path:filename>", "static_plain", plain)


def digest(folder: Path) -> str:
    """A short name for what is in the folder: names and contents."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            told.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:12]
