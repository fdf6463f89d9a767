"""Who is looking at the page: a cookie that carries a session's secret, looked up for each request.

Pages use ``current_user`` (a :class:`Visitor`) and ``login_required`` of Flask-Login.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import Flask, Response, flash, g, make_response, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from reachly import accounts, workplaces
from reachly.accounts import Person
from reachly.web.security import for_programs

LONGEST_AGENT = 300


class Visitor(UserMixin):
    """A signed-in person on a page, in the workspace of their session."""

    def __init__(self, token: str, person: Person) -> None:
        self.token = token
        self.person = person

    def get_id(self) -> str:
        """The session's secret, which is new after every sign-in, so that a planted cookie is worth nothing."""
        return self.token

    @property
    def user_id(self) -> UUID:
        return self.person.user_id

    @property
    def workspace_id(self) -> UUID:
        return self.person.workspace_id

    @property
    def workspace(self) -> str:
        """The workspace's name."""
        return self.person.workspace

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def email(self) -> str:
        return self.person.email

    @property
    def role(self) -> str:
        """What they are in this workspace: owner, admin, member or viewer."""
        return self.person.workspace_role

    @property
    def may_write(self) -> bool:
        """Whether they may change what the workspace has."""
        return self.person.may_write

    @property
    def runs(self) -> bool:
        """Whether they run the workspace."""
        return self.person.runs

    @property
    def demo(self) -> bool:
        """Whether this is the shared demo."""
        return self.person.demo

    @property
    def is_admin(self) -> bool:
        return self.person.role == "admin"


def me() -> tuple[UUID, UUID]:
    """The workspace and the person of this session, which everything that is done for them is told."""
    return current_user.workspace_id, current_user.user_id


def start(app: Flask) -> None:
    """Let Flask-Login find visitors by their session; programs have no cookies here."""
    manager = LoginManager(app)
    manager.session_protection = None
    # Nothing is remembered beyond the session; looking for a remember cookie would make every answer depend on cookies.
    app.after_request_funcs[None].remove(manager._update_remember_cookie)
    manager.user_loader(_found)
    manager.unauthorized_handler(_unknown)


def _found(token: str) -> Visitor | None:
    if for_programs(request.path):
        return None
    person = accounts.find_session(token)
    return Visitor(token, person) if person else None


def _unknown() -> Response:
    """Send to the sign-in and back: a page by redirect, a fragment by the header that makes htmx leave the page."""
    fragment = request.headers.get("HX-Request") == "true"
    back = _page_of_fragment() if fragment else request.full_path.rstrip("?") if request.method == "GET" else ""
    token = session.get("_user_id")
    if token and (name := workplaces.put_out(token)):
        session.clear()
        flash(f"You do not belong to {name} any more. Your own workspace is still here: sign in to go on.", "warn")
        back = ""
    address = "/login" + (f"?{urlencode({'next': back})}" if safe_next(back) not in ("", "/") else "")
    if fragment:
        response = make_response("", 204)
        response.headers["HX-Redirect"] = address
        return response
    return make_response(redirect(address, 302))


def _page_of_fragment() -> str:
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    return shown.path + (f"?{shown.query}" if shown.query else "")


def safe_next(target: str | None, otherwise: str = "") -> str:
    """``target`` when it is a path of ours to go to, else ``otherwise``: nobody is sent away by a link."""
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if any(sign < " " or sign in "\\\x7f" for sign in target) or target.split("?")[0] in (
        "/login",
        "/register",
        "/logout",
    ):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc or for_programs(parts.path) else target


def agent() -> str:
    """What the browser calls itself, for the list of sessions."""
    return request.headers.get("User-Agent", "")[:LONGEST_AGENT]


def address() -> str:
    """Where the request comes from; behind a proxy only with TRUSTED_PROXIES."""
    return request.remote_addr or "unknown"


def enter(token: str) -> None:
    """Sign the browser in with a new session's secret; what it held before is dropped and its old session ended."""
    leave()
    person = accounts.find_session(token)
    assert person is not None
    session.clear()
    session.permanent = True
    login_user(Visitor(token, person))


def move_to(workspace_id: UUID) -> bool:
    """Have this browser's session work in another workspace of its person; false where they do not belong there.

    Forms of other tabs are of the workspace before: they are refused, since the proof that they are ours is renewed.
    """
    if not workplaces.move(current_user.token, current_user.user_id, current_user.workspace_id, workspace_id):
        return False
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    g.pop("shell", None)
    return True


def enter_as(account: accounts.Account) -> None:
    """Sign this browser in anew as this person in this workspace."""
    enter(accounts.start_session(account.user_id, account.workspace_id, agent()))


def leave() -> None:
    """Sign the browser out; its session is worth nothing from then on."""
    if current_user.is_authenticated:
        accounts.end_session(current_user.token)
    logout_user()
    session.clear()
