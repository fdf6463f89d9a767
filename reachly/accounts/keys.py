"""Keys for programs: shown once, kept as a hash, revocable."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly import database
from reachly.accounts.invalid import Invalid
from reachly.accounts.person import Person
from reachly.accounts.sessions import digest
from reachly.database import execute, one, rows, scope

PREFIX = "rk_"
SCOPES = ("read", "write")
MOST = 50


@dataclass(frozen=True, slots=True)
class ApiKeyMade:
    """A new key; ``secret`` is in no other place and cannot be shown again."""

    id: UUID
    name: str
    secret: str


def create_key(
    person: Person, name: str, scopes: Sequence[str] = SCOPES, workspace_id: UUID | None = None
) -> ApiKeyMade:
    """A new key that acts for ``person`` in the workspace they work in, or in another of theirs; raises
    :class:`Invalid`.
    """
    name = " ".join(name.replace("\0", "").split())
    errors = {}
    if not 1 <= len(name) <= 80:
        errors["name"] = "A name of 1 to 80 characters, so that you know it again."
    if not scopes or not set(scopes) <= set(SCOPES):
        errors["scopes"] = "Read, write, or both."
    if errors:
        raise Invalid(errors)
    secret = PREFIX + secrets.token_urlsafe(30)
    place = workspace_id or person.workspace_id
    with scope(place, person.user_id):
        if one("SELECT scope_role() AS role") in (None, {"role": None}):
            raise Invalid({"workspace": "You do not belong to that workspace."})
        held = one("SELECT count(*) AS n FROM api_keys WHERE revoked_at IS NULL")
        if held and held["n"] >= MOST:
            raise Invalid({"name": f"There are {MOST} keys already: revoke one that is not used."})
        made = one(
            "INSERT INTO api_keys (workspace_id, user_id, name, prefix, key_hash, scopes)"
            " VALUES (%s, %s, %s, %s, %s, %s)"
            " RETURNING id",
            (place, person.user_id, name, secret[:9], digest(secret), list(dict.fromkeys(scopes))),
        )
    assert made is not None
    return ApiKeyMade(made["id"], name, secret)


def find_key(secret: str) -> Person | None:
    """Whom this key acts for; ``None`` when it is unknown or revoked."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    with database.transaction():
        row = one("SELECT * FROM api_key_visitor(%s)", (digest(secret),))
    return Person.of(row) if row else None


def list_keys(person: Person) -> list[dict[str, Any]]:
    """``id, name, prefix, scopes, created_at, used_at`` of each key that works, the newest first."""
    with scope(person.workspace_id, person.user_id):
        return rows(
            "SELECT id, name, prefix, scopes, created_at, used_at FROM api_keys WHERE revoked_at IS NULL"
            " ORDER BY created_at DESC, id DESC"
        )


def revoke_key(person: Person, key_id: UUID | str) -> bool:
    """Refuse the key from now on; false when the workspace has no such key that works."""
    with scope(person.workspace_id, person.user_id):
        return bool(
            execute(
                "UPDATE api_keys SET revoked_at = now() WHERE id = %s AND revoked_at IS NULL", (str(key_id),)
            ).rowcount
        )
