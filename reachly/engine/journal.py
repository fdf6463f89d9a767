"""Writes down every outside call: the intent before it is sent, the answer before anything is done with it.

A step that was interrupted after the answer finds it here and does not buy it again. A step that was interrupted
before finds an intent without an answer: nobody knows whether the provider did the work, so it is marked unknown and
repeated only where the contract makes that harmless.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reachly.database import as_json, execute, one, scope
from reachly.engine.claim import Claim, LeaseLost
from reachly.providers.failures import ProviderFailure
from reachly.providers.values import Answer, Call, Send

_ANSWERED = """
SELECT id, status, http_status, headers, body, duration_ms FROM provider_calls
 WHERE job_id = %s AND step = %s AND status IN ('intent', 'unknown', 'answered') ORDER BY requested_at DESC LIMIT 1
"""
_CHOSEN = """
SELECT request -> 'chosen' AS chosen FROM provider_calls
 WHERE job_id = %s AND starts_with(step, %s)
   AND (status = 'answered' OR repeat = 'never' AND status IN ('intent', 'unknown'))
 ORDER BY requested_at LIMIT 1
"""
_INTEND = """
INSERT INTO provider_calls (workspace_id, job_id, attempt, step, provider, operation, own_key, repeat, request)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb) RETURNING id
"""
_SETTLE = """
UPDATE provider_calls SET status = %s, http_status = %s, headers = %s::jsonb, body = %s, error = %s, duration_ms = %s,
       answered_at = clock_timestamp() WHERE id = %s
"""
_SETTLE_MINE = f"""
WITH mine AS (SELECT FROM jobs WHERE id = %s AND attempt = %s AND status = 'running' FOR UPDATE)
{_SETTLE.strip()} AND EXISTS (SELECT FROM mine)
"""  # noqa: S608 - a statement of ours around another
_KEPT_HEADERS = ("content-type", "retry-after", "x-request-id")


class AnswerLost(Exception):
    """A call whose answer was lost with its worker must not be sent again: it may have done its work, and would do it
    twice.
    """


class Journal:
    """Sends the calls of one step of a job through ``send`` and keeps their answers.

    Calls are told apart by the step's name and their order within it, so a step must make the same calls in the same
    order when it is taken again. ``chosen``, whom the step asks for, is kept with them where who that is can change in
    between.
    """

    def __init__(self, claim: Claim, step: str, provider: str, own_key: bool, send: Send) -> None:
        self._claim, self._step, self._provider, self._own_key, self._send = claim, step, provider, own_key, send
        self._made: dict[str, int] = {}
        self.calls: list[UUID] = []
        self.chosen: list[str] | None = None
        self.repeated = False

    def chosen_before(self) -> list[str] | None:
        """Whom this step asked for when it was interrupted, where an answer is kept or nobody may ask again; ``None``
        where nothing binds it.
        """
        with scope(self._claim.workspace_id):
            before = one(_CHOSEN, (self._claim.id, f"{self._step}/"))
        return before["chosen"] if before else None

    def __call__(self, call: Call) -> Answer:
        """The stored answer where there is one, else the provider's; raises :class:`AnswerLost` and what ``send``
        raises.
        """
        step = f"{self._step}/{call.operation}/{self._made.get(call.operation, 0)}"
        self._made[call.operation] = self._made.get(call.operation, 0) + 1
        with self._claim.transaction():
            known = one(_ANSWERED, (self._claim.id, step))
            if known and known["status"] == "answered":
                self.calls.append(known["id"])
                return _answer(known)
            if known:
                execute("UPDATE provider_calls SET status = 'unknown' WHERE id = %s", (known["id"],))
                self.repeated = True
            if known is None or call.repeat != "never":
                intent = one(_INTEND, self._intent(step, call))
        if known and call.repeat == "never":
            raise AnswerLost(step)
        assert intent is not None
        answer = self._settle(intent["id"], call)
        if answer.status < 300:
            self.calls.append(intent["id"])
        return answer

    def _intent(self, step: str, call: Call) -> tuple[Any, ...]:
        told: dict[str, Any] = {"method": call.method, "path": call.path, "query": dict(call.query), "json": call.json}
        if self.chosen is not None:
            told["chosen"] = self.chosen
        claim = self._claim
        identity = (
            claim.workspace_id,
            claim.id,
            claim.attempt,
            step,
            self._provider,
            call.operation,
            self._own_key,
            call.repeat,
        )
        return (*identity, as_json(told))

    def _settle(self, call_id: UUID, call: Call) -> Answer:
        """Send, and write down what came of it in a transaction of its own before anybody looks at it."""
        try:
            answer = self._send(call)
        except ProviderFailure as failure:
            # Whether a call that was cut off arrived is unknown, unless it never left (refused by our own limiter).
            status = (
                "unknown"
                if failure.status is None and failure.code == "provider_busy" and failure.reached
                else "failed"
            )
            self._write(call_id, status, None, None, None, f"{failure.code}: {failure}", None)
            raise
        status = "answered" if answer.status < 300 else "failed"
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name in _KEPT_HEADERS or "limit" in name or "left" in name
        }
        self._write(call_id, status, answer.status, kept, answer.body, None, answer.duration_ms)
        return answer

    def _write(self, call_id: UUID, *values: Any) -> None:
        """Under the fence like everything a run writes: the call of a run that lost its job stays unknown."""
        status, http_status, headers, body, error, duration = values
        claim = self._claim
        told = (status, http_status, as_json(headers or {}), body, error, duration, call_id)
        with scope(claim.workspace_id):
            written = execute(_SETTLE_MINE, (claim.id, claim.attempt, *told)).rowcount
        if not written:
            claim.lost = True
            raise LeaseLost(str(claim.id))

    def book(self, credits: int | None) -> None:
        """Note what the provider said the step cost our account; inside a transaction."""
        if credits is not None and self.calls:
            execute("UPDATE provider_calls SET credits = %s WHERE id = %s", (credits, self.calls[-1]))


def stored(call_id: UUID | str) -> Answer:
    """The answer of an earlier call of this workspace, inside a scope; raises ``KeyError`` when it is not there."""
    row = one("SELECT http_status, headers, body, duration_ms FROM provider_calls WHERE id = %s", (str(call_id),))
    if row is None or row["body"] is None:
        raise KeyError(str(call_id))
    return _answer(row)


def observed(workspace_id: UUID | str, provider: str, own_key: bool, send: Send) -> Send:
    """``send`` for calls outside any job (an estimate, a look at the account), journalled too."""

    def journalled(call: Call) -> Answer:
        told = as_json({"method": call.method, "path": call.path, "query": dict(call.query), "json": call.json})
        with scope(workspace_id):
            intent = one(
                _INTEND, (str(workspace_id), None, 0, "look", provider, call.operation, own_key, call.repeat, told)
            )
        assert intent is not None
        try:
            answer = send(call)
        except ProviderFailure as failure:
            with scope(workspace_id):
                execute(_SETTLE, ("failed", None, "{}", None, f"{failure.code}: {failure}", None, intent["id"]))
            raise
        status = "answered" if answer.status < 300 else "failed"
        with scope(workspace_id):
            execute(_SETTLE, (status, answer.status, "{}", None, None, answer.duration_ms, intent["id"]))
        return answer

    return journalled


def _answer(row: dict[str, Any]) -> Answer:
    return Answer(row["http_status"], row["headers"] or {}, bytes(row["body"] or b""), row["duration_ms"] or 0)


__all__ = ["AnswerLost", "Journal", "observed", "stored"]
