"""`/leads/duplicates`: pairs that look like one person, side by side, and the press that makes them one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly.leads import NoSuchLead, get
from reachly.merging import LOOKED, CannotMerge, Pair, duplicates, merge
from reachly.models import Lead
from reachly.web import undo
from reachly.web.asked import identifier
from reachly.web.session import me

FIELDS = {
    "title": "Title",
    "company": "Company",
    "company_domain": "Domain",
    "email": "E-mail",
    "phone": "Phone",
    "linkedin_url": "Profile",
    "country": "Country",
    "source": "Source",
}


def show() -> ResponseReturnValue:
    """The pairs, each with what the two have and where they differ."""
    found = duplicates(*me())
    return render_template("leads/duplicates.html", pairs=[_pair(pair) for pair in found], looked=LOOKED)


def make_one() -> ResponseReturnValue:
    """Merge a pair and show those that are left."""
    who = me()
    kept, gone = identifier(request.form.get("kept")), identifier(request.form.get("gone"))
    try:
        name = get(*who, kept).lead.name
        get(*who, gone)
        made = merge(*who, kept, gone)
    except (NoSuchLead, CannotMerge):
        flash("One of these two is not there any more. Nothing was changed.", "warn")
    else:
        undo.offer(made.action_id, f"2 leads are one: {name}")
    return redirect("/leads/duplicates", 303)


def _pair(pair: Pair) -> dict[str, Any]:
    rows = [(label, _value(pair.kept, name), _value(pair.gone, name)) for name, label in FIELDS.items()]
    return {
        "kept": pair.kept,
        "gone": pair.gone,
        "why": pair.why,
        "rows": [
            {"label": label, "kept": one, "gone": other, "same": one == other}
            for label, one, other in rows
            if one or other
        ],
    }


def _value(lead: Lead, name: str) -> str:
    value = getattr(lead, name)
    if value is None:
        return "Locked" if name in lead.locked else ""
    return str(value).removeprefix("https://www.") if name == "linkedin_url" else str(value)
