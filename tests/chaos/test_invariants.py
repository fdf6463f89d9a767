"""The proof after a storm finds nothing wrong with sound tables, and every way they can be unsound."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest

from bench.chaos import accounts, claims, files, invariants
from bench.chaos.notebook import Asked
from reachly.database import one, scope
from reachly.engine.run import run
from reachly.export import ExportWish, ask
from reachly.export.step import step
from tests.chaos.spoiled import DONE, MINE, SPOILED
from tests.generate.finding import SOFTWARE, find, rows, work
from tests.storing import store_in

Spoil = Callable[..., Any]


@pytest.fixture
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A storage of this test's own."""
    monkeypatch.setattr(invariants, "MOST", 100_000)  # other tests leave much in these tables
    return store_in(tmp_path, monkeypatch)


@pytest.fixture
def quiet(make_team, outside, storage) -> Any:
    """A team for which everything went well: leads found, a file made."""
    team = make_team(100)
    job_id = find(team, 6, reveal=("email", "phone"), key="api:k1")
    assert work(job_id) == "succeeded"
    with scope(team.workspace_id, team.user_id):
        one("UPDATE jobs SET name = 'Done' WHERE id = %s RETURNING id", (job_id,))
    made = ask(team.workspace_id, team.user_id, ExportWish())
    assert run(made.job_id, {"export_leads": step}, "test") == "succeeded"
    return team


@pytest.fixture
def looked_at(quiet) -> Iterator[Spoil]:
    """Spoil the tables as only a superuser without triggers can, look, and undo it."""
    host = os.environ["REACHLY_TEST_ADMIN_URL"].rsplit("/", 1)[0]
    admin = psycopg2.connect(f"{host}/{os.environ['REACHLY_TEST_DATABASE']}")

    def look(at: Callable[[Any], Any], *statements: str) -> list[str]:
        with admin.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement, {"team": str(quiet.workspace_id)})
                assert cursor.rowcount != 0, f"spoiled nothing: {statement}"
            return list(at(cursor))

    yield look
    admin.rollback()
    admin.close()


def _mine(team: Any, found: list[str]) -> set[str]:
    return {text.split(":")[0] for text in found if str(team.workspace_id) in text}


def test_sound_tables_are_found_sound(quiet, looked_at) -> None:
    assert _mine(quiet, looked_at(invariants.in_tables)) == set()


@pytest.mark.parametrize(("rule", "statements"), SPOILED, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(SPOILED)])
def test_unsound_tables_are_found_out(quiet, looked_at, rule, statements) -> None:
    assert rule in _mine(quiet, looked_at(invariants.in_tables, *statements))


def test_every_rule_is_shown_to_fire() -> None:
    assert set(invariants.rules()) == {rule for rule, _ in SPOILED}
    text = Path(invariants.__file__).with_name("invariants.sql").read_text()
    assert len(invariants.rules()) == text.count("-- rule:")


def test_files_are_held_against_their_rows(quiet, looked_at, storage) -> None:
    def look() -> list[str]:
        folder = str(quiet.workspace_id)
        return [text.split(":")[0] for text in looked_at(lambda cursor: files.wrong(cursor, storage)) if folder in text]

    assert look() == []
    (file,) = storage.rglob("*.csv")
    stray = file.with_name("stray.csv")
    stray.write_text("left behind")
    assert look() == ["no file without a row"]
    stray.unlink()
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"?")
    assert look() == ["a file has its stated bytes and hash"]
    file.unlink()
    assert look() == ["every export has its file"]


def _person(team: Any, *asked: Asked) -> Any:
    return SimpleNamespace(email=team.email, asked=list(asked))


def _asked(job: Any, **changed: Any) -> Asked:
    body = {"filters": SOFTWARE, "limit": 6, "reveal": ["email", "phone"], "sources": ["lusha"]}
    told = {"person": 1, "kind": "generate_leads", "key": "k1", "body": body, "most": 36, "shown": 36}
    return Asked(**(told | {"job": job and str(job)} | changed))


def test_what_people_were_answered_is_held_against_the_tables(quiet, looked_at) -> None:
    (done,) = rows(quiet, "SELECT id FROM jobs WHERE name = 'Done'")
    (file,) = rows(quiet, "SELECT id FROM jobs WHERE kind = 'export_leads'")
    export = Asked(1, "export_leads", None, {"format": "csv"}, 0, job=str(file["id"]))

    def look(*asked: Asked) -> str:
        return " ".join(looked_at(lambda cursor: claims.wrong(cursor, [_person(quiet, *asked)])))

    sound = _asked(done["id"])
    assert look(sound, export) == ""
    lost = _asked("01a202d3-5253-7172-a9dd-2cba420c5762", key="k2")
    assert "no accepted request is lost" in look(sound, lost, export)
    assert "exactly what was asked" in look(_asked(done["id"], body=sound.body | {"limit": 7}), export)
    assert "at most what was shown" in look(_asked(done["id"], most=5), export)
    assert "shown as reserved" in look(_asked(done["id"], shown=37), export)
    assert "refused leaves nothing" in look(_asked(None, refused=1), export)
    assert look(_asked(None, lost=1), export) == ""
    assert "nobody asked for job" in look(export)
    assert "without key, and 0 requests without answer" in look(sound)


def test_a_form_that_was_refused_and_sent_with_something_else_is_two_requests(quiet, looked_at) -> None:
    (done,) = rows(quiet, "SELECT id FROM jobs WHERE name = 'Done'")
    (file,) = rows(quiet, "SELECT id FROM jobs WHERE kind = 'export_leads'")
    export = Asked(1, "export_leads", None, {"format": "csv"}, 0, job=str(file["id"]))
    by_form = f"UPDATE jobs SET idempotency_key = 'find:f1:0' {MINE} AND name = 'Done'"

    def look(*asked: Asked) -> str:
        return " ".join(looked_at(lambda cursor: claims.wrong(cursor, [_person(quiet, *asked)]), by_form))

    sent = _asked(done["id"], key="find:f1:")
    before = _asked(None, key="find:f1:", body=sent.body | {"limit": 900}, refused=1)
    assert look(before, sent, export) == ""
    assert "refused leaves nothing" in look(before, _asked(None, key="find:f1:", refused=1), export)


def test_what_providers_counted_is_held_against_the_journal(quiet, looked_at, outside) -> None:
    def look(told: dict[str, Any], *statements: str) -> tuple[list[str], dict[str, Any]]:
        facts: dict[str, Any] = {}
        nobody: dict[str, Any] = {"operations": {}}

        def at(cursor: Any) -> Iterator[str]:
            return accounts.wrong(
                cursor, {(quiet.email, "lusha"): "mine"}, lambda key: told if key == "mine" else nobody, facts
            )

        own = f"UPDATE provider_calls SET own_key = true {MINE}"
        found = looked_at(at, own, *statements)
        return [text for text in found if "mine" in text], facts

    told = outside.told()
    assert look(told)[0] == []
    more = json.loads(json.dumps(told))
    more["operations"]["lusha.search"]["calls"] += 1
    assert "was called" in look(more)[0][0]
    dearer = json.loads(json.dumps(told))
    dearer["operations"]["lusha.enrich"]["credits"] += 1
    assert "charged what the journal says" in look(dearer)[0][0]
    assert "that the provider never gave" in " ".join(look({"operations": {}})[0])
    intent = f"UPDATE provider_calls SET status = 'intent', http_status = NULL {MINE} AND job_id = {DONE}"
    found, facts = look(told, intent)
    assert found == []
    assert sum("mine" in line for line in facts["unknown calls"]) >= 2
