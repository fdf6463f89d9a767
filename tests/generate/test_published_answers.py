"""What Lusha and Clay publish as examples, played back byte for byte, through the whole job to leads, credits and CSV.

The published previews and enrichments are of different people, so an enrichment is reached through a page that lists
the person it is about, in the documented shape; whatever the provider published is served untouched.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from reachly import storage
from reachly.engine.run import run
from reachly.export.asking import ask as ask_export
from reachly.export.step import step as export_step
from reachly.export.wish import ExportWish
from reachly.settings import settings
from tests.engine.work import balances, job
from tests.generate.finding import KINDS, find, rows, sources, work

CONTRACTS = Path(__file__).parent.parent / "providers" / "contracts"
LUSHA = json.loads((CONTRACTS / "lusha.v3.examples.json").read_text())["operations"]
CLAY = json.loads((CONTRACTS / "clay.samples.json").read_text())["constructed"]
SEARCH, ENRICH = "/v3/contacts/prospecting", "/v3/contacts/enrich"


class Player:
    """Answers each path with the recorded bodies, one after the other, the last one for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, bytes]]] = {}
        self.asked: list[tuple[str, bytes]] = []
        player = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                path = self.path.split("?")[0]
                player.asked.append((path, body))
                known = player.answers.get(path, [(404, b'{"statusCode":404,"message":"not played"}')])
                status, answer = known.pop(0) if len(known) > 1 else known[0]
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = _answer  # noqa: N815 - the names are the library's

            def log_message(self, *_args: object) -> None:
                """No line per request."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def play(self, path: str, *answers: tuple[int, object]) -> None:
        """Serve these bodies at ``path``."""
        self.answers[path] = [(status, json.dumps(body, ensure_ascii=False).encode()) for status, body in answers]


@pytest.fixture
def player(outside) -> Iterator[Player]:
    """A server for recorded answers, which both providers' settings point at."""
    made = Player()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    config = settings()
    config.lusha_base_url, config.clay_base_url = made.url, made.url
    config.lusha_api_key = config.clay_api_key = SecretStr(f"recorded-{uuid4().hex}")
    config.provider_backoff = 0.05
    yield made
    made.server.shutdown()
    made.server.server_close()


def _published(operation: str, status: int) -> list[object]:
    return list(LUSHA[operation]["responses"][str(status)]["examples"].values())


def _listing(person_id: str) -> dict:
    """A page of the documented shape that lists one person and nobody else."""
    preview = {"id": person_id, "firstName": "Daniel", "lastName": "Turgeman", "has": ["emails"]}
    return {
        "requestId": "11111111-1111-4111-8111-111111111111",
        "results": [preview],
        "pagination": {"page": 0, "size": 50, "total": 1},
        "billing": {"creditsCharged": 1, "resultsReturned": 1},
    }


