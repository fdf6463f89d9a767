"""A run's figures, as JSON for programs and as a page for people."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Report:
    """Everything that is said about one run; ``breaches`` is empty or the run has failed."""

    seed: int
    minutes: float
    persistence: bool
    people: int
    seconds: float
    breaches: list[str]
    quiet: float
    lulls: list[float]
    faults: dict[str, int]
    facts: dict[str, Any]
    answers: dict[str, int]
    faulty: dict[str, int]
    slowest: dict[str, Any]
    recovery: dict[str, dict[str, float]]
    redis: dict[str, float]
    postgres: dict[str, float]
    home: str = ""
    totals: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Any, outcome: Any, quiet: float, seconds: float) -> Report:
        """The report of a run that is over."""
        book, log = run.notebook, run.log
        made = cls(
            seed=run.seed,
            minutes=run.minutes,
            persistence=run.durable_redis,
            people=len(run.people),
            seconds=round(seconds, 1),
            breaches=outcome.breaches,
            quiet=round(quiet, 2),
            lulls=[round(each, 2) for each in log.lulls],
            faults=dict(sorted(log.faults.items())),
            facts=outcome.facts,
            answers=dict(sorted(book.statuses.items())),
            faulty=dict(book.faulty.most_common(12)),
            slowest={what: summed(times) for what, times in sorted(book.slowest.items())},
            recovery=_by_kind(log.moments),
            redis=summed(log.redis),
            postgres=summed(log.postgres),
        )
        process, provider = sum(log.faults.values()), sum(outcome.facts["provider faults"].values())
        answered = sum(number for status, number in book.statuses.items() if not status.startswith("none"))
        made.totals = {
            "faults": process + provider,
            "process and line faults": process,
            "provider faults": provider,
            "jobs": outcome.facts["jobs"],
            "leads": outcome.facts["leads delivered"],
            "accepted": sum(1 for asked in book.asked if asked.job),
            "5xx share": round(sum(n for s, n in book.statuses.items() if s.startswith("5")) / max(1, answered), 4),
            "recovery": summed([moment.job for moment in log.moments]),
            "quiet": summed([*log.lulls, quiet]),
        }
        return made

    def as_json(self) -> str:
        """Everything, for programs."""
        return json.dumps(asdict(self), indent=1, default=str)

    def as_text(self) -> str:
        """The page for people."""
        total = self.totals
        lines = [
            f"seed {self.seed}, {self.minutes:g} minutes, {self.people} people,"
            f" Redis {'keeps' if self.persistence else 'forgets'} its data over a kill",
            f"  {total['faults']} faults: {total['process and line faults']} of processes and lines,"
            f" {total['provider faults']} by providers; {total['jobs']} jobs, {total['leads']} leads,"
            f" {total['accepted']} requests accepted",
            f"  answers: {_listed(self.answers)}; 5xx {total['5xx share']:.2%}",
            f"  5xx with PostgreSQL there: {_listed(self.faulty) or 'none'}",
            f"  ends: {_listed(self.facts['jobs by end'])}; errors: {_listed(self.facts['errors']) or 'none'}",
            f"  taken over {self.facts['taken over']} times, {self.facts['crashes']} crashes counted,"
            f" {len(self.facts['unknown calls'])} calls unknown",
            f"  providers' bill: {_listed(self.facts['provider bill'])}",
            f"  waste: {self.facts['pages']} pages bought; {_listed(self.facts['waste'])}",
            f"  faults: {_listed(self.faults)}",
            f"  provider faults: {_listed(self.facts['provider faults'])}",
            f"  all quiet after: p50 {total['quiet']['p50']} s, p95 {total['quiet']['p95']} s, at most"
            f" {total['quiet']['max']} s ({total['quiet']['number']} times)",
            f"  a request while Redis is away: p95 {self.redis['p95']} s, at most {self.redis['max']} s",
            f"  a request once PostgreSQL is back: p95 {self.postgres['p95']} s, at most {self.postgres['max']} s",
            "  a new job's end after a fault (web answers / job done, p50 p95 max):",
        ]
        for kind, told in self.recovery.items():
            lines.append(
                f"    {kind:32} {told['number']:3}  "
                + "".join(f"{told[f'web {name}']:7.2f}" for name in ("p50", "p95", "max"))
                + "   "
                + "".join(f"{told[f'job {name}']:7.2f}" for name in ("p50", "p95", "max"))
            )
        lines += [f"  BREACH {breach}" for breach in self.breaches]
        lines.append(f"  {len(self.breaches)} breaches" + (f"; everything is kept in {self.home}" if self.home else ""))
        return "\n".join(lines)


def summed(times: Iterable[float]) -> dict[str, float]:
    """Number, median, 95th percentile and the longest."""
    told = sorted(times)
    if not told:
        return {"number": 0, "p50": 0.0, "p95": 0.0, "max": 0.0}
    return {
        "number": len(told),
        "p50": round(told[len(told) // 2], 2),
        "p95": round(told[min(len(told) - 1, int(len(told) * 0.95))], 2),
        "max": round(told[-1], 2),
    }


def _by_kind(moments: Iterable[Any]) -> dict[str, dict[str, float]]:
    kinds: dict[str, list[Any]] = defaultdict(list)
    for moment in moments:
        kinds[moment.kind].append(moment)
    told: dict[str, dict[str, float]] = {}
    for kind, found in sorted(kinds.items()):
        web, job = summed(one.web for one in found), summed(one.job for one in found)
        told[kind] = {"number": len(found)}
        told[kind] |= {f"web {name}": web[name] for name in ("p50", "p95", "max")}
        told[kind] |= {f"job {name}": job[name] for name in ("p50", "p95", "max")}
    return told


def _listed(told: dict[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in told.items())
