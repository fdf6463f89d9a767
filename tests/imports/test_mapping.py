"""Columns are known by what people and programs call them, and rows become what was meant."""

from __future__ import annotations

import pytest

from reachly.imports.headers import FIELDS, field_of
from reachly.imports.mapping import BadMapping, guessed, lacking, told
from reachly.imports.values import take

EXPORTS = {
    "HubSpot": {
        "First Name": "first_name", "Last Name": "last_name", "Email": "email", "Phone Number": "phone",
        "Job Title": "title", "Company Name": "company", "Company Domain Name": "company_domain",
        "Industry": "industry",
        "Number of Employees": "company_size", "City": "city", "State/Region": "state", "Country/Region": "country",
        "LinkedIn Bio": "linkedin_url", "Contact owner": None, "Create Date": None, "Record ID": None,
    },
    "Salesforce": {
        "FirstName": "first_name", "LastName": "last_name", "Title": "title", "Email": "email", "MobilePhone": "phone",
        "Account Name": "company", "Website": "company_domain", "NumberOfEmployees": "company_size",
        "MailingCity": "city", "MailingState": "state", "MailingCountry": "country", "Lead Source": None,
        "Email Opt Out": None,
    },
    "Apollo": {
        "First Name": "first_name", "Last Name": "last_name", "Title": "title", "Company": "company",
        "Company Name for Emails": "company", "Email": "email", "Email Status": None, "Email Confidence": None,
        "Seniority": "seniority", "Departments": "department", "Work Direct Phone": "phone", "Corporate Phone": "phone",
        "# Employees": "company_size", "Person Linkedin Url": "linkedin_url", "Company Linkedin Url": None,
        "Secondary Email": "email",
    },
    "LinkedIn": {
        "First Name": "first_name", "Last Name": "last_name", "URL": "linkedin_url", "Email Address": "email",
        "Company": "company", "Position": "title", "Connected On": None,
    },
    "elsewhere": {
        "Vorname": "first_name", "Nachname": "last_name", "E-Mail-Adresse": "email", "Telefonnummer": "phone",
        "Prénom": "first_name", "Société": "company", "Apellidos": "last_name", "Correo electrónico": "email",
        "Cognome": "last_name", "Imię i nazwisko": "full_name", "Фамилия": "last_name", "メールアドレス": "email",
        "公司": "company", "이메일": "email", "البريد الإلكتروني": "email", "ÜLKE": "country", "Land": "country",
        "E-postadress": "email", "work_email": "email", "contact_phone": "phone",
        "Company Website URL": "company_domain",
        "Email 2": "email", "email_verified_at": None, "Favourite colour": None,
    },
}  # fmt: skip


@pytest.mark.parametrize("program", EXPORTS)
def test_columns_are_known_by_the_names_that_programs_give_them(program) -> None:
    assert {name: field_of(name) for name in EXPORTS[program]} == EXPORTS[program]


def test_every_field_has_a_name_of_its_own_by_which_it_is_known() -> None:
    assert {field: field_of(label) for field, label in FIELDS.items() if field != "company_domain"} == {
        field: field for field in FIELDS if field != "company_domain"
    }


def test_columns_without_a_name_are_known_by_what_is_in_them() -> None:
    row = [
        "ada@engine.example",
        "https://uk.linkedin.com/in/ada",
        "+44 20 7946 0958",
        "https://engine.example/x",
        "Ada",
    ]
    assert guessed(None, [row], 5) == ["email", "linkedin_url", "phone", "company_domain", None]


def test_a_mapping_is_corrected_column_by_column() -> None:
    guess = ["email", None, "company"]
    assert told({"B": "title", "3": None}, ["A", "B", "C"], guess) == ["email", "title", None]
    with pytest.raises(BadMapping, match="no such column"):
        told({"D": "title"}, ["A", "B", "C"], guess)


def test_without_a_column_that_tells_who_it_is_nothing_is_read() -> None:
    assert lacking(["first_name", "company"], "own")
    assert lacking(["full_name", "company"], "own") is None
    assert lacking(["company_domain"], "own")
    assert lacking(["company_domain"], "exclude") is None


@pytest.mark.parametrize(
    ("field", "cell", "stored"),
    [
        ("email", " <Ada@Engine.EXAMPLE> ", "Ada@engine.example"),
        ("email", "mailto:ada@engine.example", "ada@engine.example"),
        ("phone", "0044 20 7946 0958", "+442079460958"),
        ("phone", "'+44 20 7946 0958", "+442079460958"),
        ("phone", "020 7946 0958", "020 7946 0958"),
        ("linkedin_url", "uk.linkedin.com/in/Ada-L/?x=1", "https://www.linkedin.com/in/ada-l"),
        ("company_domain", "HTTPS://www.Engine.Example/about", "engine.example"),
        ("company_domain", "info@engine.example", "engine.example"),
        ("company_size", "1,200", "1001-5000"),
        ("company_size", "51 - 200 employees", "51-200"),
        ("company_size", "11 to 50", "11-50"),
        ("seniority", "VP", "vp"),
        ("seniority", "Wizard", "Wizard"),
        ("country", "DE", "Germany"),
        ("country", "Atlantis", "Atlantis"),
        ("title", "N/A", None),
        ("last_name", "Null", "Null"),
        ("last_name", "Müller\u200b", "Müller"),
        ("first_name", "Jose\u0301", "Jose\u0301"),
    ],
)
def test_a_cell_is_stored_as_it_was_meant(field, cell, stored) -> None:
    email, fields = ("ada@x.example", ["email"]) if field != "email" else ("", [None])
    taken = take([email, cell], [*fields, field])
    assert (taken.refused, taken.values.get(field)) == (None, stored)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["nobody", "", ""], "email"),
        (["", "Ada Lovelace", ""], "nobody"),
        (["", "", ""], "empty"),
        (["", "Ada", "Engine"], "nobody"),
        (["a@x.example", "A" * 300, ""], "too_long"),
        (["a@x.example", "A" * 200_000, ""], "cell_too_long"),
        (["a@x.example", "A", "B", "C"], "too_many_cells"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(cells, reason) -> None:
    assert take(cells, ["email", "title" if reason == "too_long" else "full_name", "company"]).refused[0] == reason


def test_who_is_known_by_name_and_company_alone_is_taken() -> None:
    assert take(["Ada Lovelace", "Engine Ltd"], ["full_name", "company"]).keys == ["o:ada lovelace|engine ltd"]
    assert take(["Lovelace, Ada", "Engine"], ["full_name", "company"]).values["first_name"] == "Ada"
