"""What takes the place of the product's own functions when a fault is planted."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from jobs import broker
from reachly import news, retry
from reachly.database import execute, scope
from reachly.engine import claim, journal, request, sweep
from reachly.engine.claim import Claim
from reachly.export import step as export_step
from reachly.export import writing
from reachly.generate import asking, source
from reachly.generate.source import SourceRun


def everywhere(name: str, old: Any, new: Any) -> None:
    """Put ``new`` wherever a module of the product has ``old`` under this name."""
    for module in list(sys.modules.values()):
        ours = getattr(module, "__name__", "").split(".")[0] in ("reachly", "jobs", "bench", "tests")
        if ours and getattr(module, name, None) is old:
            setattr(module, name, new)


def hold_afterwards() -> None:
    """Ask for the job; its credits are held when that is committed, right before the message goes out."""
    asked, sent, due = request.request, broker.send, {}

    def request_only(workspace_id: Any, user_id: Any, wish: Any, *more: Any, **options: Any) -> Any:
        made = asked(workspace_id, user_id, wish, *more, **options)
        if wish.hold and not made.replayed:
            due[made.job_id] = (workspace_id, user_id, wish.hold)
        return made

    def hold_and_send(queue: str, job_id: Any) -> bool:
        if job_id in due:
            workspace_id, user_id, hold = due.pop(job_id)
            with scope(workspace_id, user_id):
                execute("SELECT planted_hold(%s, %s)", (job_id, hold))
        return sent(queue, job_id)

    everywhere("request", asked, request_only)
    everywhere("send", sent, hold_and_send)


HOLD_AFTERWARDS = """
CREATE FUNCTION planted_hold(p_job uuid, p_hold bigint) RETURNS uuid LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT ledger_move(scope_workspace(), 'hold', 'available', 'held', p_hold, 'hold:' || p_job, scope_user(), '',
                       p_job)
$$;
GRANT EXECUTE ON FUNCTION planted_hold TO reachly_app;
"""


def everybody_satisfies() -> None:
    """Whoever was found has what was asked for; who has no e-mail gets one."""
    everywhere("satisfied", source.satisfied, lambda *_: True)


def save_afterwards() -> None:
    """Move the checkpoint in a transaction of its own."""
    delivered = SourceRun.delivered

    def saved(self: SourceRun, outcome: dict[str, Any]) -> None:
        delivered(self, outcome)
        with self.claim.transaction():
            self.save()

    SourceRun.delivered = saved  # type: ignore[method-assign]


def forget_answers() -> None:
    """Nothing is written down of what a provider said."""
    journal.Journal._write = lambda *_: None  # type: ignore[method-assign]


def no_intent() -> None:
    """The call goes out first and is written down with its answer."""
    ask = journal.Journal.__call__

    def asked(self: Any, call: Any) -> Any:
        step = f"{self._step}/{call.operation}/{self._made.get(call.operation, 0)}"
        with scope(self._claim.workspace_id, self._claim.user_id):
            known = journal.one(journal._ANSWERED, (self._claim.id, step))
        if known is None:
            answer = self._send(call)
            sent, self._send = self._send, lambda _: answer
            try:
                return ask(self, call)
            finally:
                self._send = sent
        return ask(self, call)

    journal.Journal.__call__ = asked  # type: ignore[method-assign]


def no_fence() -> None:
    """A transaction that asks nobody whether the job is still ours."""

    @contextmanager
    def transaction(self: Claim) -> Any:
        with scope(self.workspace_id, self.user_id):
            yield
        news.publish(self.workspace_id, self.id)

    Claim.transaction = transaction  # type: ignore[method-assign]


def no_memory() -> None:
    """What a run learnt of its lease is forgotten at once."""
    Claim.lost = property(lambda _: False, lambda *_: None)  # type: ignore[assignment]


def no_sweep() -> None:
    """A sweep that finds nothing."""
    everywhere("sweep", sweep.sweep, lambda *_, **__: 0)


def no_renewal() -> None:
    """A keeper that only says it renewed."""
    Claim.renew = lambda self: True  # type: ignore[method-assign]


def no_crashes() -> None:
    """A worker's death is nobody's fault."""
    _take("crashes")


def crashes_reset() -> None:
    """Each taking over begins to count anew."""
    _take("0")


def _take(instead: str) -> None:
    counted = f"THEN {claim._COUNTED} ELSE"
    assert claim._TAKE.count(counted) == 1
    claim._TAKE = claim._TAKE.replace(counted, f"THEN {instead} ELSE")


def retry_anew() -> None:
    """A retry without the checkpoint of the job it goes on with."""
    again = asking.again

    def anew(job: Any) -> Any:
        return again({**job, "checkpoint": {}})

    retry.AGAIN["generate_leads"] = anew


def retry_without_key() -> None:
    """Each press of the button is a new job."""
    asked = retry.request
    retry.request = lambda workspace_id, user_id, wish, *_, **__: asked(workspace_id, user_id, wish)


def other_hash() -> None:
    """The hash of no bytes."""
    writing._Carried.sha256 = property(lambda _: hashlib.sha256().hexdigest())  # type: ignore[assignment]


def no_file() -> None:
    """The rows are read and carried nowhere."""
    put = writing.storage.put

    def nowhere(path: str, chunks: Any) -> None:
        if path.endswith(".manifest.json"):
            put(path, chunks)
        else:
            list(chunks)

    writing.storage.put = nowhere


def files_stay() -> None:
    """An attempt does not look for what the one before left."""
    export_step.storage.delete = lambda *_: None


REPLACEMENTS: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        hold_afterwards,
        everybody_satisfies,
        save_afterwards,
        forget_answers,
        no_intent,
        no_fence,
        no_memory,
        no_sweep,
        no_renewal,
        no_crashes,
        crashes_reset,
        retry_anew,
        retry_without_key,
        other_hash,
        no_file,
        files_stay,
    )
}
