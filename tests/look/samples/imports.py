"""Files that were uploaded: their columns, what would come of their rows, what came of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.look.samples.frame import NOW, ago

COUNTS = {"read": 4820, "new": 4012, "updated": 310, "same": 455, "refused": 43}
LINE: dict[str, Any] = {
    "id": "3",
    "name": "fair-contacts-2026.csv",
    "use": "Leads of our own",
    "state": "done",
    "word": "Imported",
    "kind": "ok",
    "rows": 4820,
    "counts": COUNTS,
    "dry": False,
    "by": "Amara Okafor",
    "created_at": ago(minutes=12),
}
LINES = [
    LINE | {"id": "5", "name": "partners.csv", "state": "new", "word": "To be looked at", "counts": None},
    LINE | {"id": "4", "name": "customers.csv", "use": "An exclusion list", "word": "Checked", "dry": True},
    LINE,
]
DONE: dict[str, Any] = LINE | {
    "bytes": 812_400,
    "encoding": "Windows-1252",
    "delimiter": "Semicolon",
    "asked": {
        "use": "own",
        "overwrite": False,
        "list_id": "7",
        "list_name": "Autumn fair",
        "header": True,
        "encoding": "cp1252",
        "delimiter": ";",
        "quote": '"',
    },
    "reasons": [("E-mail address that is none", 31), ("Must not be contacted", 12)],
    "refused_url": "/imports/3/refused",
    "error": None,
    "job_url": "/jobs/421",
    "leads_url": "/leads?job_id=421",
    "touched": 4322,
    "undoable": True,
    "undone": None,
    "expires_at": NOW + timedelta(days=30),
    "expired": False,
    "adds": 4322,
}
CHECKED = DONE | {
    "state": "checked",
    "word": "Checked, not imported",
    "kind": "warn",
    "undoable": False,
    "leads_url": None,
}
UNDONE = DONE | {
    "state": "undone",
    "word": "Taken back",
    "kind": "neutral",
    "undoable": False,
    "undone": {"gone": 4000, "restored": 309, "shown": 0, "kept": 13},
}
USES = [
    {"value": "own", "label": "Leads of our own", "note": "They become leads; what the file says of them is yours."},
    {"value": "enrich", "label": "Leads to be enriched", "note": "Afterwards you can unlock what the file lacks."},
    {"value": "exclude", "label": "An exclusion list", "note": "They are hidden: never seen, found or bought."},
]
FIELDS = {"first_name": "First name", "last_name": "Last name", "email": "E-mail", "company": "Company"}
COLUMNS: dict[str, Any] = {
    "errors": {},
    "columns": [
        {"name": f"column_{at}", "label": label, "field": field, "examples": examples}
        for at, (label, field, examples) in enumerate(
            [
                ("Vorname", "first_name", ["Jürgen", "Zoë", "李"]),
                ("Nachname", "last_name", ["Müller-Łuczak", "Brontë", "小龙"]),
                ("E-Mail-Adresse", "email", ["jm@firma.example", "zoe@firma.example"]),
                ("Firma", "company", ["Größe & Söhne GmbH"]),
                ("Notizen", None, ["met at the fair, stand 12, wants a call back in the second week of January"]),
            ]
        )
    ],
    "fields": FIELDS,
    "uses": USES,
    "preview_fields": list(FIELDS.items()),
    "preview": [
        {"line": 2, "values": {"first_name": "Jürgen", "email": "jm@firma.example"}, "domain": None, "refused": None},
        {"line": 3, "values": {}, "domain": None, "refused": "“zoe@@firma” is not an e-mail address."},
    ],
    "encodings": {"utf-8": "UTF-8", "cp1252": "Windows-1252"},
    "delimiters": {",": "Comma", ";": "Semicolon"},
    "quotes": {'"': 'Double quotes (")'},
    "lists": [("7", "Autumn fair"), ("8", "Partners")],
}
NEW: dict[str, Any] = {"uses": USES, "use": "own", "errors": {}, "most": 200_000_000, "days": 30.0}
NO_TABLE = "“leads.csv” was not taken. This is an Excel workbook or a ZIP archive, whatever its name says."
REFUSED = NEW | {"use": "exclude", "errors": {"file": NO_TABLE}}
