"""Shows every template with sample values, under the product's own content security policy.

Run as a program it serves on a loopback port: ``python -m tests.look.preview 8123``. It is no part of the product.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

from flask import Flask, Response, abort, render_template, request, stream_with_context

from tests.look.pages import FRAGMENTS, PAGES

ROOT = Path(__file__).resolve().parents[2]
POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"


def create_preview() -> Flask:
    """An application whose addresses are the names in :mod:`tests.look.pages`; it stores nothing."""
    app = Flask("preview", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.secret_key = "only a preview"
    app.jinja_env.globals["csrf_token"] = lambda: "made-up-token"
    app.config |= {"SEND_FILE_MAX_AGE_DEFAULT": 31536000, "TEMPLATES_AUTO_RELOAD": True}

    @app.get("/")
    def index() -> str:
        return "".join(f"<p><a href='/{name}'>{name}</a>" for name in PAGES)

    @app.get("/jobs/<name>/stream")
    def stream(name: str) -> Response:
        def events() -> Iterator[str]:
            for event in ("status", "leads", "events"):
                template, context = FRAGMENTS[f"jobs/418/{event}"]
                lines = render_template(template, **context | {"every": 0}).splitlines()
                yield f"event: {event}\n" + "".join(f"data: {line}\n" for line in lines) + "\n"
            while True:
                sleep(1)
                yield ": still here\n\n"

        return Response(stream_with_context(events()), mimetype="text/event-stream")

    @app.route("/<path:name>", methods=["GET", "POST"])
    def page(name: str) -> tuple[str, int]:
        if request.headers.get("HX-Request") and name in FRAGMENTS:
            template, context = FRAGMENTS[name]
            return render_template(template, **context), 200
        if request.headers.get("HX-Request"):
            return "", 204
        if name not in PAGES:
            abort(404)
        template, context = PAGES[name]
        return render_template(template, **context), 200

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        if "gzip" in request.headers.get("Accept-Encoding", "") and not (response.mimetype or "").startswith(
            ("font/", "text/event")
        ):
            response.direct_passthrough = False
            response.set_data(gzip.compress(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.get_data()))
        return response

    return app


if __name__ == "__main__":
    create_preview().run("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8123, threaded=True, debug=False)
