"""What Clay's own webhook delivers: the word that a run is finished, and nothing of what it found.

Clay promises neither to deliver nor to deliver once, so a job goes on asking by itself; a delivery only spares it the
rest of its wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from reachly import news
from reachly.database import rows, transaction
from reachly.providers.clay.callback import verify_delivery
from reachly.settings import settings


class NoDeliveries(Exception):
    """No secret of a webhook is set, so nobody's word could be checked."""


@dataclass(frozen=True, slots=True)
class Woken:
    """A job that need not wait any more, and the queue through which it is sent."""

    job_id: UUID
    queue: str


def take(raw_body: bytes, signature: str | None) -> list[Woken]:
    """Wake the job that waits for the run which the delivery names; none where nobody does, or not any more.

    A delivery that comes again finds nobody waiting. Raises :class:`NoDeliveries`, and ``CallbackRefused`` unless Clay
    signed the very bytes.
    """
    secret = settings().clay_webhook_secret
    if secret is None:
        raise NoDeliveries
    run = verify_delivery(secret.get_secret_value(), raw_body, signature)
    if run is None or "\0" in run:
        return []
    with transaction():
        woken = rows("SELECT * FROM jobs_wake_for_run(%s)", (run.encode("utf-8", "replace").decode(),))
    for job in woken:
        news.publish(job["workspace_id"], job["id"])
    return [Woken(job["id"], job["queue"]) for job in woken]
