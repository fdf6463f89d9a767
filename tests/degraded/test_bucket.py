"""Files in a bucket of S3: whole or not at all, and an export waits while the bucket refuses or is not there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from reachly import database, storage
from reachly.engine.run import run
from reachly.export import ExportWish, ask, listing
from reachly.export.step import step
from reachly.leads import LeadQuery
from reachly.settings import settings
from tests.degraded.bucket import Bucket
from tests.engine.work import job
from tests.planted import people, plant


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The storage, a bucket that nobody has opened yet."""
    bucket = Bucket()
    with bucket.open():
        pass  # it keeps the port that it was given
    for name, value in (
        ("AWS_ENDPOINT", f"http://127.0.0.1:{bucket.port}"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-central-1"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(settings(), "storage_url", SecretStr("s3://files/prefix"))
    monkeypatch.setattr(settings(), "storage_allow_http", True)
    storage._open.cache_clear()
    yield bucket
    storage._open.cache_clear()


def _export(team: Any) -> UUID:
    return ask(team.workspace_id, team.user_id, ExportWish(LeadQuery(), name="Everyone")).job_id


def _once(job_id: UUID) -> str:
    return run(job_id, {"export_leads": step}, "w")


def _again(team: Any, job_id: UUID) -> None:
    with database.scope(team.workspace_id, team.user_id):
        database.execute("UPDATE jobs SET wake_at = clock_timestamp() WHERE id = %s", (job_id,))


def test_a_file_in_a_bucket_is_what_its_row_says_and_can_be_read_in_pieces(team: Any, bucket: Bucket) -> None:
    plant(team, *people(300))
    with bucket.open():
        assert _once(_export(team)) == "succeeded"
        (export,) = listing(team.workspace_id, team.user_id).exports
        data = b"".join(storage.read(export.path))
        assert (len(data), hashlib.sha256(data).hexdigest()) == (export.bytes, export.sha256)
        assert b"".join(storage.read(export.path, 10, 20)) == data[10:30]
        assert storage.size(export.path) == export.bytes
        assert len(bucket.files) == 2
        storage.delete(export.path)
        with pytest.raises(storage.NoSuchFile):
            storage.size(export.path)


def test_an_export_waits_for_a_bucket_that_is_away_or_refuses_and_leaves_nothing_there(
    team: Any, bucket: Bucket
) -> None:
    plant(team, *people(3))
    job_id = _export(team)
    assert _once(job_id) == "waiting"
    assert job(team, job_id)["wait_reason"] == "waiting for the storage"
    with bucket.open():
        bucket.refuses = 503
        _again(team, job_id)
        assert _once(job_id) == "waiting"
        assert (bucket.files, bucket.parts) == ({}, {})
        bucket.refuses = None
        _again(team, job_id)
        assert _once(job_id) == "succeeded"
        assert len(bucket.files) == 2
