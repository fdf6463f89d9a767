"""What pages cost, in hello pages: the same server, one process, the same number of clients, rounds in turn.

A page of 50 leads, its table alone, a job's fragment, and a poll that finds nothing new, each against a page that
touches no store and renders no template.
"""

from __future__ import annotations

import re
import socket
import statistics
import sys
import threading
import time
from uuid import UUID

from _people import new_team
from _serve import served

from reachly import accounts
from reachly.database import owner_database, scope
from reachly.engine import look
from reachly.engine.request import Wish, request
from reachly.settings import settings

CLIENTS = 4
SECONDS = 2.0
ROUNDS = 3
LEADS = 500


def main() -> int:
    """Serve both, ask in turns, print the ratios."""
    workspace_id, user_id = new_team()
    wish = Wish("generate_leads", "interactive", "Bench", {"limit": 100}, 100, sources=(("lusha", False),))
    job_id = request(workspace_id, user_id, wish).job_id
    plant(workspace_id, job_id)
    cookie = f"reachly={signed_in(user_id, workspace_id)}"
    with scope(workspace_id, user_id):
        job = look.job(job_id)
    assert job is not None
    app, hello = "reachly.app:create_app()", "bench._hello:create_app()"
    with served(app, "/healthz") as (_, ours), served(hello, "/") as (_, plain):
        status = f"/jobs/{job_id}/status?poll=1"
        tag = ask_once(ours, status, cookie, "HX-Request: true\r\n")
        asked = {
            "hello": (plain, get("/")),
            "page of 50 leads": (ours, get("/leads", cookie)),
            "table of 50 leads": (ours, get("/leads", cookie, "HX-Request: true\r\nHX-Target: table\r\n")),
            "job fragment": (ours, get(status, cookie, "HX-Request: true\r\n")),
            "poll, nothing new": (ours, get(status, cookie, f"HX-Request: true\r\nIf-None-Match: {tag}\r\n")),
        }
        rates: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, (port, message) in asked.items():
                rates[name].append(rate(port, message))
    middle = {name: statistics.median(found) for name, found in rates.items()}
    for name, found in middle.items():
        print(f"{name:<20}{found:8,.0f} a second{middle['hello'] / found:8.1f} x hello")
    return 0


def get(path: str, cookie: str = "", more: str = "") -> bytes:
    """The bytes of a request that keeps its connection."""
    held = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{held}{more}\r\n".encode()


def rate(port: int, message: bytes) -> float:
    """Answers per second with a few clients that ask as soon as they were answered."""
    counts = [0] * CLIENTS
    ends = time.monotonic() + SECONDS

    def client(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
            while time.monotonic() < ends:
                sock.sendall(message)
                answer(sock)
                counts[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def answer(sock: socket.socket) -> bytes:
    """The head of one answer, after all of it was read."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += sock.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    code = int(head[9:12])
    assert code in (200, 304), head
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    left = int(length[1]) - len(body) if length and code == 200 else 0
    while left > 0:
        left -= len(sock.recv(65536))
    return head


def ask_once(port: int, path: str, cookie: str, more: str) -> str:
    """The tag of one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(get(path, cookie, more))
        tag = re.search(rb"etag: (\S+)", answer(sock), re.IGNORECASE)
    assert tag
    return tag[1].decode()


def signed_in(user_id: UUID, workspace_id: UUID) -> str:
    """The value of a signed-in browser's cookie."""
    from flask.sessions import SecureCookieSessionInterface

    from reachly.app import create_app

    signer = SecureCookieSessionInterface().get_signing_serializer(create_app())
    assert signer is not None
    token = accounts.start_session(user_id, workspace_id, "bench")
    return str(signer.dumps({"_user_id": token, "_fresh": True}))


def plant(workspace_id: UUID, job_id: UUID) -> None:
    """Leads of a finished search, straight into the table."""
    owner = owner_database(settings())
    with owner.connection_context(), owner.atomic():
        owner.execute_sql(
            "WITH made AS (INSERT INTO contacts (id) SELECT gen_random_uuid() FROM generate_series(1, %s) RETURNING id)"
            " INSERT INTO leads (workspace_id, contact_id, job_id, first_name, last_name, title, email, email_status,"
            " company, company_domain, industry, company_size, city, country, source, sample)"
            " SELECT %s, id, %s, 'First', 'Last', 'Head of operations', id || '@firm.example', 'valid', 'Firm',"
            " 'firm.example', 'Software', '51-200', 'Hamburg', 'DE', 'lusha', true FROM made",
            (LEADS, workspace_id, job_id),
        )
        owner.execute_sql("ANALYZE leads")


if __name__ == "__main__":
    sys.exit(main())
