"""Many at once: the question with its exact number and the most it can cost, then the job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from jobs.broker import wake
from reachly import unlock
from reachly.engine.request import KeyReused, NotEnoughCredits, TooManyOpen
from reachly.spending import CapReached
from reachly.unlock.quote import Quote
from reachly.web.asked import chosen, fragment, go, text, toast
from reachly.web.session import me
from reachly.web.unlock.one import many

Pairs = list[tuple[str, str]]
NOUNS = {"email": "e-mail", "phone": "phone"}


def question(
    contacts: Sequence[UUID], action: str, back: str, pairs: Pairs, error: str = "", note: str = ""
) -> ResponseReturnValue:
    """The dialog, or without htmx the page of it: for each way of answering how many values and how many credits."""
    told = unlock.quote(*me(), contacts, unlock.FIELDS)
    names: dict[str, Any] = {
        "leads": len(contacts),
        "ways": ways(told),
        "refused": sum(each.refused for each in told.fields),
        "providers": told.providers,
        "available": told.available,
        "pairs": pairs,
        "action": action,
        "back": back,
        "error": error,
        "note": note,
        "idempotency_key": text(request.form.get("idempotency_key")) or str(uuid4()),
    }
    if fragment():
        return render_template("unlock/_question.html", **names)
    page = {"fragment": "unlock/_question.html", "active": back.strip("/"), "heading": "Unlock"}
    return render_template("dialog.html", **page, **names), 402 if error else 200


def ways(told: Quote) -> list[dict[str, Any]]:
    """E-mails, phones, or both, each with how many could be had, how many are known already, and the most it costs;
    what there is none of is told only where there is nothing else.
    """
    found = []
    for fields in (["email"], ["phone"], ["email", "phone"]):
        parts = [each for each in told.fields if each.field in fields]
        values = [each.wanted if told.providers else each.known for each in parts]
        if not all(values) and (fields[1:] or any(each.known or each.wanted for each in told.fields)):
            continue
        most = sum(each.price * (each.wanted if told.paid else each.known) for each in parts)
        what = " and ".join(
            f"{count:,} {NOUNS[each.field]}{'' if count == 1 else 's'}"
            for count, each in zip(values, parts, strict=True)
        )
        found.append(
            {
                "fields": ",".join(fields),
                "what": what,
                "count": sum(values),
                "known": sum(each.known for each in parts),
                "owned": sum(each.owned for each in parts),
                "most": most,
                "enough": most <= told.available,
            }
        )
    return found


def start(contacts: Sequence[UUID], again: Callable[[str], ResponseReturnValue]) -> ResponseReturnValue:
    """Ask for what was agreed to; a job that has ended already is shown too. ``again`` asks the question once more."""
    fields = [field for field in text(request.form.get("fields")).split(",") if field in unlock.FIELDS]
    key = text(request.form.get("idempotency_key"), 80)
    agreed = chosen(request.form.get("count"), int) or 0
    most = chosen(request.form.get(f"most:{','.join(fields)}"), int)
    if not fields or not key or most is None:
        return again("Choose what to unlock.")
    try:
        asked = unlock.ask(*me(), contacts[: max(0, agreed)], fields, f"unlock:{key}", most)
    except NotEnoughCredits as short:
        return again(f"This may cost {many(short.required)}, and {short.available:,} are available.")
    except (CapReached, TooManyOpen, unlock.MoreThanAgreed) as full:
        return again(full.words)
    except KeyReused:
        return again("This was asked for before. Look again at what is left to unlock.")
    if asked.job is None:
        return nothing("Nothing is left to unlock there, so it cost nothing.", "/jobs")
    wake(asked.job)
    return go(f"/jobs/{asked.job.job_id}")


def nothing(words: str, back: str) -> ResponseReturnValue:
    """There is nothing to ask or to do."""
    if fragment():
        return toast(words, "warn")
    flash(words, "warn")
    return redirect(back, 303)
