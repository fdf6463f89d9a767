"""The file that people copy says what the settings are."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from pydantic import SecretStr

from reachly.operator.environment import CHECKOUT
from reachly.settings import Settings


def example() -> dict[str, str]:
    """Every name in `.env.example` with its value."""
    return dict(re.findall(r"^#([A-Z_]+)=(.*)$", (CHECKOUT / ".env.example").read_text(), re.MULTILINE))


def shown(value: object) -> str:
    """A default as one would write it into the file."""
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def test_it_has_every_setting_with_its_default_and_no_other() -> None:
    assert example() == {name.upper(): shown(field.default) for name, field in Settings.model_fields.items()}


def test_every_setting_has_a_sentence_before_it() -> None:
    lines = (CHECKOUT / ".env.example").read_text().splitlines()
    for before, line in itertools.pairwise(lines):
        if re.match(r"#[A-Z_]+=", line):
            assert re.match(r"# .*\.$", before), line


def test_its_values_are_valid(tmp_path: Path) -> None:
    copied = tmp_path / ".env"
    copied.write_text((CHECKOUT / ".env.example").read_text().replace("\n#", "\n").replace("\n ", "\n# "))
    Settings(_env_file=copied)  # type: ignore[call-arg]
