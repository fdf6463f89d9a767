"""Which template is shown with which sample values, by the name it has in the preview."""

from __future__ import annotations

from typing import Any

from tests.look.samples import (
    account,
    activity,
    acts,
    catalogue,
    exports,
    find,
    frame,
    imports,
    jobs,
    kept,
    lead,
    leads,
    ledger,
    lists,
    operations,
    team,
)
from tests.look.samples.frame import ago

Shown = dict[str, tuple[str, dict[str, Any]]]

UNLOCK = {"unlock_prices": {"email": 1, "phone": 5}, "busy": {}}
FRAME = UNLOCK | {"shell": frame.SHELL, "balance": frame.BALANCE, "balance_every": 0, "warned": []}
NEW = {"shell": frame.NEW_SHELL, "balance": {"available": 100, "held": 0}, "balance_every": 0, "warned": []}
ONE_PAGE = {"page": {"previous": None, "next": None}, "said": "1–5 of 5"}
FIND = FRAME | {
    "form": find.FORM,
    "errors": {},
    "options": find.OPTIONS,
    "sources": find.SOURCES,
    "prices": {"email": 1, "phone": 5},
    "estimate": find.ESTIMATE,
    "credits_max": 200,
}
WRONG = FIND | {
    "form": find.FORM | {"limit": 1400},
    "estimate": find.SHORT,
    "errors": {"job_titles": "A job title has at most 120 characters.", "limit": "At most 10,000 leads at once."},
}
EMPTY_FORM = find.FORM | {"filters": {}, "limit": 50, "wanted": 50}
JOB = FRAME | {
    "job": jobs.JOB,
    "leads": leads.LEADS[:8],
    "events": jobs.EVENTS,
    "earlier": 0,
    "attempts": jobs.ATTEMPTS,
}
JOBS = FRAME | ONE_PAGE | {"jobs": jobs.JOBS, "tabs": jobs.JOB_TABS} | jobs.CHOICE
LEADS = FRAME | leads.TABLE
LISTS = FRAME | ONE_PAGE | {"lists": lists.LISTS, "shared": lists.SHARED, "workspace": "Halden Growth"}
IMPORT = FRAME | {"editing": False, "working": None, "errors": {}}
EXPORTS = FRAME | ONE_PAGE | {"exports": exports.EXPORTS, "days": 7}
OPERATIONS = FRAME | {"shell": frame.SHELL | {"admin": True}, "tabs": operations.TABS, "page": ONE_PAGE["page"]}
DOOR = {"form": {"email": "amara@halden", "next": "/leads"}, "errors": {}, "embedded": True, "trial_credits": 100}
REGISTER = DOOR | {"terms_version": "2026-11-01"}
REFUSED = {"email": "That is not an e-mail address.", "password": "At least 10 characters.", "accept_terms": "Needed."}
AWAY = {"store": "PostgreSQL", "retry_after": 30, "method": "POST", "action": "/find", "fields": [("limit", "200")]}

