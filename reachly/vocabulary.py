"""The words every filter is made of, one canonical spelling each; adapters translate them for their provider."""

from __future__ import annotations

from typing import NamedTuple


class Option(NamedTuple):
    """One choice: the ``value`` stored and sent, and the ``label`` a person reads."""

    value: str
    label: str


class Size(NamedTuple):
    """A headcount band; ``most`` is ``None`` where the band has no upper end."""

    value: str
    label: str
    least: int
    most: int | None


SENIORITIES = (
    Option("founder", "Founder"),
    Option("c_level", "C-level"),
    Option("partner", "Partner"),
    Option("vp", "VP"),
    Option("head", "Head"),
    Option("director", "Director"),
    Option("manager", "Manager"),
    Option("senior", "Senior"),
    Option("entry", "Entry"),
    Option("intern", "Intern"),
)

COMPANY_SIZES = (
    Size("1-10", "1–10", 1, 10),
    Size("11-50", "11–50", 11, 50),
    Size("51-200", "51–200", 51, 200),
    Size("201-500", "201–500", 201, 500),
    Size("501-1000", "501–1,000", 501, 1000),
    Size("1001-5000", "1,001–5,000", 1001, 5000),
    Size("5001-10000", "5,001–10,000", 5001, 10000),
    Size("10001+", "10,001+", 10001, None),
)

DEPARTMENTS = tuple(
    Option(name, name)
    for name in (
        "Business Development",
        "Consulting",
        "Customer Service",
        "Engineering & Technical",
        "Finance",
        "General Management",
        "Health Care & Medical",
        "Human Resources",
        "Information Technology",
        "Legal",
        "Marketing",
        "Operations",
        "Product",
        "Research & Analytics",
        "Sales",
        "Other",
    )
)
"""Lusha's published list of departments, used as everyone's."""

INDUSTRIES = tuple(
    Option(name, name)
    for name in (
        "Aerospace",
        "Agriculture",
        "Automotive",
        "Banking",
        "Biotechnology",
        "Chemicals",
        "Construction",
        "Consulting",
        "Consumer Goods",
        "Education",
        "Electronics",
        "Energy",
        "Food & Beverages",
        "Health Care",
        "Hospitality",
        "Insurance",
        "Legal Services",
        "Logistics",
        "Manufacturing",
        "Media",
        "Non-profit",
        "Pharmaceuticals",
        "Real Estate",
        "Renewables",
        "Retail",
        "Software",
        "Telecommunications",
        "Textiles",
        "Transportation",
        "Utilities",
    )
)
"""Main industries; a provider's finer labels are taken as free text beside them."""

COUNTRIES = tuple(
    Option(code, name)
    for code, name in (
        ("AR", "Argentina"),
        ("AU", "Australia"),
        ("AT", "Austria"),
        ("BE", "Belgium"),
        ("BR", "Brazil"),
        ("CA", "Canada"),
        ("CL", "Chile"),
        ("CN", "China"),
        ("CO", "Colombia"),
        ("CZ", "Czech Republic"),
        ("DK", "Denmark"),
        ("EG", "Egypt"),
        ("FI", "Finland"),
        ("FR", "France"),
        ("DE", "Germany"),
        ("GR", "Greece"),
        ("HK", "Hong Kong"),
        ("HU", "Hungary"),
        ("IN", "India"),
        ("ID", "Indonesia"),
        ("IE", "Ireland"),
        ("IL", "Israel"),
        ("IT", "Italy"),
        ("JP", "Japan"),
        ("KE", "Kenya"),
        ("KR", "South Korea"),
        ("MY", "Malaysia"),
        ("MX", "Mexico"),
        ("MA", "Morocco"),
        ("NL", "Netherlands"),
        ("NZ", "New Zealand"),
        ("NG", "Nigeria"),
        ("NO", "Norway"),
        ("PE", "Peru"),
        ("PH", "Philippines"),
        ("PL", "Poland"),
        ("PT", "Portugal"),
        ("RO", "Romania"),
        ("SA", "Saudi Arabia"),
        ("SG", "Singapore"),
        ("ZA", "South Africa"),
        ("ES", "Spain"),
        ("SE", "Sweden"),
        ("CH", "Switzerland"),
        ("TW", "Taiwan"),
        ("TH", "Thailand"),
        ("TR", "Turkey"),
        ("UA", "Ukraine"),
        ("AE", "United Arab Emirates"),
        ("GB", "United Kingdom"),
        ("US", "United States"),
        ("VN", "Vietnam"),
    )
)
"""ISO 3166-1 alpha-2 codes and the English short names that providers use."""

COUNTRY_NAMES = dict(COUNTRIES)
COUNTRY_CODES = {name.casefold(): code for code, name in COUNTRIES} | {code.casefold(): code for code, _ in COUNTRIES}


def place(value: str) -> str:
    """A country's name for its code or name; of a longer place its first part."""
    code = COUNTRY_CODES.get(value.casefold())
    return COUNTRY_NAMES[code] if code else value.split(",")[0].strip()


def size_band(headcount: int) -> str | None:
    """The value of the company size band that holds ``headcount``, ``None`` below one."""
    for size in COMPANY_SIZES:
        if size.least <= headcount and (size.most is None or headcount <= size.most):
            return size.value
    return None
