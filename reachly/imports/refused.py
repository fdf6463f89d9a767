"""Why a file as a whole cannot be taken, and what to do about it."""

from __future__ import annotations


class FileRefused(Exception):
    """The file cannot be read as rows; nothing of it was kept. ``code`` is for programs, ``words`` say what to do."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class FileTooLarge(FileRefused):
    """The file has more bytes than this server takes."""

    def __init__(self, most: int) -> None:
        size = f"{most / 1_000_000:,.0f} MB" if most >= 1_000_000 else f"{most:,} bytes"
        super().__init__("too_large", f"A file has at most {size}. Split it and import the parts one after another.")


_SAVE = "Open it and save it as CSV (in Excel: File, Save as, “CSV UTF-8”), then upload that."
_MAGIC = (
    (b"PK\x03\x04", "zip", f"This is an Excel workbook or a ZIP archive, whatever its name says. {_SAVE}"),
    (b"PK\x05\x06", "zip", f"This is an empty ZIP archive. {_SAVE}"),
    (b"PK\x07\x08", "zip", f"This is a ZIP archive. {_SAVE}"),
    (b"\xd0\xcf\x11\xe0", "xls", f"This is an old Excel workbook (.xls). {_SAVE}"),
    (b"\x1f\x8b", "gzip", "This is a compressed file (gzip). Unpack it and upload the CSV inside."),
    (b"BZh", "bzip2", "This is a compressed file (bzip2). Unpack it and upload the CSV inside."),
    (b"\xfd7zXZ\x00", "xz", "This is a compressed file (xz). Unpack it and upload the CSV inside."),
    (b"(\xb5/\xfd", "zstd", "This is a compressed file (zstd). Unpack it and upload the CSV inside."),
    (b"7z\xbc\xaf", "7z", "This is a 7-Zip archive. Unpack it and upload the CSV inside."),
    (b"Rar!", "rar", "This is a RAR archive. Unpack it and upload the CSV inside."),
    (b"%PDF", "pdf", "This is a PDF. Export the table it was made from as CSV."),
    (b"\x89PNG", "image", "This is a picture. Upload the table itself as CSV."),
    (b"\xff\xd8\xff", "image", "This is a picture. Upload the table itself as CSV."),
    (b"GIF8", "image", "This is a picture. Upload the table itself as CSV."),
    (b"PAR1", "parquet", "This is a Parquet file. Export it as CSV."),
    (b"SQLite format 3", "sqlite", "This is a SQLite database. Export the table as CSV."),
    (b"\x7fELF", "program", "This is a program and not a table."),
    (b"MZ\x90", "program", "This is a program and not a table."),
)


def known_as(head: bytes) -> FileRefused | None:
    """What a file with these first bytes is, where that is no text. Nothing is ever unpacked."""
    for magic, code, words in _MAGIC:
        if head.startswith(magic):
            return FileRefused(code, words)
    start = head.lstrip()[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return FileRefused("markup", "This is a web page or XML and not CSV. Save the table itself as CSV.")
    if start.startswith(b"{\\rtf"):
        return FileRefused("rtf", "This is a text document and not CSV. Save the table itself as CSV.")
    return None
