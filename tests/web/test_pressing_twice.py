"""Each form that starts or stops a job, pressed twenty times and sent again later: one job, and that is shown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from reachly.engine.stop import cancel
from reachly.retry import retry
from tests.imports.made import csv_of, upload
from tests.outside import Outside
from tests.planted import as_owner, people, plant
from tests.profiles.kept import keep
from tests.unlock.held import held, lead
from tests.web.browsing import Browser, hidden
from tests.web.jobs_made import claimed, events_of, jobs_of, made
from tests.web.test_exports_files import exported

Form = tuple[str, dict[str, Any]]


def _find(browser: Browser, _team: Any) -> Form:
    form = {"industries": ["Software"], "limit": "5", "reveal": ["email"], "sources": ["lusha"]}
    return "/find", form | dict(hidden(browser.get("/find")))


def _export(browser: Browser, team: Any) -> Form:
    plant(team, *people(2))
    fields = dict(hidden(browser.get("/exports/new")))
    return "/exports", {"format": "exact", "columns": "email"} | fields


def _export_again(browser: Browser, team: Any) -> Form:
    plant(team, *people(2))
    file = exported(team, format="csv", mode="exact", columns=["email"])
    as_owner("UPDATE exports SET expires_at = now() - interval '1 second' WHERE id = %s", (str(file["id"]),))
    return f"/exports/{file['id']}/again", dict(hidden(browser.get("/exports")))


def _go_on(browser: Browser, team: Any) -> Form:
    job_id = made(team)
    cancel(team.workspace_id, team.user_id, job_id)
    return f"/jobs/{job_id}/retry", dict(hidden(browser.get(f"/jobs/{job_id}")))


def _stop(browser: Browser, team: Any) -> Form:
    job_id = made(team)
    claimed(job_id)
    return f"/jobs/{job_id}/cancel", dict(hidden(browser.get(f"/jobs/{job_id}")))


def _unlock(browser: Browser, team: Any) -> Form:
    lead_id = lead(team, held())
    question = browser.post("/leads/unlock", {"ids": str(lead_id)})
    return "/leads/unlock", {"fields": "email"} | dict(hidden(question))


def _unlock_from_catalogue(browser: Browser, _team: Any) -> Form:
    question = browser.post("/catalogue/unlock", {"ids": str(held())})
    return "/catalogue/unlock", {"fields": "email"} | dict(hidden(question))


def _import_check(browser: Browser, team: Any) -> Form:
    told = upload(team, csv_of("Ada,Lovelace,ada@engine.example,Engine,,"))
    return f"/imports/{told.id}/check", dict(hidden(browser.get(f"/imports/{told.id}"))) | {"header": "yes"}


def _import_start(browser: Browser, team: Any) -> Form:
    told = upload(team, csv_of("Ada,Lovelace,ada@engine.example,Engine,,"))
    return f"/imports/{told.id}/start", dict(hidden(browser.get(f"/imports/{told.id}")))


def _run_profile(browser: Browser, team: Any) -> Form:
    profile = keep(team, schedule="off")
    return f"/profiles/{profile}/run", dict(hidden(browser.get(f"/profiles/{profile}")))


PRESSES: dict[str, Callable[[Browser, Any], Form]] = {
    "find.start": _find,
    "exports.create": _export,
    "exports.again": _export_again,
    "unlock.many": _unlock,
    "catalogue.unlock_many": _unlock_from_catalogue,
    "imports.check": _import_check,
    "imports.start": _import_start,
    "jobs.go_on": _go_on,
    "jobs.cancel": _stop,
    "profiles.run": _run_profile,
}
"""Each address that starts or stops a job from a page, and the form as the page has it."""


@pytest.mark.parametrize("name", list(PRESSES))
def test_twenty_presses_and_going_back_to_the_form_are_one_job_and_show_it(
    name: str, browser: Browser, team: Any, outside: Outside
) -> None:
    url, form = PRESSES[name](browser, team)
    before = len(jobs_of(team))
    crowd = [Browser(team) for _ in range(4)]
    for each in crowd:
        each.token()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda at: crowd[at % 4].post(url, form), range(20)))
    answers.append(browser.post(url, form))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    started = 0 if name == "jobs.cancel" else 1
    assert len(jobs_of(team)) == before + started
    shown = browser.get(answers[0].headers["Location"])
    assert shown.status_code == 200


def test_stopping_twenty_times_is_told_once(browser: Browser, team: Any) -> None:
    url, form = _stop(browser, team)
    for _ in range(20):
        assert browser.post(url, form).status_code == 303
    told = [event for event in events_of(team, jobs_of(team)[0]["id"]) if "Stopping" in event["data"].get("text", "")]
    assert len(told) == 1


def test_going_on_is_one_job_for_pages_and_programs_together(browser: Browser, team: Any) -> None:
    url, form = _go_on(browser, team)
    first = browser.post(url, form)
    again = retry(team.workspace_id, team.user_id, url.split("/")[2])
    assert (again.replayed, first.headers["Location"]) == (True, f"/jobs/{again.job_id}")
