"""Files being written, ready and expired, and the dialog that asks for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.look.samples.frame import NOW, ago

READY: dict[str, Any] = {
    "id": "7",
    "title": "All leads",
    "format_label": "CSV for Excel",
    "job_id": "420",
    "job_status": "succeeded",
    "job_done": 1240,
    "job_total": 1240,
    "open": False,
    "rows": 1240,
    "bytes": 210_400,
    "sha256": "9f2c4a" * 10 + "beef",
    "snapshot_at": ago(minutes=5),
    "expires_at": NOW + timedelta(days=7),
    "expired": False,
    "url": "/exports/7/download",
    "manifest_url": "/exports/7/manifest",
    "downloads": 2,
}
WRITING = READY | {
    "id": "8",
    "title": "Leads in Germany",
    "format_label": "JSONL",
    "job_status": "running",
    "job_done": 310_000,
    "job_total": 1_000_000,
    "open": True,
    "rows": None,
    "bytes": None,
    "sha256": None,
    "expires_at": None,
    "url": None,
    "downloads": 0,
}
OLD = READY | {"id": "3", "title": "Benelux CTOs", "expired": True, "url": None, "rows": 88, "bytes": 14_201}
EXPORTS = [WRITING, READY, OLD]

DIALOG: dict[str, Any] = {
    "rows": 1240,
    "what": "All leads in Industry Software, newest first",
    "pairs": [("industries", "Software"), ("all_matching", "1")],
    "columns": [
        {"name": name, "label": label, "usual": name, "header": "Mail" if name == "email" else name, "checked": checked}
        | {"note": note}
        for name, label, checked, note in (
            ("full_name", "Full name", True, None),
            ("title", "Job title", True, None),
            ("email", "Work e-mail", True, None),
            ("email_status", "E-mail verdict", True, None),
            ("company", "Company", True, None),
            ("company_domain", "Company domain", True, None),
            ("location", "Location", True, None),
            ("source", "Source", True, None),
            ("created_at", "Found on", True, None),
            ("phone", "Direct phone", False, "61 of 1,240 have one"),
            ("company_size", "Company size", False, None),
            ("linkedin_url", "LinkedIn", False, None),
        )
    ],
    "presets": [
        {"key": "4f", "name": "Weekly for Mara", "note": "Saved in this workspace", "own": True},
        {"key": "hubspot", "name": "HubSpot contacts", "note": "Default contact properties", "own": False},
        {"key": "salesforce", "name": "Salesforce leads", "note": "For the Data Import Wizard", "own": False},
    ],
    "used": {"key": "4f", "name": "Weekly for Mara", "note": "Saved in this workspace", "own": True},
    "provenance": False,
    "preset_name": "",
    "formats": [
        {"value": "xlsx", "label": "Excel workbook", "note": "Typed cells, header kept in sight"},
        {"value": "csv-excel", "label": "CSV for Excel", "note": "Opens cleanly, formulas made harmless"},
        {"value": "csv-exact", "label": "CSV, exact", "note": "Values byte for byte, for other programs"},
        {"value": "jsonl", "label": "JSONL", "note": "One lead per line, with provenance"},
    ],
    "chosen_format": "csv-excel",
    "preview": [
        "full_name,title,email,email_status,company,company_domain,location,source",
        "Ingrid Solheim,VP operations,i.solheim@fjordline.example,valid,Fjordline Freight,fjordline.example,Oslo,Lusha",
    ],
    "bytes": 210_000,
    "errors": {},
    "idempotency_key": "b7",
}
