"""Made-up people as a workspace would own them, and the table that shows them."""

from __future__ import annotations

from typing import Any

from reachly import vocabulary
from tests.look.samples.frame import ago

PEOPLE = [
    ("Ingrid Solheim", "VP operations", "Fjordline Freight", "Logistics", "fjordline", "valid", "Oslo, NO", "Lusha", 2),
    ("Rafael Quispe", "Head of IT", "Andes Cargo", "Logistics", "andescargo", "valid", "Hamburg, DE", "Lusha", 2),
    (
        "Nomvula Dlamini",
        "Chief technology officer",
        "Parcelwise",
        "Software",
        "parcelwise",
        "accept_all",
        "Rotterdam, NL",
        "Lusha",
        3,
    ),
    ("Katarzyna Wójcik", "Procurement director", "Baltic Rail Hub", "Logistics", "", None, "Gdańsk, PL", "Lusha", 3),
    ("Tomás Ferreira", "VP engineering", "Lotus Ledger", "Software", "lotusledger", "valid", "Berlin, DE", "Lusha", 3),
    (
        "Aiko Tanabe",
        "Chief operating officer",
        "Harbor & Pine",
        "Logistics",
        "harborpine",
        "valid",
        "Hamburg, DE",
        "Lusha",
        1500,
    ),
    (
        "Yusuf Demir",
        "Head of supply chain",
        "Meridian Cold",
        "Logistics",
        "meridiancold",
        "unknown",
        "Utrecht, NL",
        "Clay",
        1600,
    ),
    (
        "Leilani Kahale",
        "IT director",
        "Copperfield Data",
        "Software",
        "copperfield",
        "valid",
        "Bergen, NO",
        "Clay",
        2900,
    ),
    (
        "Matthias Brandl",
        "Chief information officer",
        "Alpenroute",
        "Logistics",
        "alpenroute",
        "accept_all",
        "Munich, DE",
        "Lusha",
        4400,
    ),
    ("Chiamaka Eze", "VP product", "Stackyard", "Software", "stackyard", "valid", "Berlin, DE", "Clay", 4500),
    (
        "Sanna Korhonen",
        "Head of platform",
        "Northlake Systems",
        "Software",
        "northlake",
        "valid",
        "Trondheim, NO",
        "Clay",
        5800,
    ),
    (
        "Priya Raghunathan",
        "Chief financial officer",
        "Quayside Apps",
        "Software",
        "",
        None,
        "Amsterdam, NL",
        "Lusha",
        8700,
    ),
    (
        "Étienne Moreau",
        "Logistics director",
        "Transalp Fret",
        "Logistics",
        "transalp",
        "valid",
        "Cologne, DE",
        "Lusha",
        11600,
    ),
    (
        "Farid Haddad",
        "Head of fleet",
        "Kestrel Fleet",
        "Logistics",
        "kestrelfleet",
        "unknown",
        "Eindhoven, NL",
        "Clay",
        13000,
    ),
    (
        "Zeynep Arslan-Vandenberghe",
        "Senior vice president, intermodal operations",
        "Østfold Kjøletransport",
        "Logistics",
        "ostfold",
        "valid",
        "Fredrikstad, NO",
        "Lusha",
        14000,
    ),
]


def _address(name: str, domain: str) -> str | None:
    plain = name.lower().replace("ó", "o").replace("é", "e").replace("á", "a").split()
    return f"{plain[0][0]}.{plain[-1]}@{domain}.example" if domain else None


LEADS = [
    {
        "id": str(place),
        "name": name,
        "title": title,
        "company": company,
        "industry": industry,
        "email": _address(name, domain),
        "company_domain": f"{domain}.example",
        "company_size": "51–200",
        "email_status": status,
        "location": location,
        "phone": "+49 40 5550142" if name.startswith("Aiko") else None,
        "reach": ["phone"] if place % 3 else [],
        "source": source,
        "seniority": "Director",
        "department": "Operations",
        "linkedin_url": "https://linkedin.example/in/someone",
        "tags": [{"name": "Warm", "colour": "warn"}, {"name": "Key account", "colour": "active"}][: place % 3],
        "created_at": ago(minutes=minutes),
        "found_at": ago(seconds=minutes * 2),
        "credits": 1 if domain else 0,
        "sample": place in (2, 14),
    }
    for place, (name, title, company, industry, domain, status, location, source, minutes) in enumerate(PEOPLE)
]
COLUMNS = [
    {
        "name": name,
        "label": label,
        "shown": shown,
        "sort_url": f"/leads?sort={name}" if shown else None,
        "sorted": "descending" if name == "created_at" else None,
    }
    for name, label, shown in (
        ("company", "Company", True),
        ("email", "Work e-mail", True),
        ("phone", "Phone", True),
        ("tags", "Tags", True),
        ("location", "Location", True),
        ("source", "Source", False),
        ("seniority", "Seniority", False),
        ("department", "Department", False),
        ("company_size", "Size", False),
        ("linkedin_url", "LinkedIn", False),
        ("created_at", "Age", True),
    )
]
VIEW = {
    "id": "1",
    "name": "Northern Europe buyers",
    "owner": "you",
    "shared": True,
    "mine": True,
    "editable": True,
    "changed": True,
    "opens": False,
    "url": "/leads?view=1",
}
TABLE: dict[str, Any] = {
    "density": "comfortable",
    "views": [
        {
            "name": name,
            "url": f"/leads?view={place}",
            "here": False,
            "personal": place == 1,
            "count": {"value": place * 417, "exact": place != 3},
        }
        for place, name in enumerate(("Northern Europe buyers", "E-mail missing", "Benelux CTOs"), 1)
    ],
    "all_url": "/leads",
    "here": "/leads?industries=Software",
    "view": None,
    "leads": LEADS,
    "columns": COLUMNS,
    "count": {"value": 1240, "exact": True},
    "said": "1–50 of 1,240",
    "page": {"previous": None, "next": "/leads?after=50"},
    "pairs": [("industries", "Software"), ("sort", "newest")],
    "query_string": "industries=Software&sort=newest",
    "query": {"q": "", "sort": "newest"},
    "sorts": [
        {"value": "newest", "label": "Newest"},
        {"value": "name", "label": "Name"},
        {"value": "company", "label": "Company"},
    ],
    "export_url": "/exports/new?industries=Software",
    "chosen": [
        {"name": "industries", "value": "Software", "of": "Industry", "label": "Software"},
        {"name": "locations", "value": "DE", "of": "Country", "label": "Germany"},
        {"name": "seniorities", "value": "director", "of": "Seniority", "label": "Director"},
    ],
    "menu": [
        {"name": "industries", "label": "Industry", "options": None},
        {"name": "locations", "label": "Location", "options": None},
        {"name": "seniorities", "label": "Seniority", "options": vocabulary.SENIORITIES},
        {
            "name": "source",
            "label": "Source",
            "options": [vocabulary.Option("lusha", "Lusha"), vocabulary.Option("clay", "Clay")],
        },
    ],
}
VIEW_FORM: dict[str, Any] = {
    "view": None,
    "pairs": [("industries", "Software")],
    "back": "/leads",
    "form": {"name": "", "shared": False},
    "errors": {},
}
