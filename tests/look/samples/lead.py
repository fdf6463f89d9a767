"""One lead as its panel shows it: fields with their sources, notes, history."""

from __future__ import annotations

from typing import Any

from tests.look.samples.frame import ago
from tests.look.samples.leads import LEADS

LEAD: dict[str, Any] = LEADS[8] | {
    "known_tags": ["Key account", "Warm"],
    "notes": [
        {
            "id": "1",
            "text": "Met in Bergen. Wants a call after the 3rd.",
            "user": "Amara Osei",
            "mine": True,
            "changed": True,
            "created_at": ago(days=2),
            "updated_at": ago(days=1),
        },
        {
            "id": "2",
            "text": "Budget is decided in January.",
            "user": "Jonas Lindqvist",
            "mine": False,
            "changed": False,
            "created_at": ago(days=9),
            "updated_at": ago(days=9),
        },
    ],
    "sections": [
        {
            "title": "Contact",
            "fields": [
                {
                    "label": "E-mail",
                    "value": "m.brandl@alpenroute.example",
                    "href": "mailto:m.brandl@alpenroute.example",
                    "verdict": "accept_all",
                    "source": "Lusha",
                    "at": ago(days=3),
                },
                {"label": "Phone", "value": None, "note": "Not revealed"},
                {
                    "label": "Profile",
                    "value": "linkedin.example/in/mbrandl",
                    "href": "https://linkedin.example/in/mbrandl",
                    "source": "Clay",
                    "at": ago(days=12),
                },
            ],
        },
        {
            "title": "Person",
            "fields": [
                {"label": "Title", "value": "Chief information officer", "source": "Lusha", "at": ago(days=3)},
                {"label": "Seniority", "value": "C-level", "source": "Worked out from the title"},
                {"label": "Location", "value": "Munich, Germany", "source": "Clay", "at": ago(days=12)},
            ],
        },
        {
            "title": "Company",
            "fields": [
                {"label": "Name", "value": "Alpenroute", "source": "Lusha", "at": ago(days=5)},
                {"label": "Industry", "value": "Logistics", "source": "Clay", "at": ago(days=5)},
                {"label": "Size", "value": "501–1,000 people", "source": "Clay", "at": ago(days=5)},
                {
                    "label": "Website",
                    "value": "alpenroute.example",
                    "href": "https://alpenroute.example",
                    "source": "Lusha",
                    "at": ago(days=12),
                },
            ],
        },
    ],
    "history": [
        {"text": "Added to “DACH carriers”", "who": "Amara Osei", "at": ago(days=2), "url": "/lists/1", "link": "Show"},
        {"text": "E-mail captured, 1 credit", "who": None, "at": ago(days=3), "url": "/jobs/409", "link": "Job 409"},
        {"text": "Found", "who": None, "at": ago(days=6), "url": None, "link": None},
    ],
}
