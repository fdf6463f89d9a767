"""People of the shared catalogue as a workspace sees them, some already its own."""

from __future__ import annotations

from typing import Any

from tests.look.samples.frame import ago
from tests.look.samples.leads import LEADS

CATALOGUE: dict[str, Any] = {
    "people": [
        {
            "id": f"c{number}",
            "lead_id": "8" if number % 5 == 2 else None,
            "name": lead["name"],
            "title": lead["title"],
            "company": lead["company"],
            "industry": lead["industry"],
            "location": lead["location"],
            "seniority": "Director",
            "company_size": "201–500",
            "email": lead["email"] if number % 5 == 2 else None,
            "phone": None,
            "masked": {
                "email": f"{lead['name'][0].lower()}•••@{lead['company'].split()[0].lower()}.example",
                "phone": "+49 •••" if number % 2 else None,
            },
            "at": {"email": ago(days=3 + number), "phone": ago(days=40)},
            "email_status": ("valid", "accept_all", "unknown")[number % 3],
            "sample": number % 4 == 1,
            "reach": ["email", "phone"] if number % 3 else ["email"],
        }
        for number, lead in enumerate(LEADS)
    ],
    "count": {"value": 1000, "exact": False},
    "said": "1–50 of 1,000+",
    "page": {"previous": None, "next": "/catalogue?after=2"},
    "close": False,
    "narrowed": True,
    "pairs": [("q", "vp"), ("locations", "Germany")],
    "query": {"q": "vp"},
    "problems": [],
    "chosen": [{"name": "locations", "value": "Germany", "of": "Location", "label": "Germany"}],
    "menu": [
        {"name": "job_titles", "label": "Title", "options": None},
        {"name": "seniorities", "label": "Seniority", "options": [{"value": "vp", "label": "VP"}]},
    ],
}
