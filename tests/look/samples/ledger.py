"""A month of movements that add up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.look.samples.frame import NOW, ago

SPENT = [14, 2, 1, 22, 43, 17, 31, 20, 1, 2, 6, 27, 2, 13, 49, 34, 2, 3, 18, 24, 56, 8, 2, 39, 3, 16, 43, 11, 5, 190]
DAYS = [{"day": (NOW - timedelta(days=29 - place)).date(), "credits": spent} for place, spent in enumerate(SPENT)]
_ROWS: list[tuple[str, str, str | None, str, str | None, str, int, int]] = [
    ("capture", "Job 418", "/jobs/418", "Ingrid Solheim, e-mail", "/leads/0", "Lusha", 0, -1),
    ("capture", "Job 418", "/jobs/418", "Rafael Quispe, e-mail", "/leads/1", "Lusha", 0, -1),
    ("capture", "Job 418", "/jobs/418", "126 leads with e-mail", None, "Lusha, Clay", 0, -126),
    ("hold", "Job 419", "/jobs/419", "Polish carriers, up to 128 leads, queued", None, "Amara Osei", -128, 128),
    ("hold", "Job 418", "/jobs/418", "Software and logistics, up to 200 leads", None, "Amara Osei", -200, 200),
    ("release", "Job 417", "/jobs/417", "Finished, 38 not needed", None, "System", 38, -38),
    ("capture", "Job 417", "/jobs/417", "62 leads with e-mail", None, "Lusha", 0, -62),
    ("hold", "Job 417", "/jobs/417", "Benelux CTOs, up to 100 leads", None, "Lucía Ortega", -100, 100),
    ("refund", "Job 409", "/jobs/409", "Aiko Tanabe, phone was wrong", "/leads/5", "System", 5, 0),
    ("grant", "Trial", None, "100 credits to begin with", None, "System", 100, 0),
]


def _movements() -> list[dict[str, Any]]:
    """The rows with the balances after each, newest first."""
    available, held = 1240, 200
    rows = []
    for place, (kind, for_text, for_url, detail, detail_url, by, change, held_change) in enumerate(_ROWS):
        rows.append(
            {
                "id": str(place),
                "at": ago(minutes=place * 37),
                "kind": kind,
                "for_text": for_text,
                "for_url": for_url,
                "detail": detail,
                "detail_url": detail_url,
                "by": by,
                "available_change": change,
                "held_change": held_change,
                "available": available,
                "held": held,
            }
        )
        available, held = available - change, held - held_change
    return rows


CREDITS: dict[str, Any] = {
    "limits": {
        "can_set": True,
        "month": NOW,
        "alone": False,
        "rows": [
            {
                "name": "limit-workspace",
                "label": "The whole workspace",
                "value": "800",
                "error": None,
                "credits": 800,
                "spent": 528,
                "held": 200,
                "left": 72,
                "percent": 91,
                "close": True,
            },
            {
                "name": "limit-1",
                "label": "Amara Osei (you)",
                "value": "many",
                "error": "A whole number of credits up to 1,000,000,000, or nothing for no limit.",
                "credits": None,
                "spent": 402,
                "held": 200,
                "left": None,
                "percent": 0,
                "close": False,
            },
        ],
    },
    "month": {"spent": 528, "days": 19, "per_day": 27},
    "held_by": [
        {"title": "Job 418", "url": "/jobs/418", "credits": 72},
        {"title": "Job 419", "url": "/jobs/419", "credits": 128},
    ],
    "days": DAYS,
    "spent_total": sum(SPENT),
    "movements": _movements(),
    "kinds": [{"value": "", "label": "All", "here": True, "url": "/credits"}]
    + [
        {"value": kind, "label": kind.capitalize(), "here": False, "url": f"/credits?kind={kind}"}
        for kind in ("hold", "capture", "release", "grant", "refund")
    ],
    "query": {"q": "", "since": "", "until": "", "job": "418"},
    "job_title": "Software and logistics",
    "page": {"previous": None, "next": "/credits?after=10"},
    "said": "1–10 of 61",
    "csv_url": "/credits.csv",
    "prices": [
        {"label": "Lead with work e-mail", "credits": 1},
        {"label": "Phone, on top", "credits": 5},
        {"label": "Unlock an e-mail", "credits": 1},
    ],
}
