"""Access tokens: signed by us, short-lived, and bound to a session that can be ended."""

from __future__ import annotations

import hashlib
import time
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from reachly.accounts.person import Person
from reachly.accounts.sessions import end_session, find_session, start_session
from reachly.settings import settings

ISSUER = "reachly"
LONGEST = 2000


def issue_token(user_id: UUID | str, workspace_id: UUID | str, agent: str = "") -> tuple[str, int]:
    """A JWT for the API and the seconds it is good for."""
    seconds = settings().access_token_seconds
    secret = start_session(user_id, workspace_id, agent, kind="token", seconds=seconds)
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": str(user_id), "iat": now, "exp": now + seconds, "sid": secret}
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, signing_keys()[0]), seconds


def find_token(token: str) -> Person | None:
    """Who holds this token; ``None`` when it is not ours, expired, or its session was ended."""
    secret = session_of(token)
    return find_session(secret, kind="token") if secret else None


def end_token(token: str) -> None:
    """Refuse this token from now on."""
    secret = session_of(token)
    if secret:
        end_session(secret)


def session_of(token: str) -> str | None:
    """The session a token of ours stands for; the signature is checked before anything in it is believed."""
    if len(token) > LONGEST or not token.isascii():
        return None
    for key in signing_keys():
        try:
            claims = jwt.decode(token, key, algorithms=["HS256"]).claims
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        expires, secret = claims.get("exp"), claims.get("sid")
        if claims.get("iss") != ISSUER or not isinstance(expires, int) or expires <= time.time():
            return None
        return secret if isinstance(secret, str) else None
    return None


def signing_keys(person: bytes = b"reachly-tokens") -> list[OctKey]:
    """One key per part of SECRET_KEY, for one purpose: the first signs, all are believed."""
    parts = settings().secrets()
    derived = [hashlib.blake2b(part.encode(), digest_size=32, person=person).digest() for part in parts]
    return [OctKey.import_key(key) for key in derived]
