"""What operators read: why a job is stuck, what an act came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from reachly.oversight import Done
from reachly.web.jobs.words import many

TABS = (
    ("overview", "Overview", "/operations", None),
    ("stuck", "Stuck", "/operations/stuck", "stuck"),
    ("waiting", "Waiting", "/operations/waiting", "waiting"),
    ("unknown", "Unknown", "/operations/unknown", "unknown"),
    ("duplicates", "Duplicates", "/operations/duplicates", None),
    ("mail", "Mail", "/operations/mail", None),
    ("record", "Record", "/operations/record", None),
)
WHY = {
    "lease": ("Worker gone", "Its lease ran out and nobody took it up", "error"),
    "wake": ("Not woken", "Its wait is over and nobody took it up", "error"),
    "queued": ("Queued long", "Nobody has taken it up for two minutes", "warn"),
    "cancel": ("Not stopped", "It was asked to stop two minutes ago", "warn"),
    "crashes": ("Crashes", "It stopped several workers", "warn"),
}
REPEATS = {
    "free": "Asking again is free",
    "charged": "Asking again is paid again",
    "never": "Never asked again",
}
ACTS = {
    "retry": "Tried again",
    "release": "Given up",
    "look": "Looked into",
    "merge": "Merged",
    "split": "Split again",
}
LEFT = {
    "moved": "{} taken up by a worker meanwhile",
    "working": "{} being worked on",
    "under_way": "{} on the way already",
    "in_line": "{} in line for a free place",
    "ended": "{} ended already",
    "gone": "{} not there",
    "looked": "{} noted before",
    "answered": "{} answered meanwhile",
}
Said = tuple[str, str]


def tabs(section: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of the page, with how many there are to look at."""
    return [
        {"label": label, "url": url, "here": name == section, "count": told[count] if count else None}
        for name, label, url, count in TABS
    ]


def why(reasons: Iterable[str], crashes: int) -> list[dict[str, str]]:
    """Badges for why a job is stuck."""
    found = []
    for name in reasons:
        word, title, kind = WHY[name]
        found.append({"word": f"{crashes} crashes" if name == "crashes" else word, "title": title, "kind": kind})
    return found


def tried(outcomes: Sequence[str]) -> Said:
    """What came of trying jobs again."""
    return _said("{} on the way now", outcomes, "sent")


def given_up(done: Sequence[Done]) -> Said:
    """What came of giving jobs up."""
    said, kind = _said("{} given up", [one.outcome for one in done], "released")
    back = sum(one.credits or 0 for one in done if one.outcome == "released")
    return (f"{said} {many(back, 'credit')} went back." if back else said), kind


def noted(outcomes: Sequence[str]) -> Said:
    """What came of noting calls as looked into."""
    return _said("{} noted as looked into", outcomes, "noted", "call")


def _said(good: str, outcomes: Sequence[str], wanted: str, thing: str = "job") -> Said:
    if not outcomes:
        return f"No {thing} was picked.", "error"
    counted = Counter(outcomes)
    right = counted.pop(wanted, 0)
    parts = [good.format(many(right, thing))] if right else []
    parts += [LEFT[outcome].format(many(number, thing)) for outcome, number in counted.items()]
    return "; ".join(parts) + ".", "ok" if right and not counted else "info" if right else "warn"
