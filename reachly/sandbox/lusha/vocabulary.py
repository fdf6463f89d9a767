"""Our words in Lusha's spelling, as its filters endpoints publish them."""

from __future__ import annotations

from reachly.sandbox.world.organizations import REVENUE_RANGES
from reachly.sandbox.world.tables import COUNTRIES, DEPARTMENT, INDUSTRY, SENIORITY
from reachly.vocabulary import COMPANY_SIZES

SENIORITY_IDS = {
    "founder": 10,
    "c_level": 9,
    "vp": 8,
    "partner": 7,
    "head": 6,
    "director": 6,
    "manager": 5,
    "senior": 4,
    "entry": 3,
    "intern": 2,
}
SENIORITY_NAMES = {
    10: "founder",
    9: "c-suite",
    8: "vice president",
    7: "partner",
    6: "director",
    5: "manager",
    4: "senior",
    3: "entry",
    2: "intern",
    1: "other",
}
SENIORITY_LABELS = {value: SENIORITY_NAMES[SENIORITY_IDS[value]].title() for value in SENIORITY}
"""How a profile words it: ``Vice President``, ``C-Suite``."""

SIZES = [{"min": size.least, "max": size.most} if size.most else {"min": size.least} for size in COMPANY_SIZES]
REVENUES = [{"min": least, "max": most} for least, most in REVENUE_RANGES]
COUNTRY_VALUES = [{"name": country.name, "code": country.code} for country in COUNTRIES]
DEPARTMENT_VALUES = sorted(department.name for department in DEPARTMENT)
SENIORITY_VALUES = [{"id": number, "name": name} for number, name in SENIORITY_NAMES.items()]
DATA_POINTS = (
    "phone",
    "direct_phone",
    "mobile_phone",
    "unknown_phone",
    "no_dnc_phone",
    "email",
    "work_email",
    "private_email",
)
INDUSTRY_LABELS = [
    {
        "main_industry": industry.name,
        "main_industry_id": industry.id,
        "sub_industries": [
            {"value": branch, "id": industry.id * 100 + number} for number, branch in enumerate(industry.branches, 1)
        ],
    }
    for industry in INDUSTRY
]
