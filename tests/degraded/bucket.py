"""A bucket by S3's own HTTP: whole and multipart uploads, reads, listings and deletions, and days when it is away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


class Bucket:
    """Its files by name; ``refuses`` is the HTTP status with which it answers uploads, or ``None``."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.refuses: int | None = None
        self.port = 0

    @contextmanager
    def open(self) -> Iterator[Bucket]:
        """Answer on loopback while the block lasts."""
        bucket = self

        class Door(_Door):
            store = bucket

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Door)
        self.port = server.server_address[1]
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: Bucket

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def _asked(self) -> tuple[str, dict[str, list[str]], bytes]:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return unquote(parts.path).removeprefix("/files").lstrip("/"), parse_qs(parts.query, True), body

    def _tell(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_POST(self) -> None:
        name, query, body = self._asked()
        if self.store.refuses:
            return self._tell(self.store.refuses)
        if "uploads" in query:
            self.store.parts[name] = {}
            told = f"{_HEAD}<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
            return self._tell(200, told.encode())
        if "delete" in query:
            gone = re.findall(rb"<Key>(.*?)</Key>", body)
            for key in gone:
                self.store.files.pop(key.decode(), None)
            told = "".join(f"<Deleted><Key>{key.decode()}</Key></Deleted>" for key in gone)
            return self._tell(200, f"{_HEAD}<DeleteResult>{told}</DeleteResult>".encode())
        parts = self.store.parts.pop(name)
        self.store.files[name] = b"".join(parts[number] for number in sorted(parts))
        told = f"{_HEAD}<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"
        return self._tell(200, told.encode())

    def do_PUT(self) -> None:
        name, query, body = self._asked()
        if self.store.refuses:
            return self._tell(self.store.refuses)
        if "partNumber" in query:
            self.store.parts[name][int(query["partNumber"][0])] = body
        else:
            self.store.files[name] = body
        return self._tell(200, ETag='"e"')

    def do_DELETE(self) -> None:
        name, query, _body = self._asked()
        if "uploadId" in query:
            self.store.parts.pop(name, None)
        else:
            self.store.files.pop(name, None)
        self._tell(204)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        name, query, _body = self._asked()
        if not name:
            prefix = query.get("prefix", [""])[0]
            told = "".join(
                f"<Contents><Key>{key}</Key><Size>{len(data)}</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                "<ETag>e</ETag></Contents>"
                for key, data in sorted(self.store.files.items())
                if key.startswith(prefix)
            )
            found = f"{_HEAD}<ListBucketResult><IsTruncated>false</IsTruncated>{told}</ListBucketResult>"
            return self._tell(200, found.encode())
        if name not in self.store.files:
            return self._tell(404)
        data, total = self.store.files[name], len(self.store.files[name])
        modified = {"Last_Modified": "Thu, 01 Jan 2026 00:00:00 GMT", "ETag": '"e"'}
        if wanted := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first, last = int(wanted[1]), int(wanted[2] or total - 1)
            piece = data[first : last + 1]
            return self._tell(206, piece, Content_Range=f"bytes {first}-{first + len(piece) - 1}/{total}", **modified)
        return self._tell(200, data, **modified, Content_Length=str(total))
