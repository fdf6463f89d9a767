"""Calls of saved views: ways to look at leads, kept under a name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint

from reachly import views
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.problem import Problem
from reachly.api.schemas.views import NewView, View, ViewChange, Views

bp = Blueprint("api_views", __name__)


@contextmanager
def told() -> Iterator[None]:
    """Failures of views as a program is told them."""
    try:
        yield
    except views.NoSuchView:
        raise Problem(404) from None
    except views.MayNotChange:
        raise Problem(403, "This view is somebody else's. Save it under a name of your own.") from None


def _who(person: Person) -> tuple[UUID, UUID]:
    return person.workspace_id, person.user_id


@call(bp, "GET", "/api/views", scope="read", answers={200: Views})
def list_views(person: Person) -> Views:
    """The views you see: the team's and your own."""
    found = views.desk(*_who(person), "leads").views
    return Views(data=[View.model_validate(each) for each in found])


@call(
    bp,
    "POST",
    "/api/views",
    scope="write",
    asks=NewView,
    answers={201: View},
    headers=("Location",),
    idempotent=True,
    personal=True,
)
def create_view(person: Person, body: NewView) -> tuple[View, int, dict[str, str]]:
    """Keep a view of the leads under a name. Who only looks may keep views of their own, and share none."""
    made = views.save(*_who(person), body.name, body.query, body.columns, body.density, body.shared)
    return View.model_validate(made), 201, {"Location": f"/api/views/{made.id}"}


@call(bp, "GET", "/api/views/<uuid:view_id>", scope="read", answers={200: View}, problems=(404,))
def get_view(person: Person, view_id: UUID) -> View:
    """One view."""
    with told():
        return View.model_validate(views.get(*_who(person), view_id))


@call(
    bp,
    "PATCH",
    "/api/views/<uuid:view_id>",
    scope="write",
    asks=ViewChange,
    answers={200: View},
    problems=(404,),
    personal=True,
)
def change_view(person: Person, view_id: UUID, body: ViewChange) -> View:
    """Change what a view is called, what it shows, or who sees it. `columns: null` gives the usual columns again."""
    with told():
        before = views.get(*_who(person), view_id)
        look = (
            before.query if body.query is None else body.query,
            body.columns if "columns" in body.model_fields_set else before.columns,
            body.density or before.density,
        )
        changed = views.change(*_who(person), view_id, name=body.name, shared=body.shared, look=look)
    return View.model_validate(changed)


@call(bp, "DELETE", "/api/views/<uuid:view_id>", scope="write", answers={204: None}, problems=(404,), personal=True)
def delete_view(person: Person, view_id: UUID) -> tuple[None, int]:
    """Delete a view; the leads stay."""
    with told():
        views.delete(*_who(person), view_id)
    return None, 204
