"""The virtual environment that the entrance makes: for this place, this Python and these requirements."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reachly.__main__ import refusal
from reachly.operator import environment
from reachly.operator.environment import CHECKOUT

START = (
    "import sys, runpy; sys.path.insert(0, '.'); sys.argv = ['reachly', '--version']; "
    "{} runpy.run_module('reachly', run_name='__main__')"
)

PYTHON = str(Path(sys.base_prefix) / "bin" / "python3")
NO_ENSUREPIP = "sys.modules['ensurepip'] = None; sys.modules['virtualenv'] = None;"
"""Makes the entrance use this machine's own pip, which is much quicker: enough where the making is not the point."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the real entrance that needs no package at all."""
    folder = tmp_path / "checkout"
    (folder / "reachly" / "operator").mkdir(parents=True)
    (folder / "tests").mkdir()
    for name in ("__init__.py", "__main__.py", "operator/__init__.py", "operator/environment.py"):
        shutil.copy(CHECKOUT / "reachly" / name, folder / "reachly" / name)
    (folder / "reachly" / "operator" / "line.py").write_text(
        "import sys\ndef main(arguments):\n    print('entered', sys.prefix)\n    return 0\n"
    )
    (folder / "requirements.txt").write_text("# nothing\n")
    (folder / "tests" / "requirements.txt").write_text("-r ../requirements.txt\n")
    return folder


def start(folder: Path, before: str = NO_ENSUREPIP, **more: str) -> subprocess.CompletedProcess[str]:
    """Start the entrance there, with some words of Python said first."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("REACHLY_NO_VENV", "PYTHONPATH")}
    command = [PYTHON, "-c", START.format(before)]
    return subprocess.run(
        command, cwd=folder, env=inherited | more, capture_output=True, text=True, timeout=120, check=False
    )


def marks(folder: Path) -> dict[str, object]:
    """What the environment there says about itself."""
    return dict(json.loads((folder / ".venv" / environment.MARKER).read_text()))


def test_it_is_made_once_and_filled_again_only_when_the_requirements_change(checkout: Path) -> None:
    first = start(checkout, before="")
    assert f"entered {checkout / '.venv'}" in first.stdout
    assert "Installing the packages of requirements.txt" in first.stderr
    second = start(checkout)
    assert f"entered {checkout / '.venv'}" in second.stdout
    assert second.stderr == ""
    made = (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    (checkout / "requirements.txt").write_text("# nothing yet\n")
    third = start(checkout)
    assert "Installing" in third.stderr
    assert (checkout / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == made
    assert start(checkout).stderr == ""


def test_a_moved_checkout_gets_a_new_one(checkout: Path) -> None:
    start(checkout)
    moved = checkout.rename(checkout.with_name("elsewhere"))
    run = start(moved)
    assert "making it again" in run.stderr
    assert f"entered {moved / '.venv'}" in run.stdout


def test_one_whose_python_is_gone_is_made_again(checkout: Path) -> None:
    start(checkout)
    python = checkout / ".venv" / "bin" / "python3"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert f"entered {checkout / '.venv'}" in start(checkout).stdout


def test_an_unfinished_one_is_finished(checkout: Path) -> None:
    start(checkout)
    (checkout / ".venv" / environment.MARKER).unlink()
    assert "entered" in start(checkout).stdout
    assert marks(checkout)["run"]


def test_two_first_starts_at_once_make_one(checkout: Path) -> None:
    both = [
        subprocess.Popen(
            [PYTHON, "-c", START.format(NO_ENSUREPIP)],
            cwd=checkout,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert all("entered" in words for words in said)
    assert sum("Installing" in words for words in said) == 1
    assert sum("waiting for it" in words for words in said) == 1


def test_without_ensurepip_the_machines_own_pip_fills_it(checkout: Path) -> None:
    run = start(checkout, NO_ENSUREPIP)
    assert f"entered {checkout / '.venv'}" in run.stdout, run.stderr
    assert not list((checkout / ".venv").glob("lib/*/site-packages/pip"))


def test_without_any_way_it_says_the_line_that_mends_it(checkout: Path) -> None:
    gone = "".join(f"sys.modules['{name}'] = None; " for name in ("ensurepip", "virtualenv", "pip"))
    run = start(checkout, gone, PATH="/usr/bin-without-uv")
    assert run.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert run.stderr.splitlines()[-1].endswith(f"apt install python{version}-venv")
    assert not (checkout / ".venv").exists()


def test_packages_that_cannot_be_had_are_a_message_and_no_marker(checkout: Path) -> None:
    (checkout / "requirements.txt").write_text("./not-there.whl\n")
    run = start(checkout)
    assert run.returncode == 1
    assert "could not be installed" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (checkout / ".venv" / environment.MARKER).exists()


def test_inside_an_image_nothing_is_made(checkout: Path) -> None:
    run = start(checkout, REACHLY_NO_VENV="1")
    assert "entered" in run.stdout
    assert not (checkout / ".venv").exists()


def test_the_test_packages_have_a_hash_of_their_own(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "CHECKOUT", checkout)
    run, test = environment.digest("run"), environment.digest("test")
    assert run != test
    (checkout / "tests" / "requirements.txt").write_text("-r ../requirements.txt\n# more\n")
    assert environment.digest("run") == run
    assert environment.digest("test") != test


def test_an_old_python_is_told_what_is_needed() -> None:
    assert refusal((3, 11, 0)) is None
    assert refusal((3, 6, 9)) == "Reachly needs Python 3.11 or newer; this is Python 3.6."
    command = [sys.executable, "-c", START.format("sys.version_info = (3, 8, 2, 'final', 0);")]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == "Reachly needs Python 3.11 or newer; this is Python 3.8.\n"


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_old_python_can_read_what_it_reads_first(name: str) -> None:
    source = (CHECKOUT / "reachly" / name).read_text()
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__ import annotations" not in source


def test_the_entrance_needs_nothing_but_the_standard_library() -> None:
    for name in ("__main__.py", "operator/__init__.py", "operator/environment.py"):
        tree = ast.parse((CHECKOUT / "reachly" / name).read_text())
        for node in ast.walk(tree):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "reachly"}
