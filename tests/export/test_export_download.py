"""Downloads: by their workspace only, whole or in parts, each one recorded."""

from __future__ import annotations

from email.utils import format_datetime

import pytest

from reachly.database import rows, scope
from reachly.export import (
    ExportExpired,
    ExportWish,
    NoSuchExport,
    ask,
    get,
    listing,
    manifest_bytes,
    open_download,
)
from reachly.leads import BadCursor
from tests.export.conftest import finish
from tests.planted import as_owner, people, plant


@pytest.fixture
def export(team):
    plant(team, *people(40))
    finish(ask(team.workspace_id, team.user_id, ExportWish(name="Käufer")).job_id)
    return listing(team.workspace_id, team.user_id).exports[0]


@pytest.fixture
def whole(folder, export) -> bytes:
    return (folder / export.path).read_bytes()


def fetch(team, export, **asked):
    found = open_download(team.workspace_id, team.user_id, export.id, **asked)
    return found.status, found.headers, b"".join(found.body)


def test_the_whole_file_comes_with_its_name_and_tag(team, export, whole) -> None:
    status, headers, body = fetch(team, export, address="127.0.0.1")
    assert (status, body) == (200, whole)
    assert headers["ETag"] == f'"{export.sha256}"'
    assert headers["Content-Length"] == str(len(whole))
    name = f"kaufer-{export.job_number}.csv"
    assert headers["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert headers["Content-Type"].startswith("text/csv; charset=utf-8")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=100-", 100, None),
        ("bytes=-7", -7, None),
        ("bytes=5-99999999", 5, None),
        ("bytes=3-3", 3, 4),
    ],
)
def test_a_part_is_that_part(team, export, whole, asked, first, last) -> None:
    status, headers, body = fetch(team, export, range_=asked)
    assert (status, body) == (206, whole[first:last])
    start = first % len(whole)
    assert headers["Content-Range"] == f"bytes {start}-{start + len(body) - 1}/{len(whole)}"
    assert headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=-", "bytes=9-2", "bytes=x-y", "bytes=٣-٤", "no"]
)
def test_a_range_that_means_nothing_gives_the_whole(team, export, whole, asked) -> None:
    assert fetch(team, export, range_=asked)[::2] == (200, whole)


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(team, export, whole, asked) -> None:
    status, headers, body = fetch(team, export, range_=asked)
    assert (status, headers["Content-Range"], body) == (416, f"bytes */{len(whole)}", b"")


def test_a_broken_off_download_goes_on_only_with_the_same_file(team, export, whole) -> None:
    tag, date = f'"{export.sha256}"', format_datetime(export.created_at, usegmt=True)
    for same in (tag, date):
        assert fetch(team, export, range_="bytes=10-", if_range=same)[::2] == (206, whole[10:])
    for other in ('"other"', f"W/{tag}", "Mon, 01 Jan 2024 00:00:00 GMT", "rubbish"):
        assert fetch(team, export, range_="bytes=10-", if_range=other)[::2] == (200, whole)


def test_what_the_client_has_is_not_sent_again(team, export) -> None:
    tag = f'"{export.sha256}"'
    for named in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        assert fetch(team, export, if_none_match=named)[::2] == (304, b"")
    assert fetch(team, export, if_none_match='"x"')[0] == 200


def test_each_download_is_recorded_and_a_look_at_the_head_is_none(team, export, whole) -> None:
    fetch(team, export, address="198.51.100.7")
    fetch(team, export, range_="bytes=10-19")
    fetch(team, export, body=False)
    fetch(team, export, if_none_match="*")
    with scope(team.workspace_id, team.user_id):
        found = rows("SELECT user_id, first_byte, bytes, address FROM downloads ORDER BY created_at")
    assert [(row["first_byte"], row["bytes"], row["address"]) for row in found] == [
        (0, len(whole), "198.51.100.7"),
        (10, 10, ""),
    ]
    assert {row["user_id"] for row in found} == {team.user_id}
    assert get(team.workspace_id, team.user_id, export.id).downloads == 2


def test_another_workspace_gets_nothing(other_team, export) -> None:
    for reach in (get, open_download, manifest_bytes):
        with pytest.raises(NoSuchExport):
            reach(other_team.workspace_id, other_team.user_id, export.id)
    assert listing(other_team.workspace_id, other_team.user_id).exports == []


def test_an_expired_export_is_told_apart_from_none(team, export) -> None:
    as_owner("UPDATE exports SET expires_at = now() WHERE id = %s", (export.id,))
    with pytest.raises(ExportExpired):
        fetch(team, export)
    assert get(team.workspace_id, team.user_id, export.id).expired


def test_a_file_that_vanished_is_as_good_as_expired(team, export, folder) -> None:
    (folder / export.path).unlink()
    with pytest.raises(ExportExpired):
        fetch(team, export)


def test_an_empty_file_can_be_had(team) -> None:
    finish(ask(team.workspace_id, team.user_id, ExportWish(format="jsonl", mode="exact")).job_id)
    empty = listing(team.workspace_id, team.user_id).exports[0]
    assert fetch(team, empty)[::2] == (200, b"")
    assert fetch(team, empty, range_="bytes=0-")[0] == 416


def test_the_manifest_lies_beside_the_file(team, export) -> None:
    assert export.sha256.encode() in manifest_bytes(team.workspace_id, team.user_id, export.id)


def test_exports_are_listed_newest_first_page_by_page(team) -> None:
    for number in range(3):
        finish(ask(team.workspace_id, team.user_id, ExportWish(name=f"File {number}")).job_id)
    first = listing(team.workspace_id, team.user_id, limit=2)
    assert [export.job_name for export in first.exports] == ["File 2", "File 1"]
    assert first.exports[0].person == "Alice"
    rest = listing(team.workspace_id, team.user_id, first.next_cursor, limit=2)
    assert ([export.job_name for export in rest.exports], rest.next_cursor) == (["File 0"], None)
    with pytest.raises(BadCursor):
        listing(team.workspace_id, team.user_id, "x")
