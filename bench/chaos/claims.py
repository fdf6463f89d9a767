"""What people were answered, held against the tables: no request lost, none done twice, none done otherwise."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bench.chaos.door import NoAnswer

_JOBS = """
SELECT j.id::text, j.kind, j.status, j.params, j.idempotency_key, j.credits_held, j.credits_spent, j.retry_of::text
  FROM jobs j JOIN workspaces w ON w.id = j.workspace_id JOIN users u ON u.id = w.personal_of WHERE u.email = %s
"""
_NAMES = ("id", "kind", "status", "params", "key", "held", "spent", "retry_of")


def wrong(cursor: Any, people: Sequence[Any]) -> Iterator[str]:
    """Every request whose answer and row do not agree, and every job that nobody asked for."""
    for person in people:
        cursor.execute(_JOBS, (person.email,))
        rows = [dict(zip(_NAMES, row, strict=True)) for row in cursor.fetchall()]
        yield from _of_one(person, rows)


def _of_one(person: Any, rows: list[dict[str, Any]]) -> Iterator[str]:
    by_id = {row["id"]: row for row in rows}
    explained: set[str] = set()
    for asked in person.asked:
        row = by_id.get(asked.job) if asked.job else _by_key(asked, rows)
        if row is None:
            if asked.job:
                yield f"no accepted request is lost: {person.email} was answered job {asked.job}, which is not there"
            continue
        explained.add(row["id"])
        if not asked.job and not asked.lost:
            yield f"what is refused leaves nothing: {person.email} was refused, and there is job {row['id']}"
        yield from (f"{text}: job {row['id']} of {person.email}" for text in _differs(asked, row))
    unexplained = [row for row in rows if row["id"] not in explained]
    yield from (
        f"nobody asked for job {row['id']} of {person.email}, key {row['key']}" for row in unexplained if row["key"]
    )
    plain = Counter(row["kind"] for row in unexplained if not row["key"])
    lost = Counter[str]()
    for asked in person.asked:
        if asked.key is None and not asked.job:
            lost[asked.kind] += asked.lost
    for kind in plain:
        if plain[kind] > lost[kind]:
            yield f"{plain[kind]} jobs {kind} of {person.email} without key, and {lost[kind]} requests without answer"


def _by_key(asked: Any, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The job of a request whose answer never came, by its key. A form that was refused keeps its key and may be sent
    with something else, so its job is one with what was asked.
    """
    key = asked.key
    if key is None:
        return None
    if key.startswith("find:"):
        of_form = (row for row in rows if (row["key"] or "").startswith(key))
        return next((row for row in of_form if not list(_otherwise(asked, row))), None)
    kept = key if asked.kind == "retry" else f"api:{key}"
    return next((row for row in rows if row["key"] == kept), None)


def _differs(asked: Any, row: dict[str, Any]) -> Iterator[str]:
    if row["status"] not in ("succeeded", "failed", "cancelled"):
        yield f"every accepted request ends, and this is {row['status']}"
    if row["spent"] > asked.most or (asked.kind != "retry" and row["held"] > asked.most):
        yield f"spent is at most what was shown: {row['spent']} spent, {row['held']} held, {asked.most} shown"
    if asked.shown is not None and asked.shown != row["held"]:
        yield f"{asked.shown} credits were shown as reserved, and {row['held']} held"
    if asked.kind == "retry":
        if row["retry_of"] != asked.body["retry_of"]:
            yield f"the retry of {asked.body['retry_of']} is one of {row['retry_of']}"
        return
    if row["kind"] != asked.kind:
        yield f"a job of the kind asked for: {row['kind']} for {asked.kind}"
    yield from _otherwise(asked, row)


def _otherwise(asked: Any, row: dict[str, Any]) -> Iterator[str]:
    """What the job does that was not asked for."""
    if asked.kind == "generate_leads":
        wanted = {name: asked.body.get(name) for name in ("filters", "limit", "reveal", "sources")}
        made = {name: row["params"].get(name) for name in wanted}
        if wanted["sources"] is None:
            wanted["sources"] = made["sources"]
        if _plain(made) != _plain(wanted):
            yield f"a job with exactly what was asked: {made} for {wanted}"
    elif asked.kind == "enrich_leads":
        if row["params"].get("reveal") != asked.body["fields"]:
            yield f"an unlock of the fields asked for: {row['params']} for {asked.body}"
    elif row["params"].get("format") != asked.body["format"]:
        yield f"a file of the format asked for: {row['params']} for {asked.body}"


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """The same whatever the order of a facet's values; the order of sources matters."""
    return told | {"filters": {name: sorted(values) for name, values in told["filters"].items()}}


def seen_by_people(people: Sequence[Any]) -> list[str]:
    """What the API says at the end of each person's jobs and credits; it must be what the answers said before."""
    found: list[str] = []
    for person in people:
        jobs: dict[str, Any] = {}
        cursor, tries = "", 0
        while tries < 20:
            try:
                answer = person.door.ask("GET", f"/api/jobs?limit=200{cursor}")
            except NoAnswer:
                answer = None
            if answer is None or answer.status != 200:
                tries += 1
                time.sleep(0.5)
                continue
            told = answer.json()
            jobs |= {job["id"]: job for job in told["data"]}
            if not told["next_cursor"]:
                break
            cursor = f"&cursor={told['next_cursor']}"
        else:
            found.append(f"the web does not answer {person.email} any more")
            continue
        for asked in person.asked:
            if asked.job and asked.job not in jobs:
                found.append(f"no accepted request is lost: {person.email} cannot see job {asked.job}")
        for job, status in person.ended.items():
            if job in jobs and jobs[job]["status"] != status:
                found.append(f"an end is an end: job {job} was {status} and is {jobs[job]['status']}")
        spent = sum(job["credits"]["spent"] for job in jobs.values())
        try:
            credits = person.door.ask("GET", "/api/users/credits").json()
        except NoAnswer:
            continue
        if credits.get("used") != spent or credits.get("reserved") != 0:
            found.append(f"credits add up over the jobs: {person.email} used {credits}, jobs say {spent}")
    return found
