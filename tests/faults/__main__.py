"""`scripts/faults`: seeded schedules of faults over the real system, one after the other.

Prints a line for each run, then what was lost, answered twice or miscounted in all of them, and the longest
recovery by kind of fault. Exits with 1 where anything was.
"""

import argparse
import asyncio
import shutil
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, fields

from scripts.embedded.servers.choice import running_servers
from scripts.throwaway import ROOT
from tests.faults.checker import Verdict
from tests.faults.run import Report, run
from tests.support.stack import make_template

FOLDER = ROOT / "var" / "faults"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--photos", type=int, default=1000, help="in each run")
    parser.add_argument("--seed", type=int, default=1, help="of the first run")
    given = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    reports = []
    with running_servers(FOLDER / "servers") as servers:
        asyncio.run(make_template(servers))
        for seed in range(given.seed, given.seed + given.runs):
            logs = FOLDER / f"run-{seed}"
            logs.mkdir(parents=True)
            try:
                reports.append(asyncio.run(run(servers, logs, seed, given.photos)))
            except Exception as error:
                raise SystemExit(f"seed {seed}: {error!r}; logs in {logs.relative_to(ROOT)}") from error
            print(_line(reports[-1]), flush=True)
            if reports[-1].verdict.is_good:
                shutil.rmtree(logs)
    print(_summary(reports))
    sys.exit(0 if all(report.verdict.is_good for report in reports) else 1)


def _line(report: Report) -> str:
    told = ", ".join(f"{one.fault} {one.seconds:.1f} s" for one in report.recoveries)
    wrong = {name: number for name, number in asdict(report.verdict).items() if number}
    return f"seed {report.seed}: {wrong or 'all well'}; {told}"


def _summary(reports: Sequence[Report]) -> str:
    sums = {one.name: sum(getattr(report.verdict, one.name) for report in reports) for one in fields(Verdict)}
    longest: defaultdict[str, list[float]] = defaultdict(list)
    for report in reports:
        for one in report.recoveries:
            longest[one.fault].append(one.seconds)
    lines = [f"{len(reports)} runs, {sum(report.photos for report in reports):,} photos: "]
    lines[0] += ", ".join(f"{name} {number}" for name, number in sums.items())
    lines += ["| fault | times | longest recovery, s |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {len(some)} | {max(some):.1f} |" for name, some in sorted(longest.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
