"""The list of files and their bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from reachly.database import rows, scope
from reachly.engine.run import run
from reachly.engine.stop import cancel
from reachly.export import ExportWish, ask
from reachly.export.step import step
from reachly.retry import retry
from reachly.settings import settings
from tests.planted import as_owner, people, plant
from tests.web.browsing import Browser, words
from tests.web.jobs_made import made


@pytest.fixture(autouse=True)
def _storage(tmp_path: Path) -> Iterator[None]:
    config = settings()
    before, config.storage_url = config.storage_url, type(config.storage_url)((tmp_path / "files").as_uri())
    yield
    config.storage_url = before


def exported(team: Any, **values: Any) -> dict[str, Any]:
    """The row of a file that a worker has made."""
    wish, errors = ExportWish.from_args(values)
    assert not errors
    assert run(ask(team.workspace_id, team.user_id, wish).job_id, {"export_leads": step}, "test") == "succeeded"
    return mine(team)[0]


def mine(team: Any, table: str = "exports") -> list[dict[str, Any]]:
    with scope(team.workspace_id, team.user_id):
        return rows(f"SELECT * FROM {table} ORDER BY created_at DESC")


def test_a_file_arrives_whole_and_is_what_was_promised(browser: Browser, team) -> None:
    plant(team, *people(30))
    made = exported(team)
    answer = browser.get(f"/exports/{made['id']}/download")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest() == made["sha256"]
    assert answer.headers["ETag"] == f'"{made["sha256"]}"'
    assert answer.headers["Content-Length"] == str(made["bytes"])
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="all-leads-1.csv"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    read = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(read) == made["rows"] == 30
    assert read[0]["E-mail"] == "p29@firm.example"


def test_parts_and_what_is_there_already(browser: Browser, team) -> None:
    plant(team, *people(30))
    made = exported(team)
    url, etag = f"/exports/{made['id']}/download", f'"{made["sha256"]}"'
    whole = browser.get(url).data
    part = browser.get(url, Range="bytes=10-99")
    assert (part.status_code, part.data) == (206, whole[10:100])
    assert part.headers["Content-Range"] == f"bytes 10-99/{len(whole)}"
    assert browser.get(url, Range="bytes=-5").data == whole[-5:]
    assert browser.get(url, Range="bytes=5-", If_Range=etag).status_code == 206
    assert browser.get(url, Range="bytes=5-", If_Range='"other"').data == whole
    beyond = browser.get(url, Range=f"bytes={len(whole)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    known = browser.get(url, If_None_Match=etag)
    assert (known.status_code, known.data) == (304, b"")
    head = browser.client.head(url)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(whole)))


def test_each_fetch_is_recorded_and_counted(browser: Browser, team) -> None:
    plant(team, *people(3))
    made = exported(team)
    for _ in range(2):
        assert browser.get(f"/exports/{made['id']}/download").data
    browser.client.head(f"/exports/{made['id']}/download")
    fetched = mine(team, "downloads")
    assert [row["bytes"] for row in fetched] == [made["bytes"]] * 2
    assert {row["user_id"] for row in fetched} == {team.user_id}
    assert "downloaded 2 times" in words(browser.get("/exports"))


def test_the_manifest_says_how_the_file_came_about(browser: Browser, team) -> None:
    plant(team, *people(3, country="Norway"))
    made = exported(team, country="Norway", format="csv", mode="exact")
    told = json.loads(browser.get(f"/exports/{made['id']}/manifest").data)
    assert told["query"] == {"country": ["Norway"]}
    assert (told["rows"], told["sha256"]) == (3, made["sha256"])


def test_the_list_tells_state_size_and_how_long_it_is_kept(browser: Browser, team) -> None:
    assert "No exports yet" in words(browser.get("/exports"))
    plant(team, *people(3))
    made = exported(team)
    page = browser.get("/exports")
    told = words(page)
    assert "Ready" in told
    assert made["sha256"][:12] in told
    assert "CSV for Excel" in told
    assert f'href="/exports/{made["id"]}/download" download' in page.text
    assert "kept 7 days" in told


def test_a_file_being_written_asks_for_itself_until_it_is_there(browser: Browser, team) -> None:
    plant(team, *people(3))
    wish, _ = ExportWish.from_args({})
    asked = ask(team.workspace_id, team.user_id, wish)
    row = browser.fragment(f"/exports/of/{asked.job_id}")
    assert f'hx-get="/exports/of/{asked.job_id}" hx-trigger="every 1s"' in row.text
    assert "Queued" in words(row)
    assert "Queued" in words(browser.get("/exports"))
    run(asked.job_id, {"export_leads": step}, "test")
    done = browser.fragment(f"/exports/of/{asked.job_id}")
    assert "hx-trigger" not in done.text
    assert "Download" in words(done)


def test_an_expired_file_is_gone_and_can_be_made_again(browser: Browser, team) -> None:
    plant(team, *people(3))
    made = exported(team, format="csv", mode="exact", columns=["email"])
    as_owner("UPDATE exports SET expires_at = now() - interval '1 second' WHERE id = %s", (str(made["id"]),))
    answer = browser.get(f"/exports/{made['id']}/download")
    assert answer.status_code == 410
    assert "expired and was deleted" in words(answer)
    assert browser.get(f"/exports/{made['id']}/manifest").status_code == 410
    page = browser.get("/exports")
    assert "Expired" in words(page)
    assert "Export again" in words(page)
    first = browser.post(f"/exports/{made['id']}/again", {"idempotency_key": "k"})
    again = browser.post(f"/exports/{made['id']}/again", {"idempotency_key": "k"})
    assert first.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    with scope(team.workspace_id, team.user_id):
        assert len({str(row["params"]) for row in rows("SELECT params FROM jobs")}) == 1


@pytest.mark.parametrize("path", ["/exports/{}/download", "/exports/{}/manifest", "/exports/of/{}"])
def test_anothers_file_is_as_unknown_as_none(browser: Browser, other_browser: Browser, team, path: str) -> None:
    plant(team, *people(1))
    made = exported(team)
    url = path.format(made["job_id"] if "/of/" in path else made["id"])
    theirs, nowhere = other_browser.get(url), other_browser.get(path.format(uuid4()))
    assert theirs.status_code == nowhere.status_code == other_browser.get(path.format("x")).status_code == 404
    assert theirs.text == nowhere.text
    assert browser.get(url).status_code == 200
    assert other_browser.post(f"/exports/{made['id']}/again").status_code == 404


def test_nobody_fetches_a_file_without_signing_in(stranger: Browser, team) -> None:
    plant(team, *people(1))
    made = exported(team)
    assert stranger.get(f"/exports/{made['id']}/download").status_code == 302


def test_the_list_has_pages(browser: Browser, team) -> None:
    assert browser.get("/exports?after=nonsense").status_code == 200


def test_a_forms_key_is_no_other_doors_key(browser: Browser, team: Any) -> None:
    job_id = made(team)
    cancel(team.workspace_id, team.user_id, job_id)
    form = {"all_matching": "1", "format": "exact", "columns": "email", "idempotency_key": f"retry:{job_id}"}
    assert browser.post("/exports", form).status_code == 303
    assert retry(team.workspace_id, team.user_id, job_id).replayed is False
