"""The faults: what is broken, how, and where it must show."""

from __future__ import annotations

from dataclasses import dataclass

CRASH = "crash "
"""A finder that begins with this is a walk through a scenario of the crash points; the others are paths for pytest."""
ENGINE = "tests/engine/test_run.py"
REQUEST = "tests/engine/test_request.py"
FOUND = "tests/generate/test_generate.py"
LEDGER = "tests/ledger/test_ledger_constraints.py"
SECURITY = "tests/structure/test_row_level_security.py"


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault. ``functions`` are pieces of database functions and what takes their place, ``sql`` is run as owner,
    ``python`` names a replacement; ``equivalent`` says why nothing can notice.
    """

    name: str
    finders: tuple[str, ...]
    functions: tuple[tuple[str, str, str], ...] = ()
    sql: str = ""
    python: str = ""
    equivalent: str = ""


def _piece(name: str, function: str, right: str, wrong: str, *finders: str) -> Planted:
    return Planted(name, finders, ((function, right, wrong),))


def _python(name: str, python: str, *finders: str) -> Planted:
    return Planted(name, finders, python=python)


def _sql(name: str, sql: str, *finders: str) -> Planted:
    return Planted(name, finders, sql=sql)


_HOLD = "IF p_hold > 0 THEN\n        PERFORM ledger_move"
_BALANCE_FIRST = """IF p_hold > (SELECT balance FROM accounts
                  WHERE workspace_id = v_workspace AND name = 'available') THEN
        RAISE EXCEPTION 'not enough' USING ERRCODE = 'RL402', DETAIL =
            json_build_object('required', p_hold, 'available', (
                SELECT balance FROM accounts WHERE workspace_id = v_workspace AND name = 'available'))::text;
    END IF;
    IF p_key IS NOT NULL THEN"""
_MINE = (
    "CASE WHEN p_attempt IS NULL THEN status IN ('queued', 'waiting')"
    " ELSE status = 'running' AND attempt = p_attempt END"
)
_LATE = f"{ENGINE}::test_a_worker_that_woke_up_late_can_change_nothing"
_POISON = f"{ENGINE}::test_a_job_that_kills_its_workers_is_given_up_and_settled"

FAULTS = (
    # The ledger
    _piece("holds more than there is", "ledger_move", "v_available < p_credits", "v_available < 0", REQUEST),
    _piece("the balance comes before the key", "job_request", "IF p_key IS NOT NULL THEN", _BALANCE_FIRST, REQUEST),
    _piece("no look-up of the key", "job_request", "j.idempotency_key = p_key;", "false;", REQUEST),
    Planted(
        "the hold is outside the job's transaction",
        (f"{CRASH}request",),
        (("job_request", _HOLD, "IF p_hold < 0 THEN\n        PERFORM ledger_move"),),
        python="hold_afterwards",
    ),
    Planted(
        "numbers are read, then written",
        (REQUEST,),
        (
            (
                "job_request",
                "UPDATE workspaces SET jobs_numbered = jobs_numbered + 1 WHERE id = v_workspace RETURNING"
                " jobs_numbered INTO v_number;",
                "SELECT jobs_numbered + 1 INTO v_number FROM workspaces WHERE id = v_workspace;"
                " UPDATE workspaces SET jobs_numbered = v_number WHERE id = v_workspace;",
            ),
        ),
    ),
    Planted(
        "balances are read, then written",
        ("tests/property/test_ledger.py", f"{CRASH}settle"),
        (("entries_balance", "SET balance = a.balance + moved.credits", "SET balance = moved.credits"),),
    ),
    _piece("nothing is released", "job_end", "IF v_left > 0 THEN", "IF v_left < 0 THEN", f"{CRASH}settle"),
    _piece(
        "a cancelled job releases nothing",
        "job_end",
        "IF v_left > 0 THEN",
        "IF v_left > 0 AND p_status <> 'cancelled' THEN",
        f"{CRASH}cancel queued",
    ),
    _piece(
        "a failed job releases nothing",
        "job_end",
        "IF v_left > 0 THEN",
        "IF v_left > 0 AND p_status <> 'failed' THEN",
        f"{CRASH}fail by crashes",
    ),
    Planted(
        "settling is done twice",
        (_LATE, ENGINE),
        (
            ("job_end", " AND finished_at IS NULL", ""),
            ("job_end", _MINE, "true"),
            ("job_end", "'release:' || v.id", "NULL"),
        ),
        sql="DROP INDEX transactions_one_release",
    ),
    _piece(
        "spent is not counted",
        "deliver_page",
        "credits_spent = credits_spent + v_spent",
        "event_seq = event_seq",
        f"{CRASH}settle",
    ),
    Planted(
        "a refund twice",
        (LEDGER, "tests/property/test_ledger.py"),
        (("ledger_refund", "'refund:' || v.id", "NULL"),),
        sql="ALTER TABLE transactions DROP CONSTRAINT transactions_workspace_id_undoes_key",
    ),
    _sql("entries need not add up", "DROP TRIGGER entries_balance ON entries", LEDGER),
    _sql("history may be changed", "DROP TRIGGER append_only ON entries", LEDGER),
    _sql("the application may write entries", "GRANT INSERT, UPDATE ON entries TO reachly_app", LEDGER),
    # Delivery
    Planted(
        "the delivery has no fence of its own",
        (_LATE, "tests/engine/test_fences.py"),
        (("deliver_page", " AND attempt = p_attempt AND status = 'running' FOR UPDATE", " FOR UPDATE"),),
    ),
    Planted(
        "what is owned is paid again",
        (FOUND, "tests/generate/test_deliver_races.py"),
        (("deliver_page", "AND NOT s.brings THEN 'owned'", "AND NOT s.brings THEN 'new'"),),
    ),
    _python("misses are paid", "everybody_satisfies", FOUND),
    _sql(
        "a lead may be there twice",
        "ALTER TABLE leads DROP CONSTRAINT leads_workspace_id_contact_id_key CASCADE",
        f"{CRASH}settle",
    ),
    Planted(
        "the checkpoint moves after the delivery",
        (f"{CRASH}hand back", f"{CRASH}work"),
        (("deliver_page", "SET checkpoint = p_checkpoint, progress_done", "SET progress_done"),),
        python="save_afterwards",
    ),
    _piece("events without the job's lock", "job_tell", "event_seq = event_seq + 1", "event_seq = event_seq", ENGINE),
    # Outside calls
    _python("answers are not kept", "forget_answers", f"{CRASH}hand back"),
    _python("no intent before the call", "no_intent", f"{CRASH}hand back", f"{CRASH}work, collect"),
    # The engine
    _python("no fence", "no_fence", _LATE),
    _python("no sweep", "no_sweep", f"{CRASH}sweep"),
    Planted(
        "the sweep leaves no stamp",
        (ENGINE,),
        (("jobs_pick", "SET dispatched_at = clock_timestamp() FROM", "SET dispatched_at = j.dispatched_at FROM"),),
    ),
    _piece(
        "nobody wakes who waits",
        "jobs_pick",
        "(j.status <> 'waiting' OR j.wake_at <= clock_timestamp())",
        "j.status <> 'waiting'",
        f"{CRASH}sweep",
    ),
    _piece(
        "nobody takes over from the dead",
        "jobs_pick",
        "o.running AND o.due_at <= clock_timestamp()",
        "o.running AND false",
        f"{CRASH}sweep",
    ),
    Planted(
        "cancelling ends a running job",
        (ENGINE, f"{CRASH}cancel running"),
        (("job_end", "THEN status IN ('queued', 'waiting') ELSE", "THEN true ELSE"),),
    ),
    _python("leases are not renewed", "no_renewal", "tests/engine/test_fences.py"),
    Planted(
        "a run does not remember that it lost its job",
        (ENGINE,),
        python="no_memory",
        equivalent="the row's attempt number decides in the same transaction; the memory only saves a question",
    ),
    _python("crashes are not counted", "no_crashes", _POISON),
    _python("crashes are forgotten", "crashes_reset", _POISON),
    _python("a retry begins anew", "retry_anew", "tests/generate/test_again.py"),
    _python("a retry has no key", "retry_without_key", f"{CRASH}retry"),
    # Files
    _python("the file's hash is of other bytes", "other_hash", f"{CRASH}export"),
    _python("the row comes without its file", "no_file", f"{CRASH}export"),
    _python("files of dead attempts stay", "files_stay", f"{CRASH}export"),
    # Tenants
    _sql("a table without its rule", "ALTER TABLE leads DISABLE ROW LEVEL SECURITY", SECURITY),
    _sql("a rule that lets all through", "CREATE POLICY planted ON leads USING (true)", SECURITY),
)
