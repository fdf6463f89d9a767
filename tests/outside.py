"""The simulated outside for tests: one sandbox per run, an account of its own per test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from pydantic import SecretStr

from reachly.sandbox.server import serve
from reachly.settings import settings


@dataclass
class Outside:
    """The sandbox as one test sees it: its account at both providers, and the control of what that account meets."""

    url: str
    key: str
    smtp_url: str = ""

    def inbox(self, to: str) -> list[dict[str, Any]]:
        """The mails that came for one address, the newest last."""
        return httpx.get(f"{self.url}/inbox", params={"to": to}).json()["mails"]

    def spoil_mail(self, *faults: dict[str, Any]) -> None:
        """Plan what goes wrong with the next mails; nothing without arguments."""
        httpx.put(f"{self.url}/inbox", json={"faults": list(faults)}).raise_for_status()

    def play(self, **behaviour: Any) -> None:
        """Set latency, faults, credits, limits … of the account; see the sandbox's control address."""
        httpx.put(f"{self.url}/_control/{self.key}", json=behaviour).raise_for_status()

    def told(self) -> dict[str, Any]:
        """What the account has seen: calls by operation, credits charged."""
        return httpx.get(f"{self.url}/_control/{self.key}").json()

    def environment(self) -> dict[str, str]:
        """The variables that point another process at this account."""
        return {
            "LUSHA_BASE_URL": self.url,
            "LUSHA_API_KEY": self.key,
            "CLAY_BASE_URL": f"{self.url}/public/v0",
            "CLAY_API_KEY": self.key,
            "CLAY_EMAIL_ROUTINE": "function:t_work_email",
            "CLAY_PHONE_ROUTINE": "function:t_mobile_phone",
        }


@contextmanager
def running() -> Iterator[str]:
    """The address of a sandbox that runs until the block ends."""
    server = serve("127.0.0.1", 0)
    try:
        yield server.url
    finally:
        server.stop()


def use(url: str) -> Outside:
    """Point this process's settings at a fresh account of the sandbox."""
    smtp = httpx.get(f"{url}/inbox").json()["smtp_port"]
    outside = Outside(url, f"sandbox-{uuid4().hex}", f"smtp+plain://127.0.0.1:{smtp}")
    config = settings()
    config.smtp_url = SecretStr(outside.smtp_url)
    config.lusha_api_key = config.clay_api_key = SecretStr(outside.key)
    config.lusha_base_url, config.clay_base_url = url, f"{url}/public/v0"
    config.clay_email_routine, config.clay_phone_routine = "function:t_work_email", "function:t_mobile_phone"
    return outside
