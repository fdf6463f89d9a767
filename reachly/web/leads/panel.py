"""The panel of one lead: each field with where its value came from and how old it is, and what happened to the lead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from reachly.leads import LeadDetail
from reachly.unlock import BOUNCE_DAYS
from reachly.web.leads.address import label
from reachly.web.leads.history import cost, history
from reachly.web.leads.table import row
from reachly.web.leads.written import about

Field = dict[str, Any]
EMPTY: Field = dict.fromkeys(("label", "value", "href", "verdict", "source", "at", "note", "unlock", "bounced"))


def panel(detail: LeadDetail) -> dict[str, Any]:
    """The names under ``lead`` that `leads/_panel.html` needs."""
    lead, told = detail.lead, _Told(detail)
    shown = row(lead)
    sections = [
        {"title": "Contact", "fields": _contact(detail, told, shown["reach"])},
        {"title": "Person", "fields": _person(detail, told)},
        {"title": "Company", "fields": _company(detail, told)},
    ]
    if detail.employment:
        sections.append({"title": "Worked at", "fields": _employment(detail)})
    return (
        shown | about(lead.contact_id) | {"found_at": lead.created_at, "sections": sections, "history": history(detail)}
    )


class _Told:
    """Makes fields with the provenance of their values."""

    def __init__(self, detail: LeadDetail) -> None:
        self._known = detail.lead.provenance or {}

    def field(self, words: str, value: str | None, name: str, **more: Any) -> Field:
        """One line: who told it and when, as far as that was written down."""
        origin = self._known.get(name) or {}
        source = label("source", origin["source"]) if origin.get("source") else None
        return EMPTY | {"label": words, "value": value, "source": source, "at": _instant(origin.get("at"))} | more


def _contact(detail: LeadDetail, told: _Told, reach: frozenset[str]) -> list[Field]:
    lead = detail.lead
    paid = {unlock["field"]: unlock["credits"] for unlock in detail.unlocks}

    def missing(field: str) -> str:
        return "Not unlocked" if field in reach else "Not found"

    def offered(field: str) -> str | None:
        return field if field in reach else None

    profile = _web(lead.linkedin_url)
    return [
        told.field("E-mail", lead.email, "email", href=f"mailto:{lead.email}", verdict=lead.email_status,
                   note=cost(paid.get("email")) if lead.email else missing("email"), unlock=offered("email"),
                   bounced=_may_bounce(detail)),
        told.field("Phone", lead.phone, "phone", href=f"tel:{lead.phone}",
                   note=cost(paid.get("phone")) if lead.phone else missing("phone"), unlock=offered("phone")),
        told.field("Profile", _short(profile), "linkedin_url", href=profile),
    ]  # fmt: skip


def _may_bounce(detail: LeadDetail) -> bool:
    """Whether a report that the e-mail bounced could still give its credit back."""
    bought = next((unlock["created_at"] for unlock in detail.unlocks if unlock["field"] == "email"), None)
    return (
        bought is not None
        and detail.lead.email_status != "invalid"
        and bought > datetime.now(UTC) - timedelta(days=BOUNCE_DAYS)
    )


def _person(detail: LeadDetail, told: _Told) -> list[Field]:
    lead = detail.lead
    state = lead.state if lead.state != lead.city else None
    where = [lead.city, state, label("country", lead.country) if lead.country else None]
    return [
        told.field("Title", lead.title, "title"),
        told.field("Seniority", label("seniority", lead.seniority) if lead.seniority else None, "seniority"),
        told.field("Department", lead.department, "department"),
        told.field("Location", ", ".join(filter(None, where)) or None, "city" if lead.city else "country"),
    ]


def _company(detail: LeadDetail, told: _Told) -> list[Field]:
    lead, organization = detail.lead, detail.organization
    website = _web(organization.website if organization else None)
    site = website or (f"https://{lead.company_domain}" if lead.company_domain else None)
    size = label("company_size", lead.company_size) + " people" if lead.company_size else None
    home = organization.country if organization else None
    return [
        told.field("Name", lead.company, "company"),
        told.field("Industry", lead.industry, "industry"),
        told.field("Size", size, "company_size", note=_people(organization.headcount if organization else None)),
        told.field("Website", _short(site), "company_domain", href=site),
        told.field("Country", label("country", home) if home else None, "company"),
    ]


def _employment(detail: LeadDetail) -> list[Field]:
    return [
        EMPTY
        | {
            "label": " – ".join(filter(None, (_year(job.started_on), _year(job.ended_on) or "now"))),
            "value": ", ".join(filter(None, (job.title, job.company_name or job.company_domain))) or "Not told",
            "source": label("source", job.source),
        }
        for job in detail.employment
    ]


def _people(headcount: int | None) -> str | None:
    return f"{headcount:,} as counted there" if headcount else None


def _year(day: str | None) -> str:
    return (day or "")[:4]


def _web(address: str | None) -> str | None:
    """An address that may be linked to: what a provider sends is not ours to trust."""
    if not address:
        return None
    if address.startswith(("https://", "http://")):
        return address
    return f"https://{address}" if "://" not in address and ":" not in address else None


def _short(address: str | None) -> str | None:
    if not address:
        return None
    return address.split("://", 1)[-1].removeprefix("www.").rstrip("/")


def _instant(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
