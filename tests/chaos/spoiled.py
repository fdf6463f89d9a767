"""Every way the tables can be wrong after a storm: the rule that is broken, and the statements that break it."""

from __future__ import annotations

MINE = "WHERE workspace_id = %(team)s"
DONE = "(SELECT id FROM jobs WHERE workspace_id = %(team)s AND name = 'Done')"
FILE = "(SELECT id FROM jobs WHERE workspace_id = %(team)s AND kind = 'export_leads')"


def last(kind: str) -> str:
    """The newest movement of a kind of the job that is done."""
    return (
        f"(SELECT id FROM transactions {MINE} AND kind = '{kind}' AND job_id = {DONE} ORDER BY position DESC LIMIT 1)"
    )


CAPTURED = f"(SELECT contact_id FROM transactions {MINE} AND id = {last('capture')})"
SPOILED = [
    (
        "every transaction adds up to zero",
        [f"UPDATE entries SET credits = credits + 1 {MINE} AND account = 'held' AND transaction_id = {last('hold')}"],
    ),
    ("every transaction adds up to zero", [f"DELETE FROM entries {MINE} AND transaction_id = {last('capture')}"]),
    (
        "the credits of a transaction are what it moved",
        [f"UPDATE transactions SET credits = credits + 1 {MINE} AND id = {last('hold')}"],
    ),
    (
        "kept balances are the sums of their entries",
        [f"UPDATE accounts SET balance = balance + 1 {MINE} AND name = 'spent'"],
    ),
    ("nobody has less than nothing", [f"UPDATE accounts SET balance = -1 {MINE} AND name = 'available'"]),
    (
        "nobody ever had less than nothing",
        [f"UPDATE transactions SET available_after = -3 {MINE} AND id = {last('hold')}"],
    ),
    ("no hold without a live job", [f"DELETE FROM entries {MINE} AND transaction_id = {last('release')}"]),
    (
        "no hold without a live job",
        [f"UPDATE transactions SET job_id = uuidv7() {MINE} AND id = {last('hold')}"],
    ),
    (
        "what a job captured is the price of what it delivered",
        [f"UPDATE jobs SET credits_spent = credits_spent - 1 {MINE} AND id = {DONE}"],
    ),
    (
        "what a job captured is the price of what it delivered",
        [f"UPDATE transactions SET credits = credits + 1 {MINE} AND id = {last('capture')}"],
    ),
    (
        "only an own key makes a field free",
        [f"UPDATE unlocks SET credits = 0, transaction_id = NULL {MINE} AND contact_id = {CAPTURED}"],
    ),
    (
        "every delivered field was captured, and every captured one delivered",
        [f"DELETE FROM unlocks {MINE} AND contact_id = {CAPTURED}"],
    ),
    (
        "every delivered field was captured, and every captured one delivered",
        [f"UPDATE unlocks SET job_id = {FILE} {MINE} AND contact_id = {CAPTURED}"],
    ),
    (
        "no field is paid twice",
        [
            "INSERT INTO transactions (workspace_id, kind, credits, job_id, contact_id, field, available_after,"
            " held_after) SELECT workspace_id, kind, credits, job_id, contact_id, field, 0, 0 FROM transactions"
            f" {MINE} AND id = {last('capture')}"
        ],
    ),
    (
        "no lead is there twice",
        [
            "ALTER TABLE leads DROP CONSTRAINT leads_workspace_id_contact_id_key CASCADE",
            "INSERT INTO leads (workspace_id, contact_id, source)"
            f" SELECT workspace_id, contact_id, source FROM leads {MINE}",
        ],
    ),
    (
        "no lead is there twice",
        [f"UPDATE leads SET linkedin_url = 'linkedin.com/in/one' {MINE}"],
    ),
    (
        "no lead is delivered twice",
        [
            "UPDATE job_events SET data = jsonb_set(data, '{lead_ids}', (data -> 'lead_ids') || (data -> 'lead_ids'))"
            f" {MINE} AND kind = 'leads' AND job_id = {DONE}"
        ],
    ),
    (
        "no lead is delivered twice",
        [f"DELETE FROM unlocks {MINE} AND contact_id = {CAPTURED}"],
    ),
    (
        "a job's progress is the leads it told of",
        [f"UPDATE jobs SET progress_done = progress_done - 1 {MINE} AND id = {DONE}"],
    ),
    (
        "a job's progress is the leads it told of",
        [f"UPDATE jobs SET result = jsonb_set(result, '{{delivered}}', '77') {MINE} AND id = {DONE}"],
    ),
    ("every job has ended", [f"UPDATE jobs SET status = 'queued', finished_at = NULL {MINE} AND id = {DONE}"]),
    (
        "an ended job was settled to the last credit",
        [f"UPDATE jobs SET credits_released = credits_released - 1 {MINE} AND id = {DONE}"],
    ),
    (
        "an ended job was settled to the last credit",
        [f"DELETE FROM transactions {MINE} AND id = {last('release')}"],
    ),
    (
        "no job cost more than was held for it, and no more was held than it can cost",
        [f"UPDATE jobs SET credits_held = credits_held + 100 {MINE} AND id = {DONE}"],
    ),
    (
        "events are numbered without gaps, and the last one says how it ended",
        [f"DELETE FROM job_events {MINE} AND seq = 2 AND job_id = {DONE}"],
    ),
    (
        "events are numbered without gaps, and the last one says how it ended",
        [f"UPDATE job_events SET kind = 'log' {MINE} AND kind = 'done' AND job_id = {DONE}"],
    ),
    ("jobs are numbered without gaps", [f"UPDATE jobs SET number = 77 {MINE} AND id = {DONE}"]),
    (
        "one key makes one job",
        [
            "ALTER TABLE jobs DROP CONSTRAINT jobs_workspace_id_idempotency_key_key",
            f"UPDATE jobs SET idempotency_key = 'same' {MINE}",
        ],
    ),
    ("one job is retried once", [f"UPDATE jobs SET retry_of = {DONE} {MINE}"]),
    ("every finished export has one file's row", [f"DELETE FROM exports {MINE}"]),
    (
        "no row is in a workspace it does not belong to",
        [f"UPDATE job_events SET job_id = uuidv7() {MINE} AND job_id = {FILE}"],
    ),
    (
        "no row is in a workspace it does not belong to",
        [f"DELETE FROM leads {MINE} AND contact_id = {CAPTURED}"],
    ),
    (
        "no answer is kept twice",
        [f"UPDATE provider_calls SET step = 'one', status = 'answered' {MINE} AND job_id = {DONE}"],
    ),
    (
        "a run that dies leaves at most one call without an answer",
        [f"UPDATE provider_calls SET status = 'intent' {MINE} AND job_id = {DONE}"],
    ),
]
