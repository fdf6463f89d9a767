"""Puts the web application together."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from htmx_flask import Htmx
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from reachly import api, logs, web
from reachly.settings import settings
from reachly.web import assets, compress, errors, limits, metrics, roles, security, session

ROOT = Path(__file__).resolve().parent.parent


def create_app(strict: bool = False) -> Flask:
    """The application with all its doors; connects to nothing until it is asked something.

    With ``strict`` a template that uses a name nobody gave it fails, as it should in tests.
    """
    config = settings()
    logs.start()
    app = Flask("reachly", root_path=str(ROOT), template_folder="templates", static_folder=None)
    secrets = config.secrets()
    app.config.update(
        SECRET_KEY=secrets[0],
        SECRET_KEY_FALLBACKS=secrets[1:],
        MAX_CONTENT_LENGTH=config.request_body_bytes,
        MAX_FORM_MEMORY_SIZE=config.request_body_bytes,
        MAX_FORM_PARTS=2000,
        TESTING=strict,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = False
    if strict:
        app.jinja_env.undefined = StrictUndefined
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    Htmx(app)
    assets.start(app, ROOT / "static")
    compress.start(app)
    security.start(app)
    metrics.start(app)
    session.start(app)
    limits.start(app)
    roles.start(app)
    errors.start(app, api.problem.answer, api.problem.EXPECTED)
    api.start(app)
    web.register(app)
    return app
