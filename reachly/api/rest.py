"""Table access in PostgREST's dialect (docs.postgrest.org, version 14), for clients that already speak it."""

from __future__ import annotations

from collections.abc import Callable

import peewee
from flask import Blueprint, Response, request

from reachly import rest
from reachly.accounts import Person
from reachly.api import caller
from reachly.api.problem import Problem

bp = Blueprint("api_rest", __name__)
JSON = "application/json"
OBJECT, ARRAY = "application/vnd.pgrst.object+json", "application/vnd.pgrst.array+json"


@bp.route("/rest/v1/<table>", methods=["GET", "POST", "PATCH", "DELETE", "PUT"])
def rows(table: str) -> Response:
    """The rows of one table: read, added, changed or deleted, as the caller's scope lets through."""
    person = caller.who("read" if request.method in ("GET", "HEAD") else "write")
    caller.charge(person, None)
    try:
        return _answered(person, table)
    except rest.Refused as refused:
        raise _problem(refused) from None
    except peewee.PeeweeException as error:
        meant = rest.of_database(error)
        if meant is None:
            raise
        raise _problem(meant) from None


@bp.route("/rest/v1/rpc/<name>", methods=["GET", "POST"])
def function(name: str) -> Response:
    """There are no functions here."""
    caller.charge(caller.who("read"), None)
    raise Problem(
        404, f"Could not find the function public.{name[:60]} in the schema cache", code="PGRST202", hint="/functions"
    )


def _answered(person: Person, table: str) -> Response:
    single = _single()
    for header in ("Accept-Profile", "Content-Profile"):
        if request.headers.get(header, "public") != "public":
            raise rest.Refused(406, "PGRST106", "Invalid schema", "Only the schema public is exposed")
    asked = rest.asked(table, request.args.items(multi=True))
    reads = request.method in ("GET", "HEAD")
    wishes = rest.Wishes.of(",".join(request.headers.getlist("Prefer")), request.headers.get("Range"), single)
    if reads:
        told = rest.read(person.workspace_id, person.user_id, asked, wishes)
        return _response(told, wishes, 206 if told.partial else 200)
    if request.method == "DELETE":
        told = rest.delete(person.workspace_id, person.user_id, asked, wishes)
    elif request.method in ("POST", "PATCH"):
        write: Callable[..., rest.Told] = rest.insert if request.method == "POST" else rest.update
        told = write(person.workspace_id, person.user_id, asked, wishes, _body())
    else:
        raise rest.Refused(405, "PGRST117", f"Unsupported HTTP method: {request.method}")
    if wishes.returns == "representation":
        return _response(told, wishes, 201 if request.method == "POST" else 200)
    response = _response(told, wishes, 201 if request.method == "POST" else 204)
    response.set_data(b"")
    del response.headers["Content-Type"]
    if told.location:
        response.headers["Location"] = told.location
    return response


def _single() -> bool:
    """Whether one object is wanted; raises ``Refused`` where nothing that is wanted can be given."""
    accepted = list(request.accept_mimetypes.values())
    for kind in (value.partition(";")[0].strip() for value in accepted):
        if kind in (JSON, ARRAY, "application/*", "*/*"):
            return False
        if kind == OBJECT:
            return True
    if not accepted:
        return False
    raise rest.Refused(406, "PGRST107", f"None of these media types are available: {', '.join(accepted)[:200]}")


def _body() -> bytes:
    if request.mimetype not in ("", JSON, OBJECT, ARRAY):
        raise rest.Refused(415, "PGRST107", f"Content-Type not acceptable: {request.mimetype[:100]}")
    return request.get_data()


def _response(told: rest.Told, wishes: rest.Wishes, status: int) -> Response:
    kind = OBJECT if wishes.single else JSON
    response = Response(told.body, status, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Range"] = told.range
    response.headers["Range-Unit"] = "items"
    if wishes.applied:
        response.headers["Preference-Applied"] = ", ".join(wishes.applied)
    return response


def _problem(refused: rest.Refused) -> Problem:
    return Problem(refused.status, refused.message, code=refused.code, details=refused.details, hint=refused.hint)
