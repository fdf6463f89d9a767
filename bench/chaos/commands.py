"""The verb: one seed or several in a row, a page for each, and all of it as JSON where asked for."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench.chaos.report import Report
from bench.chaos.run import Run


def main(arguments: argparse.Namespace) -> int:
    """Run the seeds; 1 when anything was found, 0 when all held."""
    seeds = arguments.seeds or [arguments.seed]
    reports: list[Report] = []
    for seed in seeds:
        home = arguments.home / str(seed) if arguments.home and len(seeds) > 1 else arguments.home
        run = Run(seed, arguments.minutes, arguments.users, arguments.persistence == "on", home)
        report = run.go()
        reports.append(report)
        sys.stdout.write(report.as_text() + "\n")
        sys.stdout.flush()
        if arguments.report:
            Path(arguments.report).write_text(json.dumps([asdict(one) for one in reports], indent=1, default=str))
    if len(reports) > 1:
        sys.stdout.write(_together(reports) + "\n")
    return int(any(report.breaches for report in reports))


def _together(reports: list[Report]) -> str:
    total = {name: sum(report.totals[name] for report in reports) for name in ("faults", "jobs", "leads", "accepted")}
    lulls = sorted(each for report in reports for each in (*report.lulls, report.quiet))
    p95 = lulls[min(len(lulls) - 1, int(len(lulls) * 0.95))]
    return (
        f"{len(reports)} seeds: {total['faults']} faults, {total['jobs']} jobs, {total['leads']} leads,"
        f" {total['accepted']} requests accepted; all quiet p95 {p95} s, at most {lulls[-1]} s;"
        f" {sum(len(report.breaches) for report in reports)} breaches"
    )
