"""A workspace's own keys at providers: kept encrypted, tried out on request, shown by their last letters only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reachly import vault
from reachly.cache import shared
from reachly.database import as_json, execute, rows, scope
from reachly.engine.journal import observed
from reachly.providers.registry import PROVIDERS, client_for, config_for, provider_for
from reachly.providers.values import Account
from reachly.settings import settings
from reachly.sources import connect, source_of

LONGEST = 400
SHORTEST = 8


class KeyUnfit(ValueError):
    """What was typed cannot be a key; the message says why, for the person who typed it."""


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key that is kept: ``hint`` is all that is ever shown of it."""

    provider: str
    hint: str
    by: str
    created_at: datetime
    options: dict[str, str]


def kept(workspace_id: UUID | str, user_id: UUID | str) -> dict[str, OwnKey]:
    """The workspace's keys by provider."""
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT k.provider, k.hint, u.name AS by, k.created_at, k.options"
            " FROM provider_keys k JOIN users u ON u.id = k.user_id"
        )
    return {row["provider"]: OwnKey(**row) for row in found}


def checked(key: str) -> str:
    """``key`` without the blanks around it; raises :class:`KeyUnfit` where no provider could have given it out."""
    key = key.strip()
    if not key:
        raise KeyUnfit("Enter the key.")
    if len(key) > LONGEST:
        raise KeyUnfit(f"A key has at most {LONGEST} characters.")
    if len(key) < SHORTEST or not key.isascii() or not key.isprintable() or " " in key:
        raise KeyUnfit(f"A key is one word of at least {SHORTEST} plain letters, digits and signs.")
    return key


def checked_options(name: str, given: Mapping[str, str]) -> dict[str, str]:
    """What goes with a key of ``name``, without the blanks; raises :class:`KeyUnfit` for what cannot be one."""
    kept = {option: given.get(option, "").strip() for option in PROVIDERS[name].options}
    for option, value in kept.items():
        if len(value) > LONGEST or not value.isascii() or not value.replace(" ", "x").isprintable():
            raise KeyUnfit(f"{PROVIDERS[name].options[option]}: at most {LONGEST} plain letters, digits and signs.")
    return {option: value for option, value in kept.items() if value}


def save(
    workspace_id: UUID | str, user_id: UUID | str, name: str, key: str, options: Mapping[str, str] | None = None
) -> None:
    """Keep ``key``, and what goes with it, instead of the one before.

    Raises ``KeyError`` for no provider of ours and :class:`KeyUnfit`.
    """
    if name not in PROVIDERS:
        raise KeyError(name)
    key, with_it = checked(key), checked_options(name, options or {})
    with scope(workspace_id, user_id):
        execute(
            "INSERT INTO provider_keys (workspace_id, provider, secret, hint, user_id, options)"
            " VALUES (%s, %s, %s, %s, %s, %s::jsonb)"
            " ON CONFLICT (workspace_id, provider) DO UPDATE SET secret = excluded.secret, hint = excluded.hint,"
            " user_id = excluded.user_id, options = excluded.options, created_at = now()",
            (str(workspace_id), name, vault.lock(key), key[-4:], str(user_id), as_json(with_it)),
        )
        _asks_anew(name)


def remove(workspace_id: UUID | str, user_id: UUID | str, name: str) -> bool:
    """Forget the key for good; false when there was none."""
    with scope(workspace_id, user_id):
        gone = bool(execute("DELETE FROM provider_keys WHERE provider = %s", (name,)).rowcount)
        if gone:
            _asks_anew(name)
    return gone


def _asks_anew(name: str) -> None:
    """What another key had nothing of may be asked for again."""
    execute("SELECT misses_drop(%s)", (name,))


def try_out(workspace_id: UUID | str, user_id: UUID | str, name: str, key: str | None = None) -> Account:
    """What the provider says of the account behind ``key``, by default the one in use; free of charge.

    Raises ``KeyError`` for no provider of ours, :class:`KeyUnfit`, and ``ProviderFailure`` with what to do.
    """
    source = source_of(workspace_id, user_id, name)
    if key is None:
        return connect(source, observed(workspace_id, name, source.own_key, source.send)).account()
    config = config_for(name, settings(), checked(key))
    assert config is not None
    send = observed(workspace_id, name, True, client_for(config, shared()).send)
    return provider_for(config, send).account()
