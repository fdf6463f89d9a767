"""The house stands as it is drawn: imports point downward, and only settings reads the environment."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FLOORS = {
    "ground": (
        "reachly.settings",
        "reachly.database",
        "reachly.migrating",
        "reachly.filters",
        "reachly.vocabulary",
        "reachly.seed",
    ),
    "models": ("reachly.models",),
    "outside": (
        "reachly.providers",
        "reachly.storage",
        "reachly.mailer",
        "reachly.news",
        "reachly.vault",
        "reachly.logs",
    ),
    "jobs": ("jobs",),
    "doors": ("reachly.web", "reachly.api"),
    "top": ("reachly.app", "reachly.operator", "reachly.__main__", "reachly.embedded"),
    "sandbox": ("reachly.sandbox",),
}
MAY_USE = {
    "ground": {"ground"},
    "models": {"ground", "models"},
    "outside": {"ground", "outside"},
    "verbs": {"ground", "models", "outside", "verbs"},
    "jobs": {"ground", "models", "outside", "verbs", "jobs"},
    "doors": {"ground", "models", "outside", "verbs", "jobs", "doors"},
    "top": {"ground", "models", "outside", "verbs", "jobs", "doors", "top", "sandbox"},
    "sandbox": {"sandbox", "ground"},
}
NOT_THERE = {
    "ground": {"flask", "dramatiq", "httpx"},
    "models": {"flask", "dramatiq", "httpx"},
    "outside": {"flask", "dramatiq", "peewee"},
    "verbs": {"flask", "dramatiq", "httpx"},
    "sandbox": {"dramatiq", "peewee", "psycopg2"},
}
NAMES_THAT_SAY_NOTHING = {
    "util",
    "utils",
    "helper",
    "helpers",
    "service",
    "services",
    "manager",
    "managers",
    "common",
    "misc",
    "dao",
}
ENVIRONMENT = ("reachly/settings.py", "reachly/embedded", "reachly/operator", "reachly/__main__.py", "reachly/sandbox")


def _files() -> Iterator[Path]:
    yield from sorted((ROOT / "reachly").rglob("*.py"))
    yield from sorted((ROOT / "jobs").rglob("*.py"))


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _floor(module: str) -> str:
    for floor, rooms in FLOORS.items():
        if any(module == room or module.startswith(f"{room}.") for room in rooms):
            return floor
    return "verbs"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            if node.module in ("reachly", "jobs"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", list(_files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downward(path: Path) -> None:
    floor = _floor(_module(path))
    for name in _imports(path):
        top = name.split(".")[0]
        assert top not in NOT_THERE.get(floor, set()), f"{floor} must not know {top}"
        if top in ("reachly", "jobs") and name not in ("reachly", "jobs"):
            assert _floor(name) in MAY_USE[floor], f"{floor} must not use {name}"


def test_importing_reachly_loads_neither_the_web_framework_nor_the_queue() -> None:
    code = "import reachly, sys; print([m for m in ('flask', 'dramatiq') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_settings_and_the_operators_read_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in _files()
        if "os.environ" in path.read_text(encoding="utf-8") or "os.getenv" in path.read_text(encoding="utf-8")
    ]
    assert [reader for reader in readers if not reader.startswith(ENVIRONMENT)] == []


def test_only_doors_send_messages() -> None:
    senders = {
        _module(path)
        for path in _files()
        if any(name in ("jobs.broker", "jobs.broker.send") for name in _imports(path))
    }
    assert {_floor(sender) for sender in senders} <= {"jobs", "doors", "top"}


def test_files_are_small_and_their_names_say_something() -> None:
    for path in _files():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 300, f"{path.relative_to(ROOT)} has {lines} lines: it wants to be two"
        assert path.stem.strip("_") not in NAMES_THAT_SAY_NOTHING, path


def test_migrations_are_numbered_without_gap_and_each_has_its_sql() -> None:
    names = sorted(path.stem for path in (ROOT / "migrations").glob("[0-9]*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert names == sorted(path.stem for path in (ROOT / "migrations").glob("*.sql"))


def test_every_file_says_what_it_is_for() -> None:
    for path in _files():
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
