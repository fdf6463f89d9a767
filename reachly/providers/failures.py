"""One taxonomy of what can go wrong with a provider, whoever it is."""

from __future__ import annotations


class ProviderFailure(Exception):
    """A provider did not do what was asked.

    ``permanent`` failures end the source for this job; the others pass, and the job waits ``retry_after`` seconds
    (``None``: the provider gave no hint). ``code`` is stable and machine-readable, ``str(failure)`` is a sentence a
    person understands. ``reached`` is false where the provider certainly never saw the request, so that repeating it
    can do nothing twice.
    """

    permanent = True
    code = "provider_failed"

    def __init__(
        self, message: str, *, retry_after: float | None = None, status: int | None = None, reached: bool = True
    ) -> None:
        super().__init__(message)
        self.reached = reached
        self.retry_after = retry_after
        self.status = status


class ProviderBusy(ProviderFailure):
    """A rate limit, a server error, a time-out or a lost connection: worth asking again later."""

    permanent = False
    code = "provider_busy"


class ProviderSlow(ProviderBusy):
    """As many calls are under way as the provider bears at present: it is asked later, and nothing went wrong."""


class QuotaSpent(ProviderFailure):
    """The account at the provider has no credits or quota left (402)."""

    code = "provider_quota_spent"


class KeyRefused(ProviderFailure):
    """The key is missing, wrong or lacks the right (401, 403)."""

    code = "provider_key_refused"


class NotFound(ProviderFailure):
    """What was asked for does not exist, or no longer (404, 410)."""

    code = "provider_not_found"


class Suppressed(ProviderFailure):
    """The law or the person forbids handing this out (451, COMPLIANCE_RESTRICTED)."""

    code = "provider_suppressed"


class ContractBroken(ProviderFailure):
    """The answer, or the provider's view of our request, does not fit the published contract."""

    code = "provider_contract_broken"
