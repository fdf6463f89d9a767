"""What the children are told: where the stores are, which keys to use, where to answer."""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path

from dotenv import dotenv_values

from reachly.embedded import Home, Postgres, Valkey
from reachly.embedded.home import free
from reachly.operator.mishaps import Mishap
from reachly.settings import Settings

FIRST_PORT = 8000


def port(chosen: Settings) -> int:
    """The port to answer on: the one that was set, which must be free, or the next free one from 8000."""
    if chosen.port is not None:
        if not (free(chosen.host, chosen.port) and _ours(chosen.port)):
            raise Mishap(f"PORT: {chosen.port} on {chosen.host} is in use or not ours to take; set another, or none.")
        return chosen.port
    for number in range(FIRST_PORT, FIRST_PORT + 1000):
        if free(chosen.host, number) and _ours(number):
            return number
    raise Mishap(f"HOST: no free port from {FIRST_PORT} on {chosen.host}; is that an address of this machine?")


def _ours(number: int) -> bool:
    """Hold the port against other runs that are choosing at this moment, until this process ends."""
    path = Path(tempfile.gettempdir()) / f"reachly-port-{number}"
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError:  # another user's file, or no such folder: the server itself will notice
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return False
    return True


def reach(chosen: Settings) -> str:
    """The host by which this machine reaches what listens on HOST."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(chosen.host, chosen.host)  # noqa: S104 - the wildcard is read, not bound
    return f"[{host}]" if ":" in host else host


def sandboxed(chosen: Settings) -> bool:
    """Whether to sell made-up samples: only beside the embedded database, and only while there is no provider's key."""
    return not (chosen.database_url.get_secret_value() or chosen.lusha_api_key or chosen.clay_api_key)


def compose(
    chosen: Settings,
    home: Home,
    postgres: Postgres | None,
    valkey: Valkey | None,
    number: int,
    sandbox: int | None,
    smtp: int | None = None,
) -> dict[str, str]:
    """Every variable that the children need and the person has not set; the values of `.env` come along."""
    told = {name: value for name, value in dotenv_values(".env").items() if value}
    told |= {
        "HOST": chosen.host,
        "PORT": str(number),
        "PUBLIC_URL": chosen.public_url or f"http://{reach(chosen)}:{number}",
        "REACHLY_HOME": str(home.path),
        "SECRET_KEY": chosen.secret_key.get_secret_value() or home.key("secret_key"),
        "STORAGE_URL": chosen.storage_url.get_secret_value() or _folder(home.path / "storage").as_uri(),
        "PYTHONUNBUFFERED": "1",
    }
    if postgres is not None:
        told |= {
            "REACHLY_EMBEDDED": "1",
            "DATABASE_URL": postgres.url("reachly_app"),
            "DATABASE_OWNER_URL": postgres.url("reachly_owner"),
        }
    if valkey is not None:
        told["REDIS_URL"] = valkey.url()
    if sandbox is not None:
        told |= sandbox_keys(f"http://127.0.0.1:{sandbox}")
        if smtp is not None and not chosen.smtp_url.get_secret_value():
            told["SMTP_URL"] = f"smtp+plain://127.0.0.1:{smtp}"
            told["SANDBOX_INBOX"] = f"http://127.0.0.1:{sandbox}/inbox"
    return told


def sandbox_keys(url: str) -> dict[str, str]:
    """Both providers as the sandbox plays them."""
    return {
        "SANDBOX_URL": url,
        "LUSHA_BASE_URL": url,
        "LUSHA_API_KEY": "sandbox-demo",
        "CLAY_BASE_URL": f"{url}/public/v0",
        "CLAY_API_KEY": "sandbox-demo",
        "CLAY_EMAIL_ROUTINE": "function:t_work_email",
        "CLAY_PHONE_ROUTINE": "function:t_mobile_phone",
    }


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
