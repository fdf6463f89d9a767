"""Files as other programs take them in: their own column names, so that their import needs no mapping by hand.

The names come from (none was tried in an account):

- HubSpot: default contact properties and "Set up your import files" (knowledge.hubspot.com): headers are matched to
  the properties' names without regard to case; UTF-8; a contact needs a name or an e-mail.
- Salesforce: "Field Mapping for Importing Leads" (help.salesforce.com): import file labels of the Data Import Wizard; a
  lead needs Last Name and Company, for which ``[not provided]`` stands where we know none.
- Pipedrive: "Importing: mandatory fields" (support.pipedrive.com) for what is needed, which is a name; the other names
  as guides to its import give them.
- Instantly and Smartlead: the names of their APIs' leads, written down without a page of theirs at hand; their uploads
  let people map columns. A lead needs an e-mail.
- lemlist: the lead of its API (developer.lemlist.com, "Lead"), whose names are the variables of its campaigns.

These are files for programs: values exactly as stored, UTF-8 without a mark, phone numbers as E.164, addresses with
https.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """What a file for one program is: its format, and its columns as key and header, in order."""

    key: str
    name: str
    note: str
    columns: tuple[tuple[str, str], ...]
    format: str = "csv"
    mode: str = "exact"
    provenance: bool = False
    own: bool = False


_BUILT_IN = (
    Preset(
        "hubspot",
        "HubSpot contacts",
        "Default contact properties; known people are matched by e-mail",
        (
            ("first_name", "First name"),
            ("last_name", "Last name"),
            ("email", "Email"),
            ("phone", "Phone number"),
            ("title", "Job title"),
            ("company", "Company name"),
            ("website", "Website URL"),
            ("industry", "Industry"),
            ("city", "City"),
            ("state", "State/Region"),
            ("country", "Country/Region"),
            ("linkedin_url", "LinkedIn URL"),
        ),
    ),
    Preset(
        "salesforce",
        "Salesforce leads",
        "For the Data Import Wizard, which needs a last name and a company",
        (
            ("first_name", "First Name"),
            ("last_name_needed", "Last Name"),
            ("company_needed", "Company"),
            ("title", "Title"),
            ("email", "Email"),
            ("phone", "Phone"),
            ("website", "Website"),
            ("industry", "Industry"),
            ("city", "City"),
            ("state", "State/Province"),
            ("country", "Country"),
            ("source", "Lead Source"),
        ),
    ),
    Preset(
        "pipedrive",
        "Pipedrive people",
        "People with their organizations, linked by name",
        (
            ("full_name", "Person - Name"),
            ("email", "Person - Email"),
            ("phone", "Person - Phone"),
            ("title", "Person - Job title"),
            ("linkedin_url", "Person - LinkedIn"),
            ("company", "Organization - Name"),
            ("website", "Organization - Website"),
            ("industry", "Organization - Industry"),
            ("location", "Organization - Address"),
        ),
    ),
    Preset(
        "instantly",
        "Instantly leads",
        "Leads without an e-mail are passed over there",
        (
            ("email", "email"),
            ("first_name", "first_name"),
            ("last_name", "last_name"),
            ("company", "company_name"),
            ("phone", "phone"),
            ("website", "website"),
            ("title", "job_title"),
            ("linkedin_url", "linkedin"),
            ("location", "location"),
        ),
    ),
    Preset(
        "smartlead",
        "Smartlead leads",
        "Leads without an e-mail are passed over there",
        (
            ("first_name", "first_name"),
            ("last_name", "last_name"),
            ("email", "email"),
            ("phone", "phone_number"),
            ("company", "company_name"),
            ("website", "website"),
            ("location", "location"),
            ("linkedin_url", "linkedin_profile"),
            ("company_domain", "company_url"),
            ("title", "title"),
        ),
    ),
    Preset(
        "lemlist",
        "lemlist leads",
        "Names are the variables of its campaigns",
        (
            ("email", "email"),
            ("first_name", "firstName"),
            ("last_name", "lastName"),
            ("company", "companyName"),
            ("company_domain", "companyDomain"),
            ("title", "jobTitle"),
            ("phone", "phone"),
            ("linkedin_url", "linkedinUrl"),
            ("industry", "industry"),
            ("location", "location"),
        ),
    ),
)
PRESETS: dict[str, Preset] = {preset.key: preset for preset in _BUILT_IN}
"""The presets that everybody has, by key."""
