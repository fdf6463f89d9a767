"""The whole sandbox as one function from request to response."""

from __future__ import annotations

from reachly.sandbox import clay, control, inbox, lusha
from reachly.sandbox.accounts import Accounts
from reachly.sandbox.clay import tables
from reachly.sandbox.messages import Request, Response
from reachly.sandbox.postman import Postman
from reachly.sandbox.world import World


class Application:
    """Lusha under ``/v3``, Clay under ``/public/v0`` and its tables; ``/_control``, ``/inbox``, ``/healthz``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.accounts = Accounts()
        self.postman = Postman()
        self.inbox = inbox.Inbox()

    def __call__(self, request: Request) -> Response:
        """The answer to ``request``."""
        path = request.path
        if path.startswith(tables.PATH):
            return tables.answer(self.world, self.accounts, self.postman, request)
        if path.startswith("/v3/"):
            return lusha.answer(self.world, self.accounts, request)
        if path.startswith(f"{clay.ROOT}/"):
            return clay.answer(self.world, self.accounts, self.postman, request)
        if path.startswith(control.ROOT):
            return control.answer(self.world, self.accounts, request)
        if path == inbox.PATH and control.allowed(request):
            return inbox.answer(self.inbox, request)
        if path == "/healthz":
            return Response.of({"status": "ok", "people": len(self.world), "sample": True})
        return Response.of({"message": "Not found"}, 404)
