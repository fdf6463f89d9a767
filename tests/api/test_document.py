"""What the OpenAPI document promises is what is answered, tried out with whatever fits it and what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Program

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDING = "/api/auth/logout"
EXAMPLES = 10
"""Per call and kind: what fits the document, and what does not."""


def test_no_call_fails_and_every_answer_has_its_shape(app: Flask, make_program: Callable[..., Program]) -> None:
    program = make_program()
    made = program.post("/api/leads/generate", {"filters": {"keywords": ["a"]}, "limit": 1}).get_json()["job"]["id"]
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    tried: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path == ENDING:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            known = {"job_id": made} if "{job_id}" in operation.path and mode is GenerationMode.POSITIVE else None
            cases = operation.as_strategy(generation_mode=mode, path_parameters=known)
            _try(cases, program, tried.setdefault(operation.label, set()))
    assert len(tried) > 15
    assert {"GET /api/jobs/{job_id}", "POST /api/leads/generate"} <= set(tried)
    assert 200 in tried["GET /api/jobs"]
    assert 422 in tried["GET /api/jobs"]


def _try(cases: Any, program: Program, statuses: set[int]) -> None:
    @seed(20261122)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def tried(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {program.token}", "Accept-Encoding": "identity"})
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    tried()


def test_the_page_has_a_line_for_a_terminal_per_group_and_promises_only_what_works(app: Flask) -> None:
    page = app.test_client().get("/api/docs").get_data(as_text=True)
    groups = {path.split("/")[2] for path in app.test_client().get("/api/openapi.json").get_json()["paths"]}
    for group in groups:
        assert f'aria-label="Example of {group}"' in page, group
    assert not [word for word in ("email-finder", "validate-email") if word in page]
