"""`python3 -m reachly jobs`: the same desk, from the command line."""

from __future__ import annotations

from argparse import Namespace
from typing import Any
from uuid import uuid4

import pytest

from reachly.operator import line
from reachly.operator.jobs import main
from reachly.operator.mishaps import Mishap
from tests.engine.work import balances, job
from tests.oversight.made import acts_on, aged, call, claimed
from tests.reliability.workers import settle


def run(act: str | None = None, job_id: Any = None, reason: str | None = None) -> int:
    return main(Namespace(act=act, id=job_id, reason=reason))


def test_a_stuck_job_is_named_tried_again_and_given_up(team, capsys) -> None:
    settle()  # what other tests left open would come first
    claim = claimed(team, hold=10)
    aged(claim.id, lease_until="1 minute")
    assert run() == 1
    assert f"{claim.id}  Job 1 of Alice: lease; running, attempt 1, host:1" in capsys.readouterr().out
    run("retry", claim.id)
    assert "Job 1 is on its way." in capsys.readouterr().out
    with pytest.raises(Mishap, match="sent a moment ago"):
        run("retry", claim.id)
    with pytest.raises(Mishap, match="--reason"):
        run("release", claim.id, " ")
    run("release", claim.id, "Its machine burnt down")
    assert "Job 1 is given up; 10 credits went back." in capsys.readouterr().out
    with pytest.raises(Mishap, match="no open job"):
        run("release", claim.id, "once more")
    assert job(team, claim.id)["status"] == "failed"
    assert balances(team)["available"] == 100
    assert [(act, who) for act, who, _ in acts_on(claim.id)] == [("retry", None), ("release", None)]
    run("record")
    assert "command line: release Job 1 of Alice: Its machine burnt down" in capsys.readouterr().out


def test_waiting_jobs_and_lost_calls_are_listed(team, capsys) -> None:
    claim = claimed(team)
    call(team, claim.id)
    claim.wait(claim.now(), "Lusha asked us to slow down.")
    assert (run("waiting"), run("unknown")) == (0, 0)
    said = capsys.readouterr().out
    assert "Lusha asked us to slow down." in said
    assert "lusha enrich, Job 1 of Alice: 5 min ago" in said


@pytest.mark.parametrize("words", [("jobs", "retry"), ("jobs", "stuck", str(uuid4())), ("jobs", "release", "none")])
def test_a_wrong_command_line_is_refused(words: tuple[str, ...], capsys) -> None:
    with pytest.raises(SystemExit):
        line.main(words)
    assert "usage:" in capsys.readouterr().err
