"""What a file can be made of: one table of columns, from which header, SQL and the page's list of choices follow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file.

    ``sql`` is an expression over ``leads l`` (and ``jobs j`` where ``of_job``). ``text`` says that the value came from
    outside, so that a spreadsheet might take it for a formula; ``dial`` that it is a phone number, which begins with a
    plus and is none. ``head`` is what a value that is put together begins with, ``json`` what JSON has in its place.
    """

    key: str
    label: str
    sql: str
    text: bool = True
    dial: bool = False
    head: str = ""
    of_job: bool = False
    json: str = ""


def _plain(key: str, label: str) -> Column:
    return Column(key, label, f"l.{key}")


def _own(key: str, label: str) -> Column:
    """A value that only we make and that no formula looks like: a word of our lists, a https address, a domain name."""
    return Column(key, label, f"l.{key}", text=False)


def _instant(key: str, label: str) -> Column:
    return Column(key, label, f"""to_char(l.{key}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""", text=False)


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
    Column("email_source", "E-mail source", "(l.provenance #>> '{email,source}')"),
    Column("email_fetched_at", "E-mail fetched at", "(l.provenance #>> '{email,at}')"),
    Column("phone_source", "Phone source", "(l.provenance #>> '{phone,source}')"),
    Column("sample", "Sample", "CASE WHEN l.sample THEN 'yes' ELSE 'no' END", text=False, json="l.sample"),
    Column("credits", "Credits", "l.credits", text=False),
    Column("job", "Job", "j.number", text=False, of_job=True),
    _instant("created_at", "Created at"),
    _instant("updated_at", "Updated at"),
    Column("id", "Lead ID", "l.id", text=False),
)
COLUMNS: dict[str, Column] = {column.key: column for column in _ALL}
"""All columns by key, in the order they are offered."""

DEFAULT = (
    *("first_name", "last_name", "title", "company", "email", "email_status", "phone", "linkedin_url"),
    *("company_domain", "industry", "location", "source", "created_at"),
)
"""The columns of a file for which nobody chose any."""