PAGES: Shown = {
    "home": ("home.html", {"embedded": True, "trial_credits": 100}),
    "login": ("login.html", DOOR),
    "login/refused": ("login.html", DOOR | {"errors": {"": "That e-mail and password do not belong together."}}),
    "register": ("register.html", REGISTER),
    "register/refused": ("register.html", REGISTER | {"errors": REFUSED}),
    "terms": ("terms.html", {"terms_version": "2026-11-01"}),
    "find": ("find.html", FIND),
    "find/fresh": ("find.html", FIND | {"form": EMPTY_FORM, "estimate": find.ESTIMATE | {"open": True}}),
    "find/waiting": ("find.html", FIND | {"form": EMPTY_FORM, "estimate": None}),
    "find/short": ("find.html", WRONG),
    "find/nobody": ("find.html", FIND | {"estimate": find.NOBODY}),
    "jobs": ("jobs.html", JOBS),
    "jobs/none": ("jobs.html", JOBS | {"jobs": [], "narrowed": False}),
    "jobs/no-match": ("jobs.html", JOBS | {"jobs": []}),
    "jobs/418": ("job.html", JOB),
    "jobs/done": ("job.html", JOB | {"job": jobs.DONE}),
    "jobs/failed": ("job.html", JOB | {"job": jobs.FAILED}),
    "jobs/start": ("job.html", JOB | {"job": jobs.START, "leads": [], "events": jobs.EVENTS[-1:], "attempts": None}),
    "jobs/export": ("job.html", JOB | {"job": jobs.EXPORT_JOB}),
    "leads": ("leads.html", LEADS),
    "leads/8": ("leads.html", LEADS | {"lead": lead.LEAD, "close_url": "/leads"}),
    "leads/nothing": ("leads.html", LEADS | {"leads": [], "said": "0 leads", "count": {"value": 0, "exact": True}}),
    "leads/none": ("leads.html", LEADS | NEW | {"sources": find.SOURCES}),
    "leads/unlock": ("dialog.html", FRAME | acts.UNLOCK),
    "catalogue": ("catalogue.html", FRAME | catalogue.CATALOGUE),
    "catalogue/nobody": ("catalogue.html", FRAME | catalogue.CATALOGUE | {"people": [], "said": "0 people"}),
    "catalogue/empty": (
        "catalogue.html",
        FRAME
        | catalogue.CATALOGUE
        | {"people": [], "said": "0 people", "narrowed": False, "query": {"q": ""}, "chosen": []},
    ),
    "leads/delete": (
        "dialog.html",
        FRAME
        | {
            "fragment": "leads/_delete.html",
            "active": "leads",
            "heading": "Delete",
            "count": 24,
            "pairs": [("ids", "1")],
        },
    ),
    "profiles": ("profiles.html", FRAME | ONE_PAGE | {"profiles": kept.PROFILES}),
    "profiles/none": ("profiles.html", FRAME | ONE_PAGE | {"profiles": []}),
    "profiles/p1": ("profile.html", FRAME | kept.ONE),
    "profiles/refused": ("profile.html", FRAME | kept.ONE | {"errors": {"time_zone": "There is no such time zone."}}),
    "hidden": ("hidden.html", FRAME | ONE_PAGE | kept.HIDDEN),
    "hidden/none": ("hidden.html", FRAME | ONE_PAGE | kept.HIDDEN | {"hidden": [], "number": 0}),
    "hidden/companies": ("hidden.html", FRAME | ONE_PAGE | kept.AT_COMPANIES),
    "hidden/refused": (
        "hidden.html",
        FRAME | ONE_PAGE | kept.AT_COMPANIES | {"typed": "acme", "errors": {"domains": "“acme” is not a domain."}},
    ),
    "hidden/leads": (
        "dialog.html",
        FRAME | kept.QUESTION | {"fragment": "hidden/_hide.html", "active": "leads", "heading": "Hide leads"},
    ),
    "lists": ("lists.html", LISTS),
    "lists/none": ("lists.html", LISTS | {"lists": [], "shared": []}),
    "lists/l1": ("list.html", FRAME | lists.TABLE),
    "lists/looked-at": ("list.html", FRAME | lists.TABLE | {"list": lists.LISTS[1]}),
    "lists/nobody": ("list.html", FRAME | lists.TABLE | {"rows": []}),
    "lists/sharing": (
        "dialog.html",
        FRAME | lists.SHARING | {"fragment": "lists/_sharing.html", "active": "lists", "heading": "A list"},
    ),
    "shared/s1": ("shared.html", FRAME | lists.VISITED),
    "shared/over": ("shared_ended.html", FRAME | {"ended": {"name": "Autumn fair", "at": ago(days=2)}}),
    "find/viewer": (
        "only_looks.html",
        FRAME
        | {
            "shell": frame.SHELL | {"writes": False, "runs": False, "role": "viewer"},
            "active": "find",
            "heading": "Find leads",
            "not_for_you": "look for new ones or spend credits",
        },
    ),
    "shared/nobody": ("shared.html", FRAME | lists.VISITED | {"rows": []}),
    "lists/new": (
        "dialog.html",
        FRAME | lists.EDIT | {"fragment": "lists/_form.html", "active": "lists", "heading": "A list"},
    ),
    "lists/add": (
        "dialog.html",
        FRAME | lists.ADD | {"fragment": "lists/_add.html", "active": "lists", "heading": "A list"},
    ),
    "lists/combine": (
        "dialog.html",
        FRAME | lists.COMBINE | {"fragment": "lists/_combine.html", "active": "lists", "heading": "A list"},
    ),
    "lists/tag": (
        "dialog.html",
        FRAME | lists.TAG | {"fragment": "lists/_tag.html", "active": "lists", "heading": "A list"},
    ),
    "lists/remove": (
        "dialog.html",
        FRAME | lists.TAG | {"fragment": "lists/_remove.html", "active": "lists", "heading": "A list"},
    ),
    "leads/view": ("leads.html", LEADS | {"view": leads.VIEW, "density": "compact"}),
    "leads/views/new": (
        "dialog.html",
        FRAME | {"fragment": "leads/_view_form.html", "active": "leads", "heading": "Save a view"} | leads.VIEW_FORM,
    ),
    "leads/tags": ("leads/tags.html", FRAME | acts.TAG_LIST),
    "leads/tags-none": ("leads/tags.html", FRAME | acts.TAG_LIST | {"tags": []}),
    "leads/tag": (
        "dialog.html",
        FRAME | {"fragment": "leads/_tag.html", "active": "leads", "heading": "Tag leads"} | acts.TAG_FORM,
    ),
    "leads/undo": ("leads.html", LEADS | {"undo": {"id": "1", "words": "24 leads deleted"}}),
    "activity": ("activity.html", FRAME | activity.FEED),
    "activity/none": ("activity.html", NEW | activity.NONE),
    "activity/no-match": ("activity.html", FRAME | activity.NONE | {"narrowed": True}),
    "exports": ("exports.html", EXPORTS),
    "exports/none": ("exports.html", EXPORTS | {"exports": []}),
    "exports/new": (
        "dialog.html",
        FRAME | exports.DIALOG | {"fragment": "exports/_dialog.html", "active": "exports", "heading": "Export leads"},
    ),
    "imports": ("imports.html", FRAME | ONE_PAGE | {"imports": imports.LINES}),
    "imports/none": ("imports.html", FRAME | ONE_PAGE | {"imports": []}),
    "imports/new": ("imports/new.html", FRAME | imports.NEW),
    "imports/refused": (
        "imports/new.html",
        FRAME | imports.REFUSED,
    ),
    "imports/3": ("imports/one.html", IMPORT | {"import": imports.DONE}),
    "imports/3/checked": ("imports/one.html", IMPORT | {"import": imports.CHECKED}),
    "imports/3/undone": ("imports/one.html", IMPORT | {"import": imports.UNDONE}),
    "imports/3/columns": (
        "imports/one.html",
        IMPORT | {"import": imports.CHECKED, "editing": True} | imports.COLUMNS,
    ),
    "imports/3/working": ("imports/one.html", IMPORT | {"import": imports.DONE, "working": JOB | {"every": 1}}),
    "credits": ("credits.html", FRAME | ledger.CREDITS),
    "sources": ("sources.html", FRAME | {"providers": account.PROVIDERS}),
    "settings": ("settings.html", FRAME | account.SETTINGS),
    "settings/refused": (
        "settings.html",
        FRAME | account.SETTINGS | {"errors": REFUSED, "fresh": "rk_7Hq2mW0d9sXyTq3bLk"},
    ),
    "notices": ("notices.html", FRAME | {"notices": team.NOTICES, "page": ONE_PAGE["page"]}),
    "notices/none": ("notices.html", FRAME | {"notices": [], "page": ONE_PAGE["page"]}),
    "team": ("team.html", FRAME | team.TEAM),
    "team/link": ("team.html", FRAME | team.TEAM | team.LINK),
    "team/looking": ("team.html", FRAME | team.LOOKING),
    "invitations/new": ("team/invitation.html", team.INVITED),
    "invitations/mine": ("team/invitation.html", team.INVITED | {"mine": True, "signed_in": "jonas@halden.example"}),
    "invitations/gone": (
        "team/invitation.html",
        team.INVITED | {"invitation": None, "gone": "This link was used already."},
    ),
    "operations": ("operations.html", OPERATIONS | operations.OVERVIEW | {"section": "overview"}),
    "operations/quiet": ("operations.html", OPERATIONS | operations.QUIET | {"section": "overview"}),
    "operations/stuck": ("operations.html", OPERATIONS | {"section": "stuck", "jobs": operations.JOBS}),
    "operations/waiting": ("operations.html", OPERATIONS | {"section": "waiting", "jobs": operations.JOBS[1:]}),
    "operations/unknown": ("operations.html", OPERATIONS | {"section": "unknown"} | operations.UNKNOWN),
    "operations/looked": ("operations.html", OPERATIONS | {"section": "unknown"} | operations.LOOKED),
    "operations/record": ("operations.html", OPERATIONS | {"section": "record", "acts": operations.ACTS}),
    "operations/mail": (
        "operations.html",
        OPERATIONS | {"section": "mail", "mails": operations.MAILS, "sending": False},
    ),
    "operations/mail-none": ("operations.html", OPERATIONS | {"section": "mail", "mails": [], "sending": True}),
    "operations/nothing": ("operations.html", OPERATIONS | {"section": "stuck", "jobs": []}),
    "operations/release": (
        "dialog.html",
        OPERATIONS
        | operations.RELEASE
        | {"fragment": "operations/_release.html", "active": "operations", "heading": "Give jobs up"},
    ),
    "errors/400": ("errors/400.html", {}),
    "errors/403": ("errors/403.html", {}),
    "errors/404": ("errors/404.html", {}),
    "errors/405": ("errors/405.html", {}),
    "errors/413": ("errors/413.html", {}),
    "errors/429": ("errors/429.html", {"retry_after": 30}),
    "errors/500": ("errors/500.html", {"reference": "4f2c-91ab"}),
    "errors/503": ("errors/503.html", AWAY),
}

