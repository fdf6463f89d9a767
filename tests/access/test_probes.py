"""Whatever of another workspace's is asked for, the answer is that of a thing that never was, byte for byte."""

from __future__ import annotations

from itertools import cycle
from typing import Any
from uuid import uuid4

import pytest

from reachly.settings import settings
from tests.access.probing import Prober, fingerprint, ids, probes
from tests.access.world import build


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "rate_limit_scale", 100_000)


def test_nothing_of_anothers_can_be_told_from_what_never_was(many: int) -> None:
    world = build()
    prober, known, every = Prober(world), ids(world), list(probes())
    turn, before = cycle(known), fingerprint(world)
    told: list[str] = []
    asked = 0
    for probe in every:
        nothing: Any = prober.answer(probe, uuid4())
        for _ in range(min(len(known), max(1, many // len(every) + 1))):
            asked += 1
            found = prober.answer(probe, next(turn))
            if found != nothing:
                told.append(f"{probe}: {found[:3]} and not {nothing[:3]}: {apart(found[3], nothing[3])}")
    assert not told, "\n".join(told)
    assert fingerprint(world) == before
    assert asked >= many


def apart(one: str, other: str) -> str:
    """Where two texts begin to differ."""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"…{one[max(0, at - 40) : at + 40]}… and not …{other[max(0, at - 40) : at + 40]}…"
