"""`scripts/bench [A B …]`: what the system does, beside its limits on the same machine in the same run.

A  photos/s, 224 px          E  websockets: age of answers when a thousand receive them
B  photos/s, 12 megapixels   F  1, 2, 4 and 8 workers whose engines sleep as long as a GPU computes
C  photos/s, null engine     G  costs of a photo with 1,000, 100,000 and a million in the ledger
D  one photo, idle and where ten thousand wait
                             H  large photos taken in and given back, beside the S3 server alone
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from api.cli.running import run
from scripts.benchmark import growth, interactive, scaling, sockets, storage, throughput
from scripts.benchmark.picture import draw
from scripts.benchmark.system import FOLDER, System
from scripts.benchmark.table import Row, markdown
from scripts.throwaway import ROOT

CASES = "ABCDEFGH"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="default: all", default=list(CASES))
    parser.add_argument(
        "--only", metavar="TEXT", default="", help="of A, B and C: loads with this in their names"
    )
    own = parser.add_argument_group("a load of your own, in place of cases")
    own.add_argument("--model", help="a reference")
    own.add_argument("--engine", choices=("auto", "torch", "openvino", "null"), default="auto")
    own.add_argument("--precision", choices=("auto", "fp32", "bf16", "checked"), default="auto")
    own.add_argument("--source", type=Path, help="folder of JPEGs; default: drawn ones of 224 px")
    own.add_argument("--photos", type=int, default=600, help="at each of three tries")
    own.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = run(
        _own(given) if given.model else _all(given.cases, given.only)
    )  # on the loop that `birds` runs on
    _report(rows)


async def _all(cases: Sequence[str], only: str) -> list[Row]:
    rows: list[Row] = []
    for case in cases:
        found = await _measure(case.upper(), only)
        print(markdown(found), file=sys.stderr)
        rows += found
    return rows


async def _measure(case: str, only: str) -> list[Row]:
    match case:
        case "A" | "B" | "C":
            loads = {"A": throughput.loads_a, "B": throughput.loads_b, "C": throughput.loads_c}[case]()
            chosen = [load for load in loads if only in load.what]
            return [row for load in chosen for row in await throughput.measure(load)]
        case "D":
            return await interactive.measure()
        case "E":
            return await sockets.measure()
        case "F":
            return await scaling.measure()
        case "G":
            return await growth.measure()
        case "H":
            return await storage.measure()
        case _:
            raise SystemExit(f"scripts/bench: no case {case}; there are {', '.join(CASES)}")


async def _own(given: argparse.Namespace) -> list[Row]:
    system = System(given.engine, given.model, given.precision, given.workers)
    return await throughput.measure(
        throughput.Load("-", given.model, system, given.photos, source=given.source)
    )


def _report(rows: Sequence[Row]) -> None:
    machine = f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}"
    when = datetime.now(UTC).isoformat(timespec="seconds")
    report = {"when": when, "machine": machine, "rows": [asdict(row) for row in rows]}
    (FOLDER / "bench.json").write_text(json.dumps(report, indent=2) + "\n")
    draw(rows, FOLDER / "bench.png")
    print(markdown(rows))
    print(f"written to {(FOLDER / 'bench.json').relative_to(ROOT)} and bench.png", file=sys.stderr)


if __name__ == "__main__":
    main()
