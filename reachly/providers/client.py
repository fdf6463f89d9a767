"""The one way out to a provider: limited, guarded, timed, and silent about keys."""

from __future__ import annotations

import json
import logging
import re
import time
import zlib
from collections.abc import Mapping
from typing import Any, Protocol

import httpcore
import httpx
import structlog

from reachly.providers.failures import ContractBroken, KeyRefused, ProviderBusy, ProviderFailure
from reachly.providers.transport import deadline, new_client, shared_client
from reachly.providers.values import Answer, Call

USER_AGENT = "Reachly/0.1"
BODY_LIMIT = 16 * 1024 * 1024
PACE = 0.25
NEVER_KEPT = {"set-cookie", "authorization"}
NEVER_SENT = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout)
NEVER_SENT_BY_HTTPX = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
TIMED_OUT = (httpcore.TimeoutException, httpx.TimeoutException)
NO_ANSWER = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpx.TransportError,
    OSError,
)

# Both write addresses and headers to their logs, and some of our addresses are secrets.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)
log = structlog.get_logger("reachly.providers")


class Limits(Protocol):
    """What the client asks and tells about rate limits."""

    def before(self, call: Call) -> None:
        """Raises :class:`ProviderBusy` with the seconds to wait when there is no call left."""

    def after(self, answer: Answer) -> None:
        """Learns from the headers of ``answer``."""


class Guard(Protocol):
    """What the client asks and tells about a provider that is down."""

    def before(self) -> None:
        """Raises :class:`ProviderBusy` while the provider is not to be asked."""

    def abandoned(self) -> None:
        """The call that was let through was not made after all."""

    def answered(self) -> None:
        """The provider answered."""

    def failed(self, reason: str) -> None:
        """The provider did not answer, or with an error of its own."""


class Room(Protocol):
    """What the client asks and tells about how many calls are under way at once."""

    def take(self) -> str:
        """A slot for one call; raises :class:`ProviderBusy` where there is none."""

    def give(self, token: str, spent: int = -1, *, failed: bool = False) -> None:
        """Frees the slot after a call that took ``spent`` milliseconds; below none where it was never made."""


