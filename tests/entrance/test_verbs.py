"""The other verbs of the command line, as an operator meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reachly.operator.environment import CHECKOUT
from reachly.operator.test import parallel, surroundings
from tests.entrance.conftest import Entrance


def test_doctor_looks_at_everything_and_is_content_with_a_fresh_home(entrance: Entrance) -> None:
    assert entrance.once("migrate", LUSHA_API_KEY="").returncode == 0
    found = entrance.once("doctor", LUSHA_API_KEY="")
    assert found.returncode == 0, found.stdout + found.stderr
    for subject in ("settings", "postgresql", "redis", "storage", "providers"):
        assert f"ok    {subject}" in found.stdout
    assert "set by you: REACHLY_HOME" in found.stdout
    assert entrance.processes() == []


def test_doctor_says_what_to_do_about_pending_migrations(entrance: Entrance) -> None:
    found = entrance.once("doctor", LUSHA_API_KEY="")
    assert found.returncode == 1
    assert "migrations are pending" in found.stdout
    assert "-> python3 -m reachly migrate" in found.stdout


def test_doctor_names_a_store_that_is_away_and_looks_at_the_others(entrance: Entrance) -> None:
    found = entrance.once("doctor", LUSHA_API_KEY="", DATABASE_URL="postgresql://me:hush@127.0.0.1:1/db")
    assert found.returncode == 1
    assert "fail  postgresql" in found.stdout
    assert "-> look at DATABASE_URL" in found.stdout
    assert "ok    redis" in found.stdout
    assert "hush" not in found.stdout + found.stderr


def test_verbs_use_the_stores_of_a_run_that_is_up(entrance: Entrance) -> None:
    entrance.start(LUSHA_API_KEY="")
    entrance.wait_for(r"Reachly is ready: (\S+)")
    migrated = entrance.once("migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert "Applied 0001" in migrated.stdout
    assert entrance.once("migrate").stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fly",), "invalid choice: 'fly'"),
        (("admin", "grant", "a@b.example", "0", "--reason", "x"), "must be 1 or more"),
        (("admin", "grant", "a@b.example", "5"), "--reason"),
        (("run", "--fast"), "unrecognized arguments: --fast"),
    ],
)
def test_a_wrong_command_line_is_refused_in_words(entrance: Entrance, words: tuple[str, ...], said: str) -> None:
    run = entrance.once(*words)
    assert run.returncode == 2
    assert said in run.stderr


def test_an_unknown_bench_names_those_there_are(entrance: Entrance) -> None:
    run = entrance.once("bench", "nothing")
    assert run.returncode == 1
    assert "There is no bench 'nothing'" in run.stderr


@pytest.mark.parametrize(
    ("rest", "workers"),
    [
        ([], ["-n", "2"]),
        (["tests/ledger"], ["-n", "2"]),
        (["-n", "4"], []),
        (["-n0"], []),
        (["--pdb"], []),
        (["tests/x.py::test_y"], []),
        ([__file__], []),
    ],
)
def test_two_workers_unless_one_test_or_a_number_is_chosen(rest: list[str], workers: list[str]) -> None:
    assert parallel(rest) == workers


SUITE = """
import os, pytest
def test_plain(): assert os.environ["REACHLY_TEST_ADMIN_URL"]
@pytest.mark.browser
def test_page(): assert os.environ["REACHLY_CHROMIUM"]
"""


def _test(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(SUITE)
    own = {"REACHLY_NO_VENV": "1", "PYTHONPATH": str(CHECKOUT)}
    environment = {name: value for name, value in surroundings().items() if not name.startswith("PYTEST_")} | own | more
    command = [sys.executable, "-m", "reachly", "test", str(folder), "-c", str(CHECKOUT / "pyproject.toml"), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("words", [(), ("-n", "0")])
def test_without_a_chromium_browser_tests_are_left_out_loudly(tmp_path: Path, words: tuple[str, ...]) -> None:
    run = _test(tmp_path, *words, CHROMIUM_PATH="/nowhere", CI="")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "NOT RUN: 1 browser tests: no Chromium" in run.stdout
    assert "1 passed" in run.stdout.splitlines()[-1]


def test_ci_insists_on_a_chromium(tmp_path: Path) -> None:
    run = _test(tmp_path, CHROMIUM_PATH="/nowhere", CI="true")
    assert run.returncode == 1
    assert "CI insists" in run.stdout


def test_a_chromium_that_is_named_is_used(tmp_path: Path) -> None:
    run = _test(tmp_path, CHROMIUM_PATH=sys.executable, CI="true")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 passed" in run.stdout
    assert "REACHLY_CHROMIUM" not in os.environ or os.environ["REACHLY_CHROMIUM"] != sys.executable


def test_plain_pytest_is_refused_with_the_command_to_use() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("REACHLY_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "tests/entrance/test_env_example.py"]
    run = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "python3 -m reachly test" in run.stdout + run.stderr


def test_an_administrator_is_made_and_credits_are_given(entrance: Entrance) -> None:
    assert entrance.once("migrate").returncode == 0
    entrance.procfile("web: python web.py")
    entrance.start()
    entrance.wait_for(r"Reachly is ready: (\S+)")
    made = entrance.once("admin", "create", "ada@team.example")
    assert made.returncode == 0, made.stderr
    assert "One-time password: " in made.stdout
    assert "keeps its password" in entrance.once("admin", "create", "ada@team.example").stdout
    given = entrance.once("admin", "grant", "ada@team.example", "50", "--reason", "Thanks for the patience")
    assert "now has 150 available" in given.stdout
    nobody = entrance.once("admin", "grant", "nobody@team.example", "50", "--reason", "x")
    assert nobody.returncode == 1
    assert nobody.stderr == "Nobody here has the address nobody@team.example.\n"
    wrong = entrance.once("admin", "create", "not an address")
    assert wrong.returncode == 1
    assert len(wrong.stderr.splitlines()) == 1