SUGGESTIONS = [{"value": "Software", "label": "Software", "note": "industry"}, {"value": "Solar", "label": "Solar"}]
FRAGMENTS: Shown = {
    "find/estimate": ("find/_estimate.html", FIND),
    "find/suggest": ("find/_suggestions.html", {"facet": "industries", "suggestions": SUGGESTIONS}),
    "find": ("find/_form.html", WRONG),
    "credits/balance": ("_pulse.html", FRAME),
    "jobs": ("jobs/_list.html", JOBS),
    "jobs/418/status": ("jobs/_status.html", JOB | {"every": 1}),
    "jobs/418/leads": ("jobs/_leads.html", JOB | {"every": 2}),
    "jobs/418/events": ("jobs/_events.html", JOB | {"every": 2}),
    "jobs/418/row": ("jobs/_row.html", JOB),
    "jobs/419/row": ("jobs/_row.html", JOB | {"job": jobs.JOBS[1]}),
    "exports/8/row": ("exports/_row.html", {"export": exports.WRITING}),
    "leads": ("leads/_table.html", LEADS),
    "leads/8": ("leads/_panel.html", LEADS | {"lead": lead.LEAD, "close_url": "/leads"}),
    "leads/delete": ("leads/_delete.html", {"count": 24, "pairs": [("ids", "1")]}),
    "lists/l1": ("lists/_table.html", lists.TABLE),
    "lists/new": ("lists/_form.html", lists.EDIT),
    "lists/add": ("lists/_add.html", lists.ADD),
    "lists/combine": ("lists/_combine.html", lists.COMBINE),
    "lists/tag": ("lists/_tag.html", lists.TAG),
    "lists/sharing": ("lists/_sharing.html", lists.SHARING),
    "shared/s1": ("lists/_shared_table.html", lists.VISITED),
    "lists/row": ("lists/_row.html", {"row": lists.ROWS[0], "list": lists.LISTS[0]}),
    "activity": ("activity/_feed.html", activity.FEED),
    "leads/tag": ("leads/_tag.html", acts.TAG_FORM),
    "leads/8/tags": ("leads/_tags.html", {"lead": lead.LEAD}),
    "leads/8/notes": ("leads/_notes.html", FRAME | {"lead": lead.LEAD}),
    "leads/views": ("leads/_views.html", LEADS | {"view": leads.VIEW}),
    "leads/views/new": ("leads/_view_form.html", leads.VIEW_FORM),
    "imports/3/columns": (
        "imports/_columns.html",
        {"import": imports.CHECKED} | imports.COLUMNS | {"errors": {"mapping": "Say which column has an e-mail."}},
    ),
    "exports/new": ("exports/_dialog.html", exports.DIALOG),
    "operations/release": ("operations/_release.html", operations.RELEASE),
}
