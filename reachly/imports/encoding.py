"""In which letters a file is written, found out while it goes by, and the file anew in UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from reachly.imports.refused import FileRefused

HEAD = 256 * 1024
LABELS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (little endian)",
    "utf-16-be": "UTF-16 (big endian)",
    "utf-32-le": "UTF-32 (little endian)",
    "utf-32-be": "UTF-32 (big endian)",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "iso-8859-1": "ISO 8859-1 (Latin-1)",
    "mac-roman": "Mac Roman",
    "shift_jis": "Shift JIS",
    "gb18030": "GB 18030",
}
"""What can be read, and what it is called; the first that fits is taken, and people may choose another."""
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
NUL = FileRefused(
    "nul", "This file has NUL bytes, so it is no text: it may be damaged. Export it again as CSV in UTF-8."
)
_NOT_IN_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def wide(head: bytes) -> str | None:
    """The encoding that a byte order mark names, or that every second byte being NUL gives away; else ``None``."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = min(len(head), 4096) // 2
    if half >= 4:
        if odd > half * 0.4 and even < half * 0.05:
            return "utf-16-le"
        if even > half * 0.4 and odd < half * 0.05:
            return "utf-16-be"
    return None


class Watch:
    """Looks at a file's bytes as they go by and knows its encoding at the end; raises :data:`NUL` where one comes."""

    def __init__(self, head: bytes) -> None:
        self._wide = wide(head)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._rest: set[int] = set()

    def see(self, chunk: bytes) -> None:
        """The next bytes."""
        if self._wide not in (None, "utf-8"):
            return
        if b"\0" in chunk:
            raise NUL
        if self._is_utf8:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._is_utf8 = False
        if not self._is_utf8 and len(self._rest) < 128:
            self._rest |= set(chunk[:HEAD])

    def encoding(self) -> str:
        """What it was."""
        if self._wide not in (None, "utf-8"):
            assert self._wide is not None
            return self._wide
        if self._is_utf8:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "cp1252"
            return "utf-8"
        return "iso-8859-1" if self._rest & _NOT_IN_1252 else "cp1252"


def as_utf8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The same text in UTF-8, without a byte order mark at its head; raises :class:`FileRefused` where it is none."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    first = True
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            if "\0" in text:
                raise NUL
            if text:
                yield text.encode("utf-8", "surrogatepass" if encoding.startswith("utf-16") else "strict")
        if rest := decoder.decode(b"", final=True):
            yield rest.encode()
    except UnicodeError:
        label = LABELS.get(encoding, encoding)
        raise FileRefused(
            "encoding", f"This file is not all in {label}. Save it as CSV in UTF-8, or choose its encoding."
        ) from None
