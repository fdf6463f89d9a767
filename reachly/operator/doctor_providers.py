"""The doctor's look at the providers: who has a key, and whether it is taken."""

from __future__ import annotations

from collections.abc import Iterator

from reachly.operator.findings import Finding, fail, ok, warn
from reachly.settings import Settings


def check(chosen: Settings) -> Iterator[Finding]:
    """Ask each provider that has a key for the state of our account; this costs no credit."""
    from reachly.providers.failures import ProviderFailure
    from reachly.providers.registry import PROVIDERS, client_for, config_for, provider_for

    configured = False
    for name, entry in PROVIDERS.items():
        config = config_for(name, chosen)
        if config is None:
            yield ok(f"{entry.label}: no key")
            continue
        configured = True
        try:
            account = provider_for(config, client_for(config).send).account()
        except ProviderFailure as failure:
            yield fail(f"{entry.label}: {failure}", f"look at {name.upper()}_API_KEY and {name.upper()}_BASE_URL")
            continue
        left = "" if account.credits_left is None else f", {account.credits_left} credits left"
        yield ok(f"{entry.label}: the key is taken{left}")
    if chosen.sandbox_url:
        yield warn(
            "the sandbox answers for the providers: every lead is a made-up sample", "set LUSHA_API_KEY or CLAY_API_KEY"
        )
    elif not configured and chosen.reachly_embedded:
        yield warn("no provider has a key: a run sells made-up samples", "set LUSHA_API_KEY or CLAY_API_KEY")
    elif not configured:
        yield warn("no provider has a key: searches find nothing", "set LUSHA_API_KEY or CLAY_API_KEY")
