"""`jobs`: what is stuck, what waits, which calls got no answer; try a job again at once, or give it up."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from reachly.operator.line import say
from reachly.operator.mishaps import Mishap

if TYPE_CHECKING:
    from reachly.oversight import Desk, Picked

MOST = 200
LEFT = {
    "working": "A worker is at work on it.",
    "under_way": "It was sent a moment ago.",
    "in_line": "It is in line for one of its workspace's places, and goes when its turn comes.",
    "moved": "A worker took it up just now. Look again before you act.",
}


def main(arguments: argparse.Namespace) -> int:
    """Show a list, or do the act that was named."""
    act = arguments.act or "stuck"
    if act == "retry":
        return retry(arguments.id)
    if act == "release":
        return release(arguments.id, arguments.reason)
    return {"stuck": stuck, "waiting": waiting, "unknown": unknown, "record": record}[act]()


def stuck() -> int:
    """Open jobs that want to be looked at, oldest first; 1 where there are any, so that a script can tell."""
    from reachly.oversight import as_owner

    found = as_owner().jobs("stuck", most=MOST)
    for job in found:
        worker = job.worker or "no worker"
        said = f"{', '.join(job.why)}; {job.status}, attempt {job.attempt}, {worker}, {_ago(job.created_at)} old"
        say(f"{job.job_id}  Job {job.number} of {job.workspace}: {said}")
    say(f"{len(found)} stuck." if found else "Nothing is stuck.")
    return 1 if found else 0


def waiting() -> int:
    """Jobs that wait, with until when and for what."""
    from reachly.oversight import as_owner

    found = as_owner().jobs("waiting", most=MOST)
    for job in found:
        until = f"{job.wake_at:%H:%M:%S}" if job.wake_at else "some time"
        say(f"{job.job_id}  Job {job.number} of {job.workspace}: until {until} UTC, {job.wait_reason}")
    say(f"{len(found)} waiting." if found else "Nothing waits.")
    return 0


def unknown() -> int:
    """Calls that nobody got an answer to and nobody has looked into."""
    from reachly.oversight import as_owner

    found = as_owner().unknown(most=MOST)
    for call in found:
        where = f"Job {call.number} of {call.workspace}" if call.number else call.workspace
        cost = f"up to {call.may_have_cost} credits there" if call.may_have_cost is not None else "cost not known"
        say(f"{call.call_id}  {call.provider} {call.operation}, {where}: {_ago(call.requested_at)} ago, {cost}")
    say(f"{len(found)} without an answer." if found else "Every call got its answer.")
    return 0


def record() -> int:
    """What operators did, newest first."""
    from reachly.oversight import as_owner

    for act in as_owner().acts(most=MOST):
        what = f"Job {act.number} of {act.workspace}" if act.number else act.workspace
        say(f"{act.at:%Y-%m-%d %H:%M:%S} UTC  {act.who or 'command line'}: {act.act} {what}: {act.reason}")
    return 0


def retry(job_id: UUID) -> int:
    """Have the job tried again at once."""
    from jobs.broker import send
    from reachly.oversight import as_owner

    desk = as_owner()
    done = desk.retry(_picked(desk, job_id), "from the command line")
    if done.outcome != "sent" or done.queue is None:
        raise Mishap(LEFT.get(done.outcome, "It has ended."))
    send(done.queue, job_id)
    say(f"Job {done.number} is on its way.")
    return 0


def release(job_id: UUID, reason: str | None) -> int:
    """End the job as failed, keep what it brought, give back what it held."""
    from reachly.oversight import as_owner

    if not (reason or "").strip():
        raise Mishap("Say why with --reason TEXT: the people of the workspace read it.")
    desk = as_owner()
    done = desk.release(_picked(desk, job_id), reason or "")
    if done.outcome != "released":
        raise Mishap(LEFT.get(done.outcome, "It has ended."))
    say(f"Job {done.number} is given up; {done.credits} credits went back.")
    return 0


def _picked(desk: Desk, job_id: UUID) -> Picked:
    """The job as it stands now."""
    from reachly.oversight import Picked

    attempt = desk.attempt(job_id)
    if attempt is None:
        raise Mishap(f"There is no open job {job_id}.")
    return Picked(job_id, attempt)


def _ago(at: datetime) -> str:
    seconds = max(0, int((datetime.now(UTC) - at).total_seconds()))
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} s"
