"""What the providers counted and charged, held against the journal of calls, account by account."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

HOUSE = "sandbox-demo"
OPERATIONS = {
    ("lusha", "search"): "lusha.search",
    ("lusha", "estimate"): "lusha.search",
    ("lusha", "enrich"): "lusha.enrich",
    ("lusha", "lookup"): "lusha.lookup",
    ("lusha", "vocabulary"): "lusha.filters",
    ("lusha", "account"): "lusha.usage",
    ("clay", "create_search"): "clay.create_search",
    ("clay", "search"): "clay.run_search",
    ("clay", "enrich"): "clay.run_routine",
    ("clay", "results"): "clay.results",
    ("clay", "vocabulary"): "clay.fields",
    ("clay", "account"): "clay.me",
}
_DEAREST = {"lusha.search": 4, "lusha.enrich": 25 * 12, "clay.run_search": 500}
"""The most that one call can be charged for."""
_CALLS = """
SELECT u.email::text, c.provider, c.operation, c.own_key, c.status, c.http_status, c.step, c.job_id::text, c.id::text,
       c.error, substring(encode(substring(c.body FROM greatest(length(c.body) - 300, 1)), 'escape')
                          FROM '"creditsCharged":([0-9]+)'),
       CASE WHEN c.provider = 'clay' AND c.operation = 'search' AND c.status = 'answered' THEN c.body END
  FROM provider_calls c JOIN workspaces w ON w.id = c.workspace_id JOIN users u ON u.id = w.personal_of
"""


def wrong(
    cursor: Any, keys: Mapping[tuple[str, str], str], told: Callable[[str], dict[str, Any]], facts: dict[str, Any]
) -> Iterator[str]:
    """Every account and operation where both sides' counts cannot both be right."""
    heard: dict[tuple[str, str], int] = defaultdict(int)
    maybe: dict[tuple[str, str], int] = defaultdict(int)
    charged: dict[tuple[str, str], int] = defaultdict(int)
    untold: dict[tuple[str, str], int] = defaultdict(int)
    unknown: list[str] = []
    cursor.execute(_CALLS)
    for email, provider, operation, own, status, http, step, job, call, error, credits, rows in cursor:
        named = OPERATIONS.get((provider, operation), f"{provider}.{operation}")  # one of none is not counted outside
        at = (keys.get((email, provider), HOUSE) if own else HOUSE, named)
        if http is not None:
            heard[at] += 1
            cost = _rows(rows) if rows is not None else credits
            if status == "answered" and cost is None:
                untold[at] += 1  # half an answer: charged for, and it does not say how much
            charged[at] += int(cost or 0)
        elif status in ("intent", "unknown") or (step == "look" and status == "failed"):
            maybe[at] += 1
            if status != "failed":
                unknown.append(f"{status} {at[0]} {at[1]} job {job} call {call}: {error or 'the run ended'}")
    facts["unknown calls"] = unknown
    faults: dict[str, int] = defaultdict(int)
    bill = {"charged": 0, "by unknown calls": 0}
    for account in sorted({HOUSE, *keys.values()}):
        for operation, tally in told(account)["operations"].items():
            at = (account, operation)
            for kind, number in tally["faults"].items():
                faults[kind] += number
            calls, sure, open_ = tally["calls"], heard.pop(at, 0), maybe.pop(at, 0)
            if not sure <= calls <= sure + open_:
                yield (
                    f"the provider counts the calls that the journal knows: {account} {operation} was called {calls}"
                    f" times; the journal has {sure} answers and {open_} calls without one"
                )
            if operation in _DEAREST:
                rest, most = tally["credits"] - charged[at], (open_ + untold[at]) * _DEAREST[operation]
                bill["charged"] += tally["credits"]
                bill["by unknown calls"] += rest
                if not 0 <= rest <= most:
                    yield (
                        f"the provider charged what the journal says: {account} {operation} {tally['credits']},"
                        f" the journal {charged[at]}, and {open_ + untold[at]} calls may have cost {most} at most"
                    )
    yield from (
        f"the journal has {number} answers of {at} that the provider never gave"
        for at, number in heard.items()
        if number
    )
    facts["provider faults"] = dict(sorted(faults.items()))
    facts["provider bill"] = bill
    facts |= _waste(cursor)


def _rows(body: Any) -> int | None:
    """How many rows a page of Clay's has."""
    try:
        return len(json.loads(bytes(body))["data"])
    except (ValueError, KeyError):
        return None


def _waste(cursor: Any) -> dict[str, Any]:
    """Pages bought more than once: per step that was asked again after a call that may have been served."""
    cursor.execute(
        "SELECT coalesce(sum(n - 1), 0)::bigint, count(*), coalesce(max(n - 1), 0) FROM ("
        " SELECT job_id, step, count(*) AS n FROM provider_calls WHERE job_id IS NOT NULL AND operation = 'search'"
        " AND status IN ('answered', 'unknown', 'intent') GROUP BY 1, 2 HAVING count(*) > 1) again"
    )
    again, steps, most = cursor.fetchone()
    cursor.execute(
        "SELECT count(*), count(DISTINCT job_id) FROM provider_calls WHERE operation = 'search' AND status = 'answered'"
        " AND step ~ '^clay:[1-9]'"
    )
    restarted, jobs = cursor.fetchone()
    cursor.execute("SELECT count(*) FROM provider_calls WHERE operation = 'search' AND status = 'answered'")
    pages = cursor.fetchone()[0]
    cursor.execute(
        "SELECT coalesce(max(n), 0), coalesce(sum(n), 0)::bigint FROM (SELECT count(*) AS n FROM provider_calls WHERE"
        " job_id IS NOT NULL AND operation = 'search' AND (status = 'intent' OR (status = 'unknown' AND answered_at IS"
        " NULL)) GROUP BY job_id, attempt) died"
    )
    died, killed = cursor.fetchone()
    return {
        "pages": pages,
        "waste": {
            "pages asked again": again,
            "steps": steps,
            "most for one step": most,
            "because a run died": killed,
            "most for one run that died": died,
            "pages of searches begun again": restarted,
            "jobs that began again": jobs,
        },
    }