class Client:
    """Sends calls to one provider with one key.

    Safe to share between threads. It never repeats a call, and waits for the rate limit a quarter of a second at most:
    what to do about a failure is the job's decision. Any status is an answer; :class:`ProviderBusy` means that none
    came, and ``reached`` tells whether the provider may have seen the request. The whole exchange ends within
    ``total_timeout`` seconds. The key is in no log, exception or answer, even where the provider sends it back.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        auth_headers: Mapping[str, str],
        *,
        limiter: Limits,
        breaker: Guard,
        slots: Room | None = None,
        label: str | None = None,
        transport: httpx.BaseTransport | None = None,
        connect_timeout: float = 4,
        read_timeout: float = 12,
        total_timeout: float | None = None,
        body_limit: int = BODY_LIMIT,
    ) -> None:
        self.name = name
        self.label = label or name.capitalize()
        self._base_url = base_url.rstrip("/")
        self._http = new_client(base_url, transport) if transport else shared_client(base_url)
        self._auth = {name: value.strip() for name, value in auth_headers.items()}
        secrets = sorted({re.escape(value) for value in self._auth.values() if len(value) > 3}, key=len, reverse=True)
        self._secrets = re.compile("|".join(secrets).encode() or b"(?!)")
        self._limiter = limiter
        self._breaker = breaker
        self._slots = slots
        self._timeout = httpx.Timeout(read_timeout, connect=connect_timeout)
        self._total = total_timeout or connect_timeout + read_timeout
        self._body_limit = body_limit

    def __repr__(self) -> str:
        return f"<Client {self.name}>"

    def send(self, call: Call) -> Answer:
        """The answer to ``call``; raises :class:`ProviderBusy` when none came, :class:`ContractBroken` when it is too
        big.
        """
        if call.path and (not call.path.startswith("/") or call.path.startswith("//")):
            raise ValueError(
                "a call's path begins with one slash"
            )  # else it could name another host, which would get the key
        if not all(value.isascii() and value.isprintable() for value in self._auth.values()):
            raise KeyRefused(f"The key for {self.label} has letters that no key can have.", reached=False)
        self._breaker.before()
        slot = None
        try:
            slot = self._slots.take() if self._slots else None
            self._take_turn(call)
        except ProviderBusy:
            if self._slots and slot:
                self._slots.give(slot)
            self._breaker.abandoned()
            raise
        started = time.perf_counter()
        outcome = self._exchange(call, started)
        spent = _milliseconds(started)
        if self._slots and slot:
            self._slots.give(slot, spent, failed=isinstance(outcome, ProviderBusy) or _overloaded(outcome))
        if isinstance(outcome, ProviderFailure):
            log.warning(
                "provider_call", provider=self.name, operation=call.operation, status=None, ms=spent, error=str(outcome)
            )
            if isinstance(outcome, ProviderBusy):
                self._breaker.failed(str(outcome))
            else:
                self._breaker.answered()
            raise outcome
        log.info("provider_call", provider=self.name, operation=call.operation, status=outcome.status, ms=spent)
        if outcome.status >= 500 or outcome.status == 499:
            self._breaker.failed(f"{self.label} answered with HTTP {outcome.status}.")
        else:
            self._breaker.answered()
        self._limiter.after(outcome)
        return outcome

    def _take_turn(self, call: Call) -> None:
        """Waits for the limiter where that takes no longer than a call would; raises its refusal otherwise."""
        ends = time.monotonic() + PACE
        while True:
            try:
                return self._limiter.before(call)
            except ProviderBusy as busy:
                pause = busy.retry_after
                if pause is None or time.monotonic() + pause > ends:
                    raise
            time.sleep(pause)

    def _exchange(self, call: Call, started: float) -> Answer | ProviderFailure:
        """The answer or the failure, returned so that no exception of a library, with its headers, hangs on ours."""
        try:
            with deadline(self._total), self._http.stream(**self._request(call)) as response:
                body = self._body(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return self._answer(response.status_code, headers, body, started)
        except ProviderFailure as failure:
            return failure
        except NO_ANSWER as problem:
            reached = not isinstance(problem, NEVER_SENT + NEVER_SENT_BY_HTTPX)
            if isinstance(problem, TIMED_OUT):
                return ProviderBusy(f"{self.label} did not answer in time.", reached=reached)
            if not reached:
                return ProviderBusy(f"{self.label} cannot be reached.", reached=False)
            return ProviderBusy(f"The connection to {self.label} broke before it had answered.")

    def _request(self, call: Call) -> dict[str, Any]:
        body = None if call.json is None else json.dumps(call.json, separators=(",", ":")).encode()
        kind = {} if body is None else {"content-type": "application/json"}
        return {
            "method": call.method,
            "url": self._base_url + call.path,  # joined here: httpx would add a slash to an empty path
            "params": dict(call.query) or None,
            "content": body,
            "headers": {"user-agent": USER_AGENT, **kind, **call.headers, **self._auth},
            "timeout": self._timeout,
        }

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes, started: float) -> Answer:
        kept = {name: self._without_key(value) for name, value in headers.items() if name not in NEVER_KEPT}
        return Answer(status, kept, self._secrets.sub(b"***", body), _milliseconds(started))

    def _without_key(self, value: str) -> str:
        return self._secrets.sub(b"***", value.encode("utf-8", "replace")).decode("utf-8", "replace")

    def _body(self, response: httpx.Response) -> bytes:
        """The body, inflated where it came compressed although we ask for plain; capped either way."""
        if response.is_stream_consumed:  # a transport that is a function gives its answers whole
            return response.content
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if coding in ("gzip", "x-gzip", "deflate") else None
        body = bytearray()
        try:
            for chunk in response.iter_raw():
                room = self._body_limit - len(body)
                body += inflate.decompress(chunk, room + 1) if inflate else chunk
                if len(body) > self._body_limit:
                    raise ContractBroken(f"{self.label} sent an answer too big to take.", status=response.status_code)
        except zlib.error:
            raise ContractBroken(f"{self.label} sent an answer that cannot be unpacked.") from None
        return bytes(body)


def _overloaded(outcome: Answer | ProviderFailure) -> bool:
    return isinstance(outcome, Answer) and outcome.status >= 500


def _milliseconds(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
