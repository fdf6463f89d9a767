"""`/sources`: who can be asked for leads, how they are doing, and the workspace's own keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly import provider_calls, provider_keys
from reachly.cache import shared
from reachly.database import scope
from reachly.generate.asking import lead_prices, price_list
from reachly.providers.failures import ProviderFailure
from reachly.providers.registry import PROVIDERS, breaker_state
from reachly.settings import settings
from reachly.sources import Source, source_of, sources_of
from reachly.web.asked import fragment, members_only
from reachly.web.session import me

bp = members_only(Blueprint("sources", __name__))

STATES = {
    "ready": ("Ready", "ok", ""),
    "no_key": ("No key", "neutral", "Put in a key of your own, or ask who runs this server for one."),
    "key_unreadable": ("Key unreadable", "error", "Put in your key again."),
    "paused": ("Paused", "warn", "Jobs wait for it or go on with the others."),
}
Beside = tuple[dict[str, provider_keys.OwnKey], dict[str, provider_calls.Calls]]
BREAKERS = {"open": "Left alone for a while", "half_open": "Being tried out"}


@bp.get("/sources")
def sources() -> ResponseReturnValue:
    """Every source as this workspace has it."""
    return render_template("sources.html", **_all(), errors={})


@bp.get("/sources/<name>/left")
def left(name: str) -> ResponseReturnValue:
    """What is left on the account at the provider: asked for beside the page, because the provider may be slow."""
    _known(name)
    try:
        account = provider_keys.try_out(*me(), name)
    except ProviderFailure as failure:
        return render_template("sources/_left.html", name=name, failure=str(failure))
    return render_template("sources/_left.html", name=name, account=account)


@bp.post("/sources/<name>/key")
def save(name: str) -> ResponseReturnValue:
    """Keep the workspace's own key once the provider took it; `test` only tries out what is typed or in use."""
    _known(name)
    typed = request.form.get("key", "")
    only_test = "test" in request.form
    try:
        used = None if only_test and not typed.strip() else provider_keys.checked(typed)
        provider_keys.checked_options(name, request.form)
        account = provider_keys.try_out(*me(), name, used)
    except provider_keys.KeyUnfit as unfit:
        return _card(name, {name: str(unfit)}), 422
    except ProviderFailure as failure:
        if only_test or failure.permanent:
            return _card(name, {name: str(failure)}), 422
        account = None  # it could not be asked just now: that says nothing about the key
    if not only_test and used:
        provider_keys.save(*me(), name, used, request.form)
    said = _said(account, only_test)
    return _card(name, {}, said) if fragment() else redirect("/sources", 303)


@bp.post("/sources/<name>/key/remove")
def remove(name: str) -> ResponseReturnValue:
    """Forget the workspace's own key."""
    _known(name)
    provider_keys.remove(*me(), name)
    return _card(name, {}) if fragment() else redirect("/sources", 303)


def _known(name: str) -> None:
    if name not in PROVIDERS:
        abort(404)


def _said(account: Any, only_test: bool) -> str:
    if account is None:
        return "Saved. The provider could not be asked just now, so the key is not tried out yet."
    told = "" if account.credits_left is None else f" {account.credits_left:,} credits are left on it."
    return ("The account answers." if only_test else "Saved, and the account answers.") + told


def _card(name: str, errors: dict[str, str], said: str = "") -> str:
    """One source's card, or without htmx the whole page."""
    if not fragment():
        return render_template("sources.html", **_all(), errors=errors, said={name: said})
    shown = _provider(source_of(*me(), name), _beside())
    return render_template("sources/_provider.html", provider=shown, errors=errors, said={name: said})


def _all() -> dict[str, Any]:
    beside = _beside()
    return {"providers": [_provider(source, beside) for source in sources_of(*me())]}


def _price() -> str:
    """What a lead costs where this server's key pays for it."""
    with scope(*me()):
        prices = lead_prices(price_list(), ("email", "phone"))
    credit = "credit" if prices["email"] == 1 else "credits"
    return f"{prices['email']} {credit} a lead with e-mail, {prices['phone']} more with a phone; misses are free"


def _beside() -> Beside:
    return provider_keys.kept(*me()), provider_calls.of_today(*me())


def _options(name: str, own: provider_keys.OwnKey | None) -> list[dict[str, str]]:
    """What goes with a key of one's own, with what is kept of it."""
    asked = PROVIDERS[name].options if name in PROVIDERS else {}
    return [
        {"name": option, "label": label, "value": own.options.get(option, "") if own else ""}
        for option, label in asked.items()
    ]


def _provider(source: Source, beside: Beside) -> dict[str, Any]:
    own, called = beside[0].get(source.name), beside[1].get(source.name, provider_calls.Calls())
    words, kind, todo = STATES[source.state]
    breaker = breaker_state(source.config, shared()) if source.config else None
    return {
        "name": source.name,
        "label": source.label,
        "about": source.note,
        "state": words,
        "kind": kind,
        "why": source.reason,
        "todo": todo,
        "resumes_at": source.resumes_at,
        "key": "own" if source.own_key else "house" if source.config else "",
        "key_hint": f"ends in {own.hint}" if own else "",
        "options": _options(source.name, own),
        "price": _price() if source.config and not source.own_key else "",
        "usable": source.usable,
        "sandbox": bool(settings().sandbox_url)
        and source.config is not None
        and source.config.base_url.startswith(settings().sandbox_url),
        "breaker": BREAKERS.get(breaker.state) if breaker else None,
        "calls": called,
        "last_call_at": called.last_at,
    }
