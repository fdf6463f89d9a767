"""Every way the books can be wrong: the rule that is broken, and the statements that break it."""

from __future__ import annotations


def last(kind: str, job: str = "Done") -> str:
    """The newest movement of a kind of one of the jobs."""
    return (
        f"(SELECT id FROM transactions WHERE workspace_id = %(team)s AND kind = '{kind}' AND job_id ="
        f" (SELECT id FROM jobs WHERE workspace_id = %(team)s AND name = '{job}') ORDER BY position DESC LIMIT 1)"
    )


MINE = "WHERE workspace_id = %(team)s"
SPOILED = [
    (
        "entries sum to zero",
        [f"UPDATE entries SET credits = credits + 1 {MINE} AND account = 'held' AND transaction_id = {last('hold')}"],
    ),
    ("entries sum to zero", [f"DELETE FROM entries {MINE} AND transaction_id = {last('hold')}"]),
    (
        "a movement goes where its kind says",
        [
            f"UPDATE entries SET account = 'adjusted' {MINE} AND account = 'spent'"
            f" AND transaction_id = {last('capture')}"
        ],
    ),
    (
        "a movement goes where its kind says",
        [f"UPDATE transactions SET credits = credits + 1 {MINE} AND id = {last('hold')}"],
    ),
    ("kept balances equal their entries", [f"UPDATE accounts SET balance = balance + 1 {MINE} AND name = 'available'"]),
    (
        "each row of the history adds up to the one above",
        [f"UPDATE transactions SET available_after = available_after + 1 {MINE} AND id = {last('release')}"],
    ),
    (
        "each row of the history adds up to the one above",
        [f"UPDATE transactions SET held_after = held_after - 1 {MINE} AND id = {last('capture')}"],
    ),
    ("nobody owes", [f"UPDATE accounts SET balance = -1 {MINE} AND name = 'available'"]),
    ("nobody owes", [f"UPDATE accounts SET balance = -1 {MINE} AND name = 'expired'"]),
    (
        "a refund gives one capture back",
        [f"UPDATE transactions SET undoes = {last('hold')} {MINE} AND kind = 'refund'"],
    ),
    ("a refund gives one capture back", [f"UPDATE transactions SET undoes = uuidv7() {MINE} AND kind = 'refund'"]),
    (
        "the held account is what open jobs hold",
        [f"UPDATE accounts SET balance = balance + 5 {MINE} AND name = 'held'"],
    ),
    ("every capture has what it paid for", [f"DELETE FROM unlocks {MINE} AND transaction_id = {last('capture')}"]),
    (
        "every capture has what it paid for",
        [f"UPDATE unlocks SET credits = credits + 1 {MINE} AND transaction_id = {last('capture')}"],
    ),
    (
        "every unlock was paid once",
        [
            "INSERT INTO unlocks (workspace_id, contact_id, field, credits, transaction_id)"
            " SELECT workspace_id, contact_id, 'phone', 5, uuidv7() FROM transactions"
            f" {MINE} AND id = {last('capture')}"
        ],
    ),
    (
        "every unlock was paid once",
        [
            "INSERT INTO transactions (workspace_id, kind, credits, job_id, contact_id, field, available_after,"
            " held_after) SELECT workspace_id, kind, credits, job_id, contact_id, field, 0, 0 FROM transactions"
            f" {MINE} AND id = {last('capture')}"
        ],
    ),
    (
        "every unlock has its lead",
        [
            f"DELETE FROM leads {MINE} AND contact_id ="
            f" (SELECT contact_id FROM transactions {MINE} AND id = {last('capture')})"
        ],
    ),
    (
        "no lead is doubled",
        [
            "ALTER TABLE leads DROP CONSTRAINT leads_workspace_id_contact_id_key",
            "INSERT INTO leads (workspace_id, contact_id, source)"
            f" SELECT workspace_id, contact_id, source FROM leads {MINE}",
        ],
    ),
    (
        "a job's credits are its movements",
        [f"UPDATE jobs SET credits_spent = credits_spent - 1 {MINE} AND name = 'Open'"],
    ),
    ("a job's credits are its movements", [f"DELETE FROM transactions {MINE} AND id = {last('release')}"]),
    (
        "no job cost more than was said",
        [
            "ALTER TABLE jobs DROP CONSTRAINT jobs_check",
            f"UPDATE jobs SET credits_spent = credits_held + 1 {MINE} AND name = 'Open'",
        ],
    ),
    ("no hold outlives its job", [f"UPDATE jobs SET credits_released = 0 {MINE} AND name = 'Done'"]),
    (
        "a job's events are numbered without a gap",
        [f"DELETE FROM job_events {MINE} AND seq = 2 AND job_id = (SELECT id FROM jobs {MINE} AND name = 'Done')"],
    ),
    (
        "a job's events are numbered without a gap",
        [f"UPDATE jobs SET event_seq = event_seq + 1 {MINE} AND name = 'Done'"],
    ),
    ("jobs are numbered without a gap", [f"UPDATE jobs SET number = 77 {MINE} AND name = 'Done'"]),
    ("every finished export has the rows it shows", [f"DELETE FROM exports {MINE}"]),
    ("every finished export has the rows it shows", [f"UPDATE exports SET rows = rows + 1 {MINE}"]),
    ("every export has its file", [f"UPDATE exports SET bytes = bytes + 1 {MINE}"]),
    ("every export has its file", [f"UPDATE exports SET path = 'exports/nowhere' {MINE}"]),
    ("rows belong to one workspace", [f"UPDATE leads SET job_id = uuidv7() {MINE}"]),
    (
        "rows belong to one workspace",
        [f"UPDATE job_events SET workspace_id = uuidv7() {MINE}", f"UPDATE exports SET job_id = uuidv7() {MINE}"],
    ),
]
