"""Where a workspace can get leads from: each provider with its key, its state, and a way to send to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly import vault
from reachly.cache import cached, shared
from reachly.database import one, rows, scope
from reachly.providers.failures import KeyRefused
from reachly.providers.registry import (
    PROVIDERS,
    ProviderConfig,
    breaker_state,
    client_for,
    config_for,
    is_slow,
    provider_for,
    table_client_for,
)
from reachly.providers.values import Provider, Send
from reachly.settings import settings

CLAY_TABLE = "clay_table"


@dataclass(frozen=True, slots=True)
class Source:
    """A provider as one workspace has it.

    ``state`` is ``ready``, ``no_key``, ``key_unreadable`` or ``paused`` (the provider kept failing; ``resumes_at``
    says until when). ``own_key`` means that the workspace pays the provider itself and no platform credits.
    """

    name: str
    label: str
    mark: str
    note: str
    counts: bool
    own_key: bool
    state: str
    reason: str
    resumes_at: datetime | None
    config: ProviderConfig | None
    slow: bool = False
    """Whether it answers slowly at the moment, so that a search takes longer."""

    @property
    def usable(self) -> bool:
        """Whether a job may be sent to it; a paused one may, it resumes by itself."""
        return self.state in ("ready", "paused")

    def must_be_usable(self) -> None:
        """Raise :class:`KeyRefused` with what to do where there is no key to use."""
        if not self.usable:
            raise KeyRefused(self.reason)

    def send(self, *args: Any) -> Any:
        """Send one call with this source's key; see :class:`reachly.providers.client.Client`."""
        self.must_be_usable()
        if self.name == CLAY_TABLE:
            table = table_client_for(settings(), shared())
            assert table is not None
            return table.send(*args)
        assert self.config is not None
        return client_for(self.config, shared()).send(*args)


def sources_of(workspace_id: UUID | str, user_id: UUID | str, resting: bool = True) -> list[Source]:
    """All sources of the workspace, in the usual order; without ``resting`` nobody is asked whether one is paused."""
    with scope(workspace_id, user_id):
        own = {row["provider"]: row for row in rows("SELECT provider, secret, options FROM provider_keys")}
    found = [_source(name, own.get(name), resting) for name in PROVIDERS]
    return found + ([_table()] if settings().clay_table_url else [])


def source_of(workspace_id: UUID | str, user_id: UUID | str | None, name: str) -> Source:
    """One source of the workspace; raises ``KeyError`` for a name that is none."""
    if name == CLAY_TABLE:
        return _table()
    if name not in PROVIDERS:
        raise KeyError(name)
    with scope(workspace_id, user_id):
        own = one("SELECT secret, options FROM provider_keys WHERE provider = %s", (name,))
    return _source(name, own)


def _table() -> Source:
    """The table that takes rows, where the operator set one up; it is no provider of its own and tells no count."""
    known = (CLAY_TABLE, "Clay table", "Ct", "Works in the background; results come back one by one.", False, False)
    if settings().clay_table_url is None:
        return Source(*known, "no_key", "No Clay table is set up. Set CLAY_TABLE_URL.", None, None)
    return Source(*known, "ready", "", None, None)


def _source(name: str, own: dict[str, Any] | None, resting: bool = True) -> Source:
    entry = PROVIDERS[name]
    known = (entry.name, entry.label, entry.mark, entry.note, entry.counts, own is not None)
    try:
        key = vault.unlock(own["secret"]) if own is not None else None
    except vault.SecretUnreadable as error:
        return Source(*known, "key_unreadable", f"The {entry.label} key was {error}.", None, None)
    config = config_for(name, settings(), key, own["options"] if own else None)
    if config is None:
        return Source(*known, "no_key", f"No {entry.label} key is set. Add one under Sources.", None, None)
    if not resting:
        return Source(*known, "ready", "", None, config)
    breaker = breaker_state(config, shared())
    if breaker.state == "open":
        reason = f"{breaker.last_error or 'It kept failing.'} It is tried again by itself."
        return Source(*known, "paused", reason, breaker.until, config)
    return Source(*known, "ready", "", None, config, is_slow(config, shared()))


def connect(source: Source, send: Send) -> Provider:
    """The provider speaking through ``send``, its word lists kept in Redis for a day."""
    source.must_be_usable()
    assert source.config is not None
    return provider_for(source.config, send, _words(source.config))


def _words(config: ProviderConfig) -> Callable[[str, Callable[[], Any]], Any]:
    """A cache for one account's word lists."""
    account = hashlib.blake2b(config.key.encode(), digest_size=8).hexdigest()
    kept = f"reachly:words:{config.name}:{account}"
    return lambda key, fetch: cached(f"{kept}:{key}", settings().vocabulary_cache, fetch)
