"""Reading the `Procfile`: the supervisor runs the very commands that a platform would."""

from __future__ import annotations

import re
from pathlib import Path

from reachly.operator.mishaps import Mishap


def read(path: Path) -> dict[str, str]:
    """The commands by name, in the order of the file; raises `Mishap` where it is not a Procfile."""
    commands: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = re.fullmatch(r"([A-Za-z0-9_-]+):\s*(\S.*)", line)
        if not found:
            raise Mishap(f"{path.name}, line {number}: expected 'name: command'")
        commands[found[1]] = found[2].strip()
    return commands


def shell(command: str) -> list[str]:
    """How to start it: by the shell, which a plain command then replaces, so that signals reach the program itself."""
    plain = not re.search(r"[;&|\n]", command)
    return ["/bin/sh", "-c", f"exec {command}" if plain else command]
