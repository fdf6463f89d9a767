"""HTTP with one deadline for a whole exchange, however slowly its bytes drip."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

CONNECTIONS = 64
IDLE_SECONDS = 30.0

_current = threading.local()
_making = threading.Lock()
_clients: dict[str, httpx.Client] = {}


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Every read, write and connection of this thread inside ends within ``seconds`` from now, taken together."""
    _current.ends = time.monotonic() + seconds
    try:
        yield
    finally:
        _current.ends = None


def _within(timeout: float | None, late: type[Exception]) -> float | None:
    ends = getattr(_current, "ends", None)
    if ends is None:
        return timeout
    left = ends - time.monotonic()
    if left <= 0:
        raise late("the deadline has passed")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        within = _within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, within))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        within = _within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._plain.connect_tcp(host, port, within, local_address, socket_options))


class DeadlineTransport(httpx.BaseTransport):
    """A pooled transport whose sockets obey :func:`deadline`.

    httpx alone bounds each read, so a server that sends a byte now and then keeps it for ever. Looking up the host's
    name is the one thing that cannot be bounded here. Raises what httpcore raises.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends ``request``; the body is read as the caller asks for it."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method.encode("ascii"),
                url=url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


def shared_client(base_url: str) -> httpx.Client:
    """This process's one client for ``base_url``: making one is dear, and its connections are kept open.

    It has no key of its own, follows no redirect and reads nothing from the environment.
    """
    with _making:
        if base_url not in _clients:
            _clients[base_url] = new_client(base_url)
        return _clients[base_url]


def new_client(base_url: str, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client for ``base_url`` over ``transport``, by default a :class:`DeadlineTransport`."""
    if transport is None:
        secure = base_url.lower().startswith("https:")
        transport = DeadlineTransport(httpx.create_ssl_context(trust_env=False) if secure else None)
    headers: Mapping[str, str] = {"accept": "application/json", "accept-encoding": "identity"}
    no_cookies = CookieJar(
        DefaultCookiePolicy(allowed_domains=())
    )  # accounts share this client, sessions they must not
    return httpx.Client(
        base_url=base_url,
        transport=transport,
        headers=headers,
        cookies=no_cookies,
        follow_redirects=False,
        trust_env=False,
    )
