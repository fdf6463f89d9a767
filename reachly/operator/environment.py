"""The virtual environment of this checkout: made, kept fresh and entered with the standard library alone.

`.venv` belongs to the requirements by their hash: it is filled again when they change, and made anew when it was moved
or its Python is gone. Two starts at once wait for each other.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import util
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
MARKER = "reachly.json"


class Unprepared(Exception):
    """The environment could not be made; the message is the one line that says what to do."""


def enter(arguments: list[str]) -> None:
    """Return inside an environment that has what the verb needs; otherwise make it and start again in there.

    With ``REACHLY_NO_VENV=1`` (a container image with the packages installed) it returns at once. Raises `Unprepared`.
    """
    if os.environ.get("REACHLY_NO_VENV") == "1":
        return
    os.chdir(CHECKOUT)
    folder = CHECKOUT / ".venv"
    wanted = ["test"] if arguments[:1] == ["test"] else ["run"]
    if not ready(folder, wanted):
        with _Alone():
            if not ready(folder, wanted):  # another start may have done it while we waited
                _prepare(folder, wanted)
    if Path(sys.prefix).resolve() != folder.resolve():
        python = str(folder / "bin" / "python")
        os.execve(python, [python, "-m", "reachly", *arguments], os.environ)  # noqa: S606


def requirements(kind: str) -> Path:
    """The file of pinned packages for `run` or `test`; the second includes the first."""
    return CHECKOUT / ("tests/requirements.txt" if kind == "test" else "requirements.txt")


def digest(kind: str) -> str:
    """The hash that an environment of this kind carries: it changes with every byte of its requirements."""
    content = requirements("run").read_bytes()
    if kind == "test":
        content += b"\0" + requirements("test").read_bytes()
    return hashlib.sha256(content + platform.machine().encode()).hexdigest()


def ready(folder: Path, wanted: list[str]) -> bool:
    """Whether the environment there is whole, where it was made, on the Python it was made with, and up to date."""
    marks = _marks(folder)
    return (
        bool(marks) and marks.get("where") == _where(folder) and all(marks.get(kind) == digest(kind) for kind in wanted)
    )


def _marks(folder: Path) -> dict[str, object]:
    try:
        return dict(json.loads((folder / MARKER).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _where(folder: Path) -> list[object]:
    """What must not change under an environment: its path, and the interpreter behind it."""
    python = folder / "bin" / "python"
    try:
        status = python.stat()
    except OSError:
        return []
    return [str(folder), os.path.realpath(python), status.st_size]


class _Alone:
    """Holds the checkout against other starts; the folder itself is the lock, so no file is left behind."""

    def __enter__(self) -> None:
        self._handle = os.open(CHECKOUT, os.O_RDONLY)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another start is preparing .venv; waiting for it.")
            fcntl.flock(self._handle, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)


def _prepare(folder: Path, wanted: list[str]) -> None:
    began = time.monotonic()
    marks = _marks(folder)
    moved = bool(marks) and marks.get("where") != _where(folder)
    try:
        (folder / MARKER).unlink(missing_ok=True)  # half-made is not made
        installer = _installer(folder)
        if moved or installer is None:
            if folder.exists():
                _say(f"{folder.name} was moved or its Python is gone: making it again.")
                shutil.rmtree(folder)
            installer = _create(folder)
        for kind in wanted:
            _say(f"Installing the packages of {requirements(kind).relative_to(CHECKOUT)} into .venv ...")
            _run([*installer, "-r", str(requirements(kind))], "The packages could not be installed")
    except OSError as reason:
        raise Unprepared(
            f"Cannot write {folder}: {reason.strerror}. Give this user the right to, or clone anew."
        ) from reason
    kinds = ["run", *wanted]  # the test packages include those to run
    fresh: dict[str, object] = {"where": _where(folder)} | {kind: digest(kind) for kind in kinds}
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(fresh, file)
    os.chmod(temporary, 0o644)
    os.replace(temporary, folder / MARKER)
    _say(f"Ready after {time.monotonic() - began:.0f} s.")


def _installer(folder: Path) -> list[str] | None:
    """How to install into the environment there; None when there is none that works."""
    python = str(folder / "bin" / "python")
    quiet = ["install", "--quiet", "--no-input", "--no-compile", "--disable-pip-version-check"]
    if not _works([python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]):
        return None
    if _works([python, "-c", "import pip"]):
        return [python, "-m", "pip", *quiet]
    if util.find_spec("pip") and _works([sys.executable, "-m", "pip", "--python", python, "--version"]):
        return [sys.executable, "-m", "pip", "--python", python, *quiet]
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--quiet", "--python", python]
    return None


def _create(folder: Path) -> list[str]:
    """Make the environment by the first way this machine knows, and tell how to install into it."""
    _say(f"Making {folder.name} with Python {platform.python_version()} (first start only).")
    ways = []
    if util.find_spec("venv") and util.find_spec("ensurepip"):
        ways.append([sys.executable, "-m", "venv", str(folder)])
    if util.find_spec("virtualenv"):
        ways.append([sys.executable, "-m", "virtualenv", "--quiet", str(folder)])
    if util.find_spec("venv") and (util.find_spec("pip") or shutil.which("uv")):
        ways.append([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    if shutil.which("uv"):
        ways.append(["uv", "venv", "--quiet", "--python", sys.executable, str(folder)])
    for way in ways:
        if _works(way):
            installer = _installer(folder)
            if installer:
                return installer
        shutil.rmtree(folder, ignore_errors=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise Unprepared(
        f"This Python cannot make virtual environments. On Debian and Ubuntu: apt install python{version}-venv"
    )


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _run(command: list[str], otherwise: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603
    if done.returncode:
        lines = [line for line in done.stdout.strip().splitlines() if line.strip()]
        raise Unprepared("\n".join([*lines[-6:], f"{otherwise}: see above. The next start tries again."]))


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