def _csv(team) -> list[dict[str, str]]:
    """Everything the workspace has, exported and read back by another program's reader."""
    asked = ask_export(team.workspace_id, team.user_id, ExportWish(mode="exact"))
    assert run(asked.job_id, {"export_leads": export_step}, "test") == "succeeded"
    path = rows(team, "SELECT path FROM exports WHERE job_id = %s", asked.job_id)[0]["path"]
    text = b"".join(storage.read(path)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("page", _published("POST /v3/contacts/prospecting", 200))
def test_a_published_page_becomes_a_lead_a_free_one_and_a_line(team, player, page) -> None:
    player.play(SEARCH, (200, page))
    job_id = find(team, 1, reveal=())
    assert work(job_id) == "succeeded"
    assert [(one["first_name"], one["last_name"]) for one in rows(team, "SELECT * FROM leads")] == [("Ting", "Tsou")]
    assert rows(team, "SELECT credits FROM provider_calls WHERE operation = 'search'") == [
        {"credits": page["billing"]["creditsCharged"]}
    ]
    assert balances(team)["spent"] == 0
    assert [line["First name"] for line in _csv(team)] == ["Ting"]


@pytest.mark.parametrize(
    "enrichment", _published("POST /v3/contacts/enrich", 200) + _published("POST /v3/contacts/search-and-enrich", 200)
)
def test_a_published_enrichment_becomes_a_lead_that_costs_a_credit_and_a_line(team, player, enrichment) -> None:
    told = enrichment["results"][0]
    player.play(SEARCH, (200, _listing(told["id"])))
    player.play(ENRICH, (200, enrichment))
    job_id = find(team, 5)
    assert work(job_id) == "succeeded"
    lead = rows(team, "SELECT * FROM leads")[0]
    assert lead["email"] == told["emails"][0]["email"]
    assert lead["last_name"] == told["lastName"]
    assert lead["provenance"]["email"]["source"] == "lusha"
    assert balances(team) == {"available": 99, "held": 0, "spent": 1}
    assert rows(team, "SELECT credits FROM provider_calls WHERE operation = 'enrich'") == [
        {"credits": enrichment["billing"]["creditsCharged"]}
    ]
    assert [line["E-mail"] for line in _csv(team)] == [told["emails"][0]["email"]]


@pytest.mark.parametrize("path", [SEARCH, ENRICH])
@pytest.mark.parametrize("status", [400, 401, 402, 403])
def test_a_published_refusal_fails_the_job_in_words_and_costs_nothing(team, player, path, status) -> None:
    for refusal in _published(f"POST {path}", status):
        player.play(SEARCH, (200, _listing("4389064654")))
        player.play(path, (status, refusal))
        job_id = find(team, 5)
        assert work(job_id) == "failed"
        row = job(team, job_id)
        assert row["error_message"]
        assert sources(team, job_id)["lusha"]["state"] == "failed"
        assert balances(team) == {"available": 100, "held": 0, "spent": 0}
    assert _csv(team) == []


def test_a_published_rate_limit_is_waited_out(team, player) -> None:
    (busy,) = _published("POST /v3/contacts/enrich", 429)
    (answer,) = _published("POST /v3/contacts/enrich", 200)
    player.play(SEARCH, (200, _listing(answer["results"][0]["id"])))
    player.play(ENRICH, (429, busy), (200, answer))
    job_id = find(team, 5)
    assert work(job_id) == "succeeded"
    assert job(team, job_id)["waits"] >= 1
    assert len(_csv(team)) == 1


def test_who_came_at_once_is_kept_while_others_are_looked_for_in_the_background(team, player) -> None:
    (answer,) = _published("POST /v3/contacts/enrich", 200)
    first = answer["results"][0]
    second = {"id": "2", "emails": [{"email": "second@two.test", "type": "work"}], "lastName": "Second"}
    page = _listing(first["id"])
    page["results"].append({"id": "2", "firstName": "Sophia", "lastName": "Second", "has": ["emails"]})
    running, done = {"id": "j1", "status": "running", "retryAfter": 1}, {"id": "j1", "status": "completed"}
    player.play(SEARCH, (200, page))
    player.play(ENRICH, (200, answer | {"status": "partial", "results": [first], "job": running}))
    player.play("/v3/contacts/jobs/j1", (200, {"job": running}), (200, {"results": [second], "job": done}))
    job_id = find(team, 5)
    assert work(job_id) == "succeeded"
    told = {lead["email"] for lead in rows(team, "SELECT email FROM leads")}
    assert told == {first["emails"][0]["email"], "second@two.test"}
    assert balances(team)["spent"] == 2


def test_clays_sample_page_becomes_a_lead_and_a_line(team, player) -> None:
    create, page = CLAY["create"]["response"], CLAY["run"]["response"]
    player.play("/search/filters-mode", (200, create))
    player.play(f"/search/filters-mode/{create['search_id']}/run", (200, page))
    job_id = find(team, 5, "clay", reveal=())
    assert work(job_id) == "succeeded"
    lead = rows(team, "SELECT * FROM leads")[0]
    assert (lead["first_name"], lead["company"], lead["linkedin_url"]) == (
        "Ada",
        page["data"][0]["latest_experience_company"],
        page["data"][0]["url"],
    )
    assert [line["Company"] for line in _csv(team)] == ["Simco"]


def test_clays_sample_function_run_is_polled_until_it_is_complete(team, player) -> None:
    page, started = CLAY["run"]["response"], CLAY["routine_run"]["response_202"]
    player.play("/search/filters-mode", (200, CLAY["create"]["response"]))
    player.play(f"/search/filters-mode/{CLAY['create']['response']['search_id']}/run", (200, page))
    player.play("/routines/function%3At_work_email/run", (202, started))
    player.play(
        f"/routines/run/{started['routine_run_id']}/results",
        (202, CLAY["routine_results_202"]),
        (200, CLAY["routine_results_200"]),
    )
    job_id = find(team, 5, "clay")
    # The sample's item is named for another system's row, so it is nobody that we asked for: a miss, free of charge.
    assert work(job_id, 60) == "succeeded"
    assert sources(team, job_id)["clay"]["misses"] == 1
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}
    assert any(path.endswith("/results") for path, _ in player.asked)


@pytest.mark.parametrize("name", ["error_400", "error_401"])
def test_clays_published_refusals_fail_the_job_in_words(team, player, name) -> None:
    samples = json.loads((CONTRACTS / "clay.samples.json").read_text())["official"]
    player.play("/search/filters-mode", (int(name[-3:]), samples[name]))
    job_id = find(team, 5, "clay")
    assert work(job_id) == "failed"
    assert "Clay" in job(team, job_id)["error_message"]
    assert KINDS
