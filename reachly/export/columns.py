"""What a file can be made of: one table of columns, from which header, SQL and the page's list of choices follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file.

    ``sql`` is an expression over ``leads l`` (and ``jobs j`` where ``of_job``). ``text`` says that the value came from
    outside, so that a spreadsheet might take it for a formula; ``dial`` that it is a phone number, which begins with a
    plus and is none. ``head`` is what a value that is put together begins with, ``json`` what JSON has in its place
    and ``sheet`` what a workbook has. What is ``of_list`` stands beside a lead on the list whose leads they are, ``m``,
    and is empty where they are no list's. What is not ``offered`` comes by a preset or on wish, and not by hand.
    """

    key: str
    label: str
    sql: str
    text: bool = True
    dial: bool = False
    head: str = ""
    of_job: bool = False
    json: str = ""
    sheet: str = ""
    of_list: bool = False
    offered: bool = True


def _plain(key: str, label: str) -> Column:
    return Column(key, label, f"l.{key}")


def _own(key: str, label: str) -> Column:
    """A value that only we make and that no formula looks like: a word of our lists, a https address, a domain name."""
    return Column(key, label, f"l.{key}", text=False)


def _instant(key: str, label: str) -> Column:
    return Column(
        key,
        label,
        f"""to_char(l.{key}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
        text=False,
        sheet=f"date_trunc('second', l.{key} AT TIME ZONE 'UTC')",
    )


def _traces() -> dict[str, Column]:
    """Beside a field's value: where it came from, when it was fetched, and when it was verified."""
    made = [
        Column(f"{field}_{key}", f"{label} {told}", f"(l.provenance #>> '{{{field},{what}}}')", offered=False)
        for field, label in TRACED.items()
        for key, what, told in _TRACES
    ]
    return {column.key: column for column in made}


_MISSING = "'[not provided]'"
"""What stands in a column that the other side insists on, as in Salesforce's own forms."""
TRACED = {
    "first_name": "First name",
    "last_name": "Last name",
    "title": "Job title",
    "email": "E-mail",
    "phone": "Phone",
    "linkedin_url": "LinkedIn",
    "company": "Company",
    "company_domain": "Company domain",
    "industry": "Industry",
    "company_size": "Company size",
    "city": "City",
    "country": "Country",
}
"""The fields whose provenance can stand beside them."""
_TRACES = (
    ("source", "source", "source"),
    ("fetched_at", "at", "fetched at"),
    ("verified_at", "verified_at", "verified at"),
)
_OFFERED_TRACES = ("email_source", "email_fetched_at", "phone_source")
_ALL = (
    Column(
        "full_name",
        "Full name",
        "nullif(concat_ws(' ', l.first_name, l.last_name), '')",
        head="coalesce(l.first_name, l.last_name)",
    ),
    _plain("first_name", "First name"),
    _plain("last_name", "Last name"),
    _plain("title", "Job title"),
    _plain("seniority", "Seniority"),
    _plain("department", "Department"),
    _plain("email", "E-mail"),
    _own("email_status", "E-mail status"),
    Column("phone", "Phone", "l.phone", dial=True),
    _own("linkedin_url", "LinkedIn"),
    _plain("company", "Company"),
    _own("company_domain", "Company domain"),
    _plain("industry", "Industry"),
    _own("company_size", "Company size"),
    _plain("city", "City"),
    _plain("state", "State"),
    _plain("country", "Country"),
    Column(
        "location",
        "Location",
        "nullif(concat_ws(', ', l.city, l.state, l.country), '')",
        head="coalesce(l.city, l.state, l.country)",
    ),
    _own("source", "Source"),
    *(replace(_traces()[key], offered=True) for key in _OFFERED_TRACES),
    Column("sample", "Sample", "CASE WHEN l.sample THEN 'yes' ELSE 'no' END", text=False, json="l.sample"),
    Column("credits", "Credits", "l.credits", text=False),
    Column("job", "Job", "j.number", text=False, of_job=True),
    _instant("created_at", "Created at"),
    _instant("updated_at", "Updated at"),
    Column("id", "Lead ID", "l.id", text=False, sheet="l.id::text"),
    Column(
        "website",
        "Website",
        "('https://' || l.company_domain)",
        text=False,
    ),
    Column("list_note", "Note on the list", "nullif(m.note, '')", of_list=True, offered=False),
    Column(
        "list_tags",
        "Tags on the list",
        "nullif(array_to_string(m.tags, ', '), '')",
        of_list=True,
        json="coalesce(m.tags, '{}')",
        offered=False,
    ),
    Column("last_name_needed", "Last name", f"coalesce(nullif(l.last_name, ''), {_MISSING})", offered=False),
    Column("company_needed", "Company", f"coalesce(nullif(l.company, ''), {_MISSING})", offered=False),
)
COLUMNS: dict[str, Column] = {column.key: column for column in _ALL} | {
    key: column for key, column in _traces().items() if key not in _OFFERED_TRACES
}
"""All columns by key, in the order they are offered."""


def traces(keys: Iterable[str]) -> list[str]:
    """The columns that say where the values of these came from, when they were fetched and when verified."""
    chosen = list(keys)
    fields = ["city" if key == "location" else key.removesuffix("_needed") for key in chosen]
    fields = [part for field in fields for part in (("first_name", "last_name") if field == "full_name" else (field,))]
    wanted = [f"{field}_{what}" for field in fields if field in TRACED for what, _, _ in _TRACES]
    return [key for key in dict.fromkeys(wanted) if key not in chosen]


DEFAULT = (
    *("first_name", "last_name", "title", "company", "email", "email_status", "phone", "linkedin_url"),
    *("company_domain", "industry", "location", "source", "created_at"),
)
"""The columns of a file for which nobody chose any."""
