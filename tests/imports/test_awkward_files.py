"""Files as people really have them: read as they were meant, or refused in words that say what to do."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from reachly import imports
from reachly.imports import FileRefused, FileTooLarge
from reachly.imports.encoding import as_utf8
from reachly.imports.reading import LONGEST_CELL, Dialect, rows
from reachly.settings import settings
from tests.imports.made import counts, csv_of, imported, leads, people, refused, upload

TEXT = "Vorname;Nachname;E-Mail;Firma\r\nJürgen;Müller-Łuczak;jm@firma.example;„Größe“ GmbH\r\n"


def only(team, columns: str = "first_name, last_name, email, company"):
    (lead,) = leads(team, columns)
    return tuple(lead.values())


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250"], ids=str
)
def test_each_encoding_is_read_as_it_was_written(team, encoding) -> None:
    told = upload(team, TEXT.encode(encoding))
    if encoding == "cp1250":
        told = imports.change(team.workspace_id, team.user_id, told.id, imports.Change(encoding="cp1250"))
    imported(team, told)
    assert only(team) == ("Jürgen", "Müller-Łuczak", "jm@firma.example", "„Größe“ GmbH")


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-1"])
def test_the_encodings_of_the_west_are_found_out(team, encoding) -> None:
    imported(team, "Prénom,Nom,Courriel\nZoë,Brontë,zoe@firma.example\n".encode(encoding))
    assert only(team, "first_name, last_name, email") == ("Zoë", "Brontë", "zoe@firma.example")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "pipe"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_each_delimiter_and_line_end_is_found_out(team, delimiter, ending) -> None:
    lines = [["First name", "Last name", "E-mail"], ["Ada", "Love, lace; |", "ada@engine.example"]]
    quoted = [[f'"{cell}"' for cell in line] for line in lines]
    told = upload(team, ending.join(delimiter.join(line) for line in quoted).encode())
    assert (told.shape.dialect, told.rows) == (Dialect(delimiter, '"'), 1)
    imported(team, told)
    assert only(team, "first_name, last_name, email") == ("Ada", "Love, lace; |", "ada@engine.example")


def test_mixed_line_ends_blank_lines_and_line_breaks_in_cells_keep_their_line_numbers(team) -> None:
    data = (
        'Name,E-mail,Company\r\n"Ada\r\nLovelace",ada@engine.example,"En\rgine"\n\n,,\r'
        '"He said ""hi""",bad@@x,Firm\r\nGrace Hopper,grace@navy.example,Navy'
    )
    told = imported(team, data.encode())
    assert (counts(told), told.rows) == ((2, 0, 0, 1), 3)
    assert {row["first_name"] for row in leads(team)} == {"Ada", "Grace"}
    assert '7,“bad@@x” is not an e-mail address.,"He said ""hi""",bad@@x,Firm' in refused(team, told)


def test_a_mark_in_the_middle_is_passed_over_and_two_columns_of_one_name_stay_two(team) -> None:
    data = "\ufeffE-mail,Phone,Phone,Name\n\ufeffada@engine.example,,+442079460958,Ada Lovelace\n"
    told = upload(team, data.encode())
    assert told.mapping == ["email", "phone", "phone", "full_name"]
    imported(team, told)
    assert only(team, "email, phone, first_name") == ("ada@engine.example", "+442079460958", "Ada")


def test_one_column_is_enough_and_three_hundred_are_not_too_many(team) -> None:
    assert counts(imported(team, b"ada@engine.example\ngrace@navy.example\n")) == (2, 0, 0, 0)
    names = [f"Field {n}" for n in range(298)]
    data = csv_of(f"ada2@engine.example,Ada,{'x,' * 297}x", header=",".join(["E-mail", "First name", *names]))
    told = upload(team, data)
    assert told.shape.width == 300
    assert counts(imported(team, told)) == (1, 0, 0, 0)
    with pytest.raises(FileRefused, match="600 cells"):
        upload(team, b"a," * 599 + b"a\n")


