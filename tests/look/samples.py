"""Made-up people, jobs and searches that show every page in the states it can have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from reachly import vocabulary

NOW = datetime.now(UTC)


def ago(**spans: float) -> datetime:
    """The instant that long before now."""
    return NOW - timedelta(**spans)


SHELL = {
    "workspace": "Halden Growth",
    "user": "Amara Osei",
    "email": "amara@halden.example",
    "leads": 3486,
    "running": 2,
}
NEW_SHELL = SHELL | {"leads": 0, "running": 0}
BALANCE = {"available": 1240, "held": 200}

OPTIONS = {
    "company_sizes": vocabulary.COMPANY_SIZES,
    "seniorities": vocabulary.SENIORITIES,
    "departments": vocabulary.DEPARTMENTS,
}
FORM: dict[str, Any] = {
    "filters": {
        "industries": ["Software", "Logistics"],
        "job_titles": ["Head of operations", "Supply chain director", "VP engineering"],
        "locations": ["Germany", "Netherlands", "Norway", "Poland"],
        "company_sizes": ["51-200", "201-500", "501-1000"],
        "seniorities": ["c_level", "vp", "head", "director"],
        "exclude_job_titles": ["Intern"],
        "exclude_company_domains": ["northgate.example"],
        "exclude_company_sizes": ["10001+"],
    },
    "limit": 200,
    "limit_max": 10000,
    "reveal": ["email"],
    "name": "",
    "idempotency_key": "6d3f",
}
SOURCES = [
    {
        "name": "lusha", "label": "Lusha", "detail": "Connected, about 1,702 match", "state": "Ready", "kind": "ok",
        "price": "1 per lead", "on": True, "usable": True,
    },
    {
        "name": "clay", "label": "Clay", "detail": "Resumes by itself, about 562 match", "state": "Rate-limited until 14:32",
        "kind": "warn", "price": "1 per lead", "on": True, "usable": True,
    },
]  # fmt: skip
ESTIMATE: dict[str, Any] = {
    "open": False,
    "matches": {"value": 2412, "exact": False},
    "owned": 312,
    "wanted": 200,
    "left": 1900,
    "sources": [
        {"label": "Lusha", "matches": 1702, "price": "1 each", "note": "", "kind": "ok"},
        {"label": "Clay", "matches": None, "price": "1 each", "note": "from 14:32", "kind": "warn"},
    ],
    "credits_max": 200,
    "available": 1240,
    "short_by": 0,
    "affordable": 200,
    "at": ago(seconds=4),
    "problems": [],
}
SHORT = ESTIMATE | {"credits_max": 1400, "short_by": 160, "affordable": 1240, "wanted": 1400, "left": 700}
NOBODY = ESTIMATE | {"matches": {"value": 0, "exact": True}, "owned": 0, "wanted": 0, "left": 0, "credits_max": 200}

PEOPLE = [
    ("Ingrid Solheim", "VP operations", "Fjordline Freight", "Logistics", "fjordline", "valid", "Oslo, NO", "Lusha", 2),
    ("Rafael Quispe", "Head of IT", "Andes Cargo", "Logistics", "andescargo", "valid", "Hamburg, DE", "Lusha", 2),
    ("Nomvula Dlamini", "Chief technology officer", "Parcelwise", "Software", "parcelwise", "accept_all", "Rotterdam, NL", "Lusha", 3),
    ("Katarzyna Wójcik", "Procurement director", "Baltic Rail Hub", "Logistics", "", None, "Gdańsk, PL", "Lusha", 3),
    ("Tomás Ferreira", "VP engineering", "Lotus Ledger", "Software", "lotusledger", "valid", "Berlin, DE", "Lusha", 3),
    ("Aiko Tanabe", "Chief operating officer", "Harbor & Pine", "Logistics", "harborpine", "valid", "Hamburg, DE", "Lusha", 1500),
    ("Yusuf Demir", "Head of supply chain", "Meridian Cold", "Logistics", "meridiancold", "unknown", "Utrecht, NL", "Clay", 1600),
    ("Leilani Kahale", "IT director", "Copperfield Data", "Software", "copperfield", "valid", "Bergen, NO", "Clay", 2900),
    ("Matthias Brandl", "Chief information officer", "Alpenroute", "Logistics", "alpenroute", "accept_all", "Munich, DE", "Lusha", 4400),
    ("Chiamaka Eze", "VP product", "Stackyard", "Software", "stackyard", "valid", "Berlin, DE", "Clay", 4500),
    ("Sanna Korhonen", "Head of platform", "Northlake Systems", "Software", "northlake", "valid", "Trondheim, NO", "Clay", 5800),
    ("Priya Raghunathan", "Chief financial officer", "Quayside Apps", "Software", "", None, "Amsterdam, NL", "Lusha", 8700),
    ("Étienne Moreau", "Logistics director", "Transalp Fret", "Logistics", "transalp", "valid", "Cologne, DE", "Lusha", 11600),
    ("Farid Haddad", "Head of fleet", "Kestrel Fleet", "Logistics", "kestrelfleet", "unknown", "Eindhoven, NL", "Clay", 13000),
    ("Zeynep Arslan-Vandenberghe", "Senior vice president, intermodal operations", "Østfold Kjøletransport", "Logistics", "ostfold",
     "valid", "Fredrikstad, NO", "Lusha", 14000),
]  # fmt: skip


def _address(name: str, domain: str) -> str | None:
    plain = name.lower().replace("ó", "o").replace("é", "e").replace("á", "a").split()
    return f"{plain[0][0]}.{plain[-1]}@{domain}.example" if domain else None


LEADS = [
    {
        "id": str(place), "name": name, "title": title, "company": company, "industry": industry, "email": _address(name, domain),
        "company_domain": f"{domain}.example", "company_size": "51–200", "email_status": status, "location": location,
        "phone": "+49 40 5550142" if name.startswith("Aiko") else None, "locked": ["phone"] if place % 3 else [], "source": source,
        "seniority": "Director", "department": "Operations", "linkedin_url": "https://linkedin.example/in/someone",
        "created_at": ago(minutes=minutes), "found_at": ago(seconds=minutes * 2), "credits": 1 if domain else 0, "sample": place in (2, 14),
    }
    for place, (name, title, company, industry, domain, status, location, source, minutes) in enumerate(PEOPLE)
]  # fmt: skip

COLUMNS = [
    {"name": name, "label": label, "shown": shown, "sort_url": f"/leads?sort={name}" if shown else None,
     "sorted": "descending" if name == "created_at" else None}
    for name, label, shown in (
        ("company", "Company", True), ("email", "Work e-mail", True), ("phone", "Phone", True), ("location", "Location", True),
        ("source", "Source", True), ("seniority", "Seniority", False), ("department", "Department", False),
        ("company_size", "Size", False), ("linkedin_url", "LinkedIn", False), ("created_at", "Age", True),
    )
]  # fmt: skip
TABLE: dict[str, Any] = {
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
LEAD: dict[str, Any] = LEADS[8] | {
    "sections": [
        {"title": "Contact", "fields": [
            {"label": "E-mail", "value": "m.brandl@alpenroute.example", "href": "mailto:m.brandl@alpenroute.example", "verdict": "accept_all",
             "source": "Lusha", "at": ago(days=3)},
            {"label": "Phone", "value": None, "note": "Not revealed"},
            {"label": "Profile", "value": "linkedin.example/in/mbrandl", "href": "https://linkedin.example/in/mbrandl", "source": "Clay", "at": ago(days=12)},
        ]},
        {"title": "Person", "fields": [
            {"label": "Title", "value": "Chief information officer", "source": "Lusha", "at": ago(days=3)},
            {"label": "Seniority", "value": "C-level", "source": "Worked out from the title"},
            {"label": "Location", "value": "Munich, Germany", "source": "Clay", "at": ago(days=12)},
        ]},
        {"title": "Company", "fields": [
            {"label": "Name", "value": "Alpenroute", "source": "Lusha", "at": ago(days=5)},
            {"label": "Industry", "value": "Logistics", "source": "Clay", "at": ago(days=5)},
            {"label": "Size", "value": "501–1,000 people", "source": "Clay", "at": ago(days=5)},
            {"label": "Website", "value": "alpenroute.example", "href": "https://alpenroute.example", "source": "Lusha", "at": ago(days=12)},
        ]},
    ],
    "history": [{"text": "E-mail captured, 1 credit", "url": "/jobs/409", "link": "Job 409"}, {"text": "Exported", "at": ago(days=6)}],
}  # fmt: skip

JOB: dict[str, Any] = {
    "id": "418", "short": "Job 418", "title": "Software and logistics, northern Europe", "kind": "generate_leads", "status": "running",
    "status_text": None, "open": True, "by": "Amara Osei", "created_at": ago(minutes=4), "started_at": ago(minutes=4), "finished_at": None,
    "left": "about 3 min left", "done": 128, "total": 200, "percent": 64, "noun": "leads found", "checking": 22,
    "sources": [
        {"label": "Lusha", "state": "Running", "kind": "active", "found": 97, "misses": 12, "owned": 6, "credits": 97},
        {"label": "Clay", "state": "Paused until 14:32", "kind": "warn", "found": 31, "misses": 5, "owned": 3, "credits": 31,
         "why": "Clay asked us to slow down.", "todo": "It goes on by itself at 14:32."},
    ],
    "credits": {"held_at_start": 200, "spent": 128, "back": 72}, "summary": None, "error": None, "cancel_requested": False,
    "can_retry": False, "keeps": "128 leads", "leads_url": "/leads?job_id=418", "leads_count": 128, "download": None, "idempotency_key": "a1",
}  # fmt: skip
DONE = JOB | {
    "status": "succeeded", "open": False, "finished_at": ago(minutes=1), "done": 162, "percent": 81, "leads_count": 162, "checking": 0,
    "credits": {"held_at_start": 200, "spent": 162, "back": 38}, "summary": "162 leads found. There were no more to be had, so 38 credits came back.",
    "sources": [JOB["sources"][0] | {"state": "Finished", "kind": "ok"}, JOB["sources"][1] | {"state": "Finished", "kind": "ok", "found": 65, "why": None}],
}  # fmt: skip
FAILED = JOB | {
    "status": "failed", "open": False, "finished_at": ago(minutes=1), "can_retry": True, "checking": 0,
    "error": {"message": "Both sources stopped before the number was reached; the 128 leads found are yours.", "todo": "Put in a working key under Sources, then go on from here."},
    "sources": [JOB["sources"][0] | {"state": "Key refused", "kind": "error", "why": "Lusha refused our key (401).", "todo": "Check the key under Sources."},
                JOB["sources"][1] | {"state": "Out of credits", "kind": "error", "why": "The account at Clay has no credits left.", "todo": "Top it up there."}],
}  # fmt: skip
EXPORT_JOB = JOB | {
    "id": "420", "short": "Job 420", "title": "Export of 1,240 leads", "kind": "export_leads", "status": "succeeded", "open": False, "done": 1240,
    "total": 1240, "percent": 100, "noun": "rows written", "sources": [], "credits": {"held_at_start": 0, "spent": 0, "back": 0}, "keeps": "",
    "finished_at": ago(minutes=3), "download": {"url": "/exports/7/download", "rows": 1240, "bytes": 210_400, "expires_at": NOW + timedelta(days=7)},
}  # fmt: skip
EVENTS = [
    {"at": ago(minutes=minutes), "text": text, "more": more, "kind": kind, "loud": loud}
    for minutes, text, more, kind, loud in (
        (1, "Clay asked us to slow down, resuming 14:32", None, "warn", True),
        (1, "Lusha sent page 4 of about 6", "22 new, 2 misses, misses not charged", "neutral", False),
        (2, "100 leads found", "Ready to open while the rest arrives", "ok", True),
        (3, "Clay started", "Lusha keeps running beside it", "neutral", False),
        (4, "Lusha started", None, "neutral", False),
        (4, "200 credits held", "1,368 stayed available", "active", True),
        (4, "Amara Osei started the job", None, "neutral", False),
    )
]
JOBS = [JOB, JOB | {"id": "419", "short": "Job 419", "title": "Polish carriers", "status": "queued", "done": 0, "total": 128,
                    "credits": {"held_at_start": 128, "spent": 0, "back": 128}}, EXPORT_JOB, DONE | {"id": "417", "short": "Job 417", "title": "Benelux CTOs"},
        FAILED | {"id": "416", "short": "Job 416", "title": "Nordic fintech, heads of risk"}]  # fmt: skip
JOB_TABS = [
    {"label": "All", "url": "/jobs", "here": True, "count": 41},
    {"label": "Open", "url": "/jobs?state=open", "here": False, "count": 2},
    {"label": "Finished", "url": "/jobs?state=finished", "here": False, "count": 36},
    {"label": "Failed", "url": "/jobs?state=failed", "here": False, "count": 3},
]
