"""Every provider there is, and how each is put together from settings and a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from reachly.providers.breaker import Breaker, BreakerState
from reachly.providers.clay import Clay
from reachly.providers.client import Client
from reachly.providers.limits import Limiter
from reachly.providers.lusha import Lusha
from reachly.providers.shared_state import account_of
from reachly.providers.slots import Slots
from reachly.providers.values import Provider, Send
from reachly.providers.vocabulary_cache import Cached
from reachly.settings import Settings

LEASE_SHARE = 0.45
"""A whole exchange takes at most this part of a job's lease, so that the lease can be renewed in between."""


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """What it takes to talk to one provider for one account; ``key`` is never shown."""

    name: str
    base_url: str
    key: str = field(repr=False)
    page_size: int = 50
    enrich_size: int = 100
    connect_timeout: float = 4
    read_timeout: float = 12
    total_timeout: float = 13.5
    breaker_failures: int = 5
    breaker_open: float = 20
    per_second: float | None = None
    in_flight: int = 32
    slow: float = 5
    email_routine: str = ""
    phone_routine: str = ""
    webhook_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A provider as the rest of Reachly sees it: how it is called, and how it is made.

    ``mark`` are the two letters on its badge, ``counts`` tells whether it knows how many match.
    """

    name: str
    label: str
    mark: str
    homepage: str
    note: str
    counts: bool
    key_header: str
    make: Callable[[ProviderConfig, Send, Cached | None], Provider]
    options: Mapping[str, str] = field(default_factory=dict)
    """What goes with a key of somebody's own, by name: the words a person is asked with."""


def _lusha(config: ProviderConfig, send: Send, cached: Cached | None) -> Provider:
    return Lusha(send, page_size=config.page_size, enrich_limit=config.enrich_size, cached=cached)


def _clay(config: ProviderConfig, send: Send, cached: Cached | None) -> Provider:
    return Clay(
        send,
        routine_ids={"email": config.email_routine, "phone": config.phone_routine},
        page_size=config.page_size,
        webhook_id=config.webhook_id,
        cached=cached,
    )


PROVIDERS: dict[str, Entry] = {
    "lusha": Entry(
        name="lusha",
        label="Lusha",
        mark="Lu",
        homepage="https://www.lusha.com",
        note="Searches and reveals at once; knows how many match before anything is bought.",
        counts=True,
        key_header="api_key",
        make=_lusha,
    ),
    "clay": Entry(
        name="clay",
        label="Clay",
        mark="Cl",
        homepage="https://www.clay.com",
        note="Searches page by page and finds contact data in the background; has no count.",
        counts=False,
        key_header="clay-api-key",
        make=_clay,
        options={
            "email_routine": "Id of your work e-mail function",
            "phone_routine": "Id of your phone function",
        },
    ),
}


def config_for(
    name: str, settings: Settings, key: str | None = None, options: Mapping[str, str] | None = None
) -> ProviderConfig | None:
    """The configuration of ``name`` with ``key``, by default the one in the settings; ``None`` where there is no key.

    ``options`` go with a key of somebody's own: a Clay function belongs to the account that made it.
    Raises ``KeyError`` for an unknown name.
    """
    if name not in PROVIDERS:
        raise KeyError(name)
    secret = getattr(settings, f"{name}_api_key")
    used = key or (secret.get_secret_value() if secret else "")
    if not used:
        return None
    extra = {}
    if name == "clay":
        extra = {
            "email_routine": (options or {}).get("email_routine") or settings.clay_email_routine,
            "phone_routine": (options or {}).get("phone_routine") or settings.clay_phone_routine,
            # A webhook belongs to the account that registered it, which is ours and not that of somebody's own key.
            "webhook_id": "" if key else settings.clay_webhook_id,
        }
    return ProviderConfig(
        name=name,
        base_url=getattr(settings, f"{name}_base_url"),
        key=used,
        page_size=getattr(settings, f"{name}_page_size"),
        enrich_size=settings.lusha_enrich_size,
        connect_timeout=settings.provider_connect_timeout,
        read_timeout=settings.provider_read_timeout,
        total_timeout=min(
            settings.provider_connect_timeout + settings.provider_read_timeout, LEASE_SHARE * settings.job_lease
        ),
        breaker_failures=settings.provider_breaker_failures,
        breaker_open=settings.provider_breaker_open,
        per_second=settings.lusha_per_second if name == "lusha" else None,
        in_flight=settings.provider_in_flight,
        slow=settings.provider_slow,
        **extra,
    )


def client_for(
    config: ProviderConfig, redis: Any | None = None, *, transport: httpx.BaseTransport | None = None
) -> Client:
    """A client for one account; clients of one base URL share their connections, so making one is cheap."""
    entry = PROVIDERS[config.name]
    return _client(config, redis, entry.label, {entry.key_header: config.key}, transport)


def provider_for(config: ProviderConfig, send: Send, cached: Cached | None = None) -> Provider:
    """The provider that speaks through ``send``: a client's own, or one that journals around it."""
    return PROVIDERS[config.name].make(config, send, cached)


def table_client_for(
    settings: Settings, redis: Any | None = None, *, transport: httpx.BaseTransport | None = None
) -> Client | None:
    """A client for the Clay table that takes rows; ``None`` where no table is set up."""
    if settings.clay_table_url is None:
        return None
    token = settings.clay_table_token.get_secret_value() if settings.clay_table_token else ""
    address = settings.clay_table_url.get_secret_value()
    config = ProviderConfig(
        name="clay-table",
        base_url=address,
        key=address,
        connect_timeout=settings.provider_connect_timeout,
        read_timeout=settings.provider_read_timeout,
        total_timeout=LEASE_SHARE * settings.job_lease,
        breaker_failures=settings.provider_breaker_failures,
        breaker_open=settings.provider_breaker_open,
        per_second=10,
        in_flight=settings.provider_in_flight,
        slow=settings.provider_slow,
    )
    return _client(config, redis, "The Clay table", {"x-clay-webhook-auth": token} if token else {}, transport)


def breaker_state(config: ProviderConfig, redis: Any | None = None) -> BreakerState:
    """Whether the provider is asked as usual, left alone, or being tried out: for pages."""
    return _breaker(config, redis, PROVIDERS[config.name].label).state()


def is_slow(config: ProviderConfig, redis: Any | None = None) -> bool:
    """Whether fewer calls than usual are made at a time, because the provider was slow a moment ago: for pages."""
    return _slots(config, redis, PROVIDERS[config.name].label).room().slow


def _client(
    config: ProviderConfig,
    redis: Any | None,
    label: str,
    auth: dict[str, str],
    transport: httpx.BaseTransport | None,
) -> Client:
    account = account_of(config.key)
    return Client(
        config.name,
        config.base_url,
        auth,
        label=label,
        transport=transport,
        limiter=Limiter(redis, config.name, account, label=label, per_second=config.per_second),
        breaker=_breaker(config, redis, label),
        slots=_slots(config, redis, label),
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        total_timeout=config.total_timeout,
    )


def _slots(config: ProviderConfig, redis: Any | None, label: str) -> Slots:
    return Slots(
        redis,
        config.name,
        account_of(config.key),
        label=label,
        most=config.in_flight,
        slow=config.slow,
        kept=config.total_timeout + 2,
    )


def _breaker(config: ProviderConfig, redis: Any | None, label: str) -> Breaker:
    return Breaker(
        redis,
        config.name,
        account_of(config.key),
        label=label,
        failures=config.breaker_failures,
        open_for=config.breaker_open,
    )