def test_formulas_are_kept_as_text_and_made_harmless_where_they_are_given_back(team) -> None:
    told = imported(team, csv_of("=cmd|x!A1,@SUM,ada@engine.example,+Plus,,", '=HYPERLINK("x"),,a@@b,,,'))
    assert only(team, "first_name, last_name, company") == ("=cmd|x!A1", "@SUM", "+Plus")
    assert ',"\'=HYPERLINK(x)"' in refused(team, told) or "'=HYPERLINK" in refused(team, told)


def test_a_cell_of_ten_megabytes_refuses_its_row_and_no_other(team) -> None:
    told = imported(team, csv_of(*people(2), f'Ada,"{"x" * 10_000_000}",ada@engine.example,,,', *people(2, 2)))
    assert (counts(told), told.reasons) == ((4, 0, 0, 1), {"cell_too_long": 1})
    assert len(refused(team, told)) > 10_000_000


def test_a_quote_that_is_never_closed_is_found_before_anything_is_imported(team, files) -> None:
    with pytest.raises(FileRefused, match="line 3 is never closed") as found:
        upload(team, csv_of(*people(1), '"Ada,Lovelace,ada@engine.example,,,', *people(500, 1)))
    assert found.value.code == "unclosed_quote"
    assert files() == []
    endless = (b'a,b\n"' if n == 0 else b"x" * 1_000_000 for n in range(LONGEST_CELL // 1_000_000 + 2))
    with pytest.raises(FileRefused, match="32 MB"):
        list(rows(endless, Dialect()))


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "0" * 20_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty", "empty"),
        (b"E-mail,Name\n", "no_rows", "none beneath"),
        (_zip(), "zip", "save it as CSV"),
        (gzip.compress(b"0" * 20_000_000), "gzip", "Unpack"),
        (b"%PDF-1.7\n", "pdf", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "xls", "old Excel"),
        (b"<!DOCTYPE html><table>", "markup", "web page"),
        (b"E-mail,Name\nada@x.example,A\0da\n", "nul", "NUL"),
        (b"a,b\n" + b"x,y\n" * 90_000 + b"\0", "nul", "NUL"),
        ("E-mail,Name\n".encode("utf-16") + b"\x00\xd8\x41", "encoding", "UTF-16"),
    ],
    ids=["nothing", "blank", "header only", "xlsx", "gzip", "pdf", "xls", "html", "nul", "late nul", "half utf-16"],
)
def test_what_is_no_table_is_refused_in_words_that_say_what_to_do(team, files, data, code, words) -> None:
    with pytest.raises(FileRefused, match=words) as found:
        upload(team, data, "leads.csv")
    assert found.value.code == code
    assert files() == []


def test_a_file_may_have_so_many_bytes_and_rows(team, files, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "import_rows", 5)
    upload(team, csv_of(*people(5)))
    with pytest.raises(FileRefused, match="at most 5 rows"):
        upload(team, csv_of(*people(6)))
    monkeypatch.setattr(settings(), "import_bytes", 100)
    with pytest.raises(FileTooLarge, match="100 bytes"):
        upload(team, csv_of(*people(50)))
    assert len(files()) == 1


def test_text_is_the_same_however_it_is_cut_into_pieces() -> None:
    text = 'a;"b\r\nc";d\r\r\n"é""ü\r";x;\n\rlast;;'
    whole = [(row.line, row.cells, row.ends_at) for row in rows([text.encode()], Dialect(";"))]
    for size in (1, 2, 3, 5):
        data = text.encode("utf-16")
        pieces = as_utf8((data[at : at + size] for at in range(0, len(data), size)), "utf-16")
        assert [(row.line, row.cells, row.ends_at) for row in rows(pieces, Dialect(";"))] == whole
    for line, _cells, ends_at in whole[:-1]:
        rest = [row.cells for row in rows([text.encode()[ends_at:]], Dialect(";"), ends_at, line)]
        assert rest == [cells for _, cells, end in whole if end > ends_at]
