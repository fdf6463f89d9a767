"""What every answer says to the browser about what it may do, and the proof that a form is ours."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_wtf import CSRFProtect

from reachly.settings import settings

POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PROGRAMS = ("/api/", "/functions/", "/rest/", "/hooks/")
"""Where programs knock: answered in JSON, without cookies and so without CSRF."""
UPLOADS = ("imports.upload", "api_imports.POST_import_leads")
"""What may be larger than any other request: a file, which is never held in memory as a whole."""
AROUND_FILE = 100_000
csrf = CSRFProtect()


def for_programs(path: str) -> bool:
    """Whether this path belongs to programs and not to people."""
    return path.startswith(PROGRAMS) or path in ("/api", "/functions", "/rest", "/hooks")


def secure() -> bool:
    """Whether people reach us by https."""
    return (settings().public_url or "").startswith("https://")


def start(app: Flask) -> None:
    """Check forms, mark cookies, and add the headers."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-reachly" if secure() else "reachly",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure(),
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=settings().session_days * 86_400,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    csrf.init_app(app)
    app.before_request(_check_form)
    app.after_request(_headers)


def _check_form() -> None:
    """Refuse a form that was not ours; programs show a token instead and send no cookie."""
    if request.endpoint in UPLOADS:
        request.max_content_length = settings().import_bytes + AROUND_FILE
    if request.method in ("POST", "PUT", "PATCH", "DELETE") and not for_programs(request.path):
        csrf.protect()


def _headers(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if secure():
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint in ("static", "static_plain"):
        return response
    if not for_programs(request.path):
        response.vary.add("HX-Request")
        response.vary.add("Cookie")
    if not response.cache_control:
        response.cache_control.no_store = True
    return response
