"""The addresses of the hidden."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from reachly.hidden import Company, Done, hide_companies, hide_contacts, show_companies, show_contacts
from reachly.hidden.listing import companies, counts, people
from reachly.identity import domain_name
from reachly.leads import BadCursor
from reachly.web import undo
from reachly.web.asked import chosen, go, members_only, text, turning
from reachly.web.hidden import hiding
from reachly.web.session import me, safe_next

bp = members_only(Blueprint("hidden", __name__))
PAGE = 50
MOST_DOMAINS = 1_000
OF = {"people": "People", "companies": "Companies"}


@bp.get("/hidden")
def hidden() -> ResponseReturnValue:
    """Who is hidden, whom was hidden last first."""
    return _page({}, "")


@bp.post("/hidden/companies")
def hide() -> ResponseReturnValue:
    """Hide companies by their domains; what is none comes back beside the field, as it was typed."""
    typed = text(request.form.get("domains"), 100_000)
    given = [part for part in re.split(r"[\s,;]+", typed) if part]
    wrong = [part for part in given if domain_name(part) is None]
    if not given or wrong or len(given) > MOST_DOMAINS:
        said = f"“{wrong[0][:40]}” is not a domain such as northgate.example." if wrong else "Name at least one domain."
        said = said if len(given) <= MOST_DOMAINS else f"At most {MOST_DOMAINS:,} at once; import a file for more."
        return _page({"domains": said}, typed), 422
    reason = text(request.form.get("reason"), 500)
    told = [Company(domain=domain) for domain in given]
    done = hide_companies(*me(), told, reason)
    return _done(done, "company", "companies", "hidden", "These are hidden already.", "/hidden?of=companies")


@bp.post("/hidden/contacts")
def hide_people() -> ResponseReturnValue:
    """Hide people of the catalogue, from wherever they are shown."""
    ids = [found for given in request.form.getlist("contact_ids") if (found := chosen(given, hiding.UUID))]
    done = hide_contacts(*me(), ids[:1000], text(request.form.get("reason"), 500))
    back = safe_next(request.form.get("next"), "/hidden")
    return _done(done, "person", "people", "hidden", "They are hidden already.", back)


@bp.post("/hidden/show")
def show() -> ResponseReturnValue:
    """Bring those who were picked back."""
    of = "companies" if request.form.get("of") == "companies" else "people"
    ids = [found for given in _picked() if (found := chosen(given, hiding.UUID))]
    if of == "companies":
        done = show_companies(*me(), ids)
        return _done(done, "company", "companies", "brought back", "Pick some first.", "/hidden?of=companies")
    done = show_contacts(*me(), ids)
    return _done(done, "person", "people", "brought back", "Pick some first.", "/hidden")


def _done(done: Done, one: str, many: str, what: str, nothing: str, back: str) -> ResponseReturnValue:
    if done.action_id is None:
        flash(nothing, "info")
    else:
        undo.offer(done.action_id, f"{done.count:,} {one if done.count == 1 else many} {what}")
    return go(back)


def _page(errors: dict[str, str], typed: str) -> str:
    given = request.values
    of = "companies" if errors or given.get("of") == "companies" else "people"
    q = text(given.get("q"))
    listing = companies if of == "companies" else people

    def url(**more: Any) -> str:
        words = {"of": of if of == "companies" else "", "q": q} | more
        pairs = urlencode([(name, each) for name, value in words.items() for each in _each(value) if each])
        return f"/hidden?{pairs}" if pairs else "/hidden"

    try:
        found = listing(*me(), q, given.get("after"), PAGE)
    except BadCursor:
        found = listing(*me(), q, None, PAGE)
    number = dict(zip(OF, counts(*me()), strict=True))
    tabs = [
        {"label": label, "url": f"/hidden?of={name}", "here": name == of, "count": f"{number[name]:,}"}
        for name, label in OF.items()
    ]
    return render_template(
        "hidden.html",
        hidden=found.hidden,
        of=of,
        tabs=tabs,
        number=number[of],
        page=turning(url, found.next_cursor),
        said=f"{len(found.hidden):,} shown" if found.hidden else "None",
        query={"q": q},
        typed=typed,
        errors=errors,
    )


def _picked() -> list[str]:
    """The one whose button was pressed, else those that were ticked."""
    return request.form.getlist("one") or request.form.getlist("ids")


def _each(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


bp.add_url_rule("/hidden/leads", view_func=hiding.hide_leads, methods=["POST"])
