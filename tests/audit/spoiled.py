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
    (
        "no hold passed the month's limit of its time",
        [
            "INSERT INTO spend_caps (workspace_id, credits, after, set_by)"
            f" SELECT workspace_id, 0, 0, user_id FROM memberships {MINE}"
        ],
    ),
    ("every capture has what it paid for", [f"DELETE FROM unlocks {MINE} AND transaction_id = {last('capture')}"]),
    (
        "every capture has what it paid for",
        [f"UPDATE unlocks SET credits = credits + 1 {MINE} AND transaction_id = {last('capture')}"],
    ),
    (
        "every unlock was paid",
        [
            "INSERT INTO unlocks (workspace_id, contact_id, field, credits, transaction_id)"
            " SELECT workspace_id, contact_id, 'phone', 5, uuidv7() FROM transactions"
            f" {MINE} AND id = {last('capture')}"
        ],
    ),
    (
        "every capture has what it paid for",
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
            "ALTER TABLE leads DROP CONSTRAINT leads_workspace_id_contact_id_key CASCADE",
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
    (
        "every capture has what it paid for",
        [f"UPDATE unlocks SET job_id = NULL {MINE} AND transaction_id = {last('capture')}"],
    ),
    ("a lead shows and costs what was unlocked", [f"UPDATE leads SET email = NULL {MINE}"]),
    (
        "a capture is given back once",
        [
            "ALTER TABLE transactions DROP CONSTRAINT transactions_workspace_id_undoes_key",
            "INSERT INTO transactions (workspace_id, kind, credits, undoes, available_after, held_after)"
            f" SELECT workspace_id, kind, credits, undoes, 0, 0 FROM transactions {MINE} AND kind = 'refund'",
        ],
    ),
    (
        "a key moves credits once",
        [
            "ALTER TABLE transactions DROP CONSTRAINT transactions_workspace_id_idempotency_key_key",
            "INSERT INTO transactions (workspace_id, kind, credits, idempotency_key, available_after, held_after)"
            f" SELECT workspace_id, 'grant', 1, idempotency_key, 0, 0 FROM transactions {MINE} AND kind = 'grant'",
        ],
    ),
    (
        "a job holds once and gives back once",
        [
            "DROP INDEX transactions_one_release",
            "INSERT INTO transactions (workspace_id, kind, credits, job_id, available_after, held_after)"
            f" SELECT workspace_id, kind, credits, job_id, 0, 0 FROM transactions {MINE} AND id = {last('release')}",
        ],
    ),
    ("every workspace has its accounts", [f"DELETE FROM accounts {MINE} AND name = 'adjusted'"]),
    (
        "no field is paid twice",
        [
            "ALTER TABLE unlocks DROP CONSTRAINT unlocks_pkey",
            "INSERT INTO unlocks (workspace_id, contact_id, field, credits)"
            f" SELECT workspace_id, contact_id, field, 0 FROM unlocks {MINE}",
        ],
    ),
    (
        "a capture is at its job's price",
        [f"UPDATE jobs SET prices = jsonb_set(prices, '{{email}}', '2') {MINE} AND name = 'Open'"],
    ),
    (
        "a capture is at its job's price",
        [f"UPDATE transactions SET credits = 4 {MINE} AND kind = 'capture' AND field = 'phone'"],
    ),
    ("a lead shows and costs what was unlocked", [f"UPDATE leads SET credits = credits + 1 {MINE}"]),
    ("a lead shows and costs what was unlocked", [f"UPDATE leads SET phone = '+1' {MINE} AND phone IS NULL"]),
    ("a lead shows and costs what was unlocked", [f"DELETE FROM unlocks {MINE} AND field = 'email'"]),
    ("no delivered lead is lost", [f"UPDATE leads SET id = uuidv7() {MINE}"]),
    ("no delivered lead is lost", [f"DELETE FROM leads {MINE} AND deleted_at IS NOT NULL"]),
    (
        "a job ends once and says so",
        [f"UPDATE job_events SET kind = 'log' {MINE} AND kind = 'done'"],
    ),
    (
        "a job ends once and says so",
        [
            f"UPDATE job_events SET kind = 'done' {MINE} AND seq = 1"
            f" AND job_id = (SELECT id FROM jobs {MINE} AND name = 'Open')"
        ],
    ),
    ("a job's state is whole", [f"UPDATE jobs SET worker = 'somebody' {MINE} AND name = 'Done'"]),
    ("a job's state is whole", [f"UPDATE jobs SET wake_at = now() {MINE} AND name = 'Open'"]),
    (
        "a job's progress is what it delivered",
        [f"UPDATE jobs SET progress_done = progress_done + 1 {MINE} AND name = 'Done'"],
    ),
    (
        "a job's progress is what it delivered",
        [f"UPDATE job_sources SET found = 0 {MINE}"],
    ),
    (
        "a job's progress is what it delivered",
        [f"UPDATE leads SET job_id = (SELECT id FROM jobs {MINE} AND name = 'Failed') {MINE}"],
    ),
    ("a source's credits are its captures", [f"UPDATE job_sources SET credits = credits + 1 {MINE}"]),
    (
        "a key makes one job",
        [
            "ALTER TABLE jobs DROP CONSTRAINT jobs_workspace_id_idempotency_key_key",
            f"UPDATE jobs SET idempotency_key = 'same' {MINE}",
        ],
    ),
    ("an export is what its manifest says", [f"UPDATE exports SET rows = rows + 1 {MINE}"]),
    ("an export is what its manifest says", [f"UPDATE exports SET manifest = '{{}}' {MINE}"]),
    ("every entry has its movement", [f"DELETE FROM transactions {MINE} AND id = {last('hold')}"]),
    ("every file has its stated hash", [f"UPDATE exports SET sha256 = repeat('0', 64) {MINE}"]),
    ("search knows every lead as it is", [f"DELETE FROM lead_search {MINE}"]),
    ("search knows every lead as it is", [f"UPDATE lead_search SET doc = ' ' {MINE}"]),
    ("search knows every lead as it is", [f"UPDATE lead_search SET by_name = by_name || 'x' {MINE}"]),
    ("search knows every lead as it is", [f"UPDATE lead_search SET has_phone = NOT has_phone {MINE}"]),
    ("search knows every lead as it is", [f"UPDATE leads SET deleted_at = now() {MINE}"]),
    *(
        ("search knows every contact as it is", [f"{spoil} WHERE contact_id IN (SELECT contact_id FROM leads {MINE})"])
        for spoil in (
            "DELETE FROM contact_search",
            "UPDATE contact_search SET doc = doc || 'x'",
            "UPDATE contact_search SET seniority = 'emperor'",
        )
    ),
]
