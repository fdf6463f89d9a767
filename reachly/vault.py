"""Keeps other people's keys: encrypted at rest, readable only with the installation's secret."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from reachly.settings import settings


class SecretUnreadable(Exception):
    """The stored secret was encrypted with another SECRET_KEY."""


def _box() -> MultiFernet:
    """One Fernet per part of SECRET_KEY: the first encrypts, all decrypt."""
    parts = settings().secrets()
    derived = [hashlib.blake2b(part.encode(), digest_size=32, person=b"reachly-vault").digest() for part in parts]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def lock(secret: str) -> bytes:
    """The secret, encrypted."""
    return _box().encrypt(secret.encode())


def unlock(sealed: bytes) -> str:
    """The secret in clear; raises :class:`SecretUnreadable`."""
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise SecretUnreadable("stored with another SECRET_KEY; enter the key again") from error
