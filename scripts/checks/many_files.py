"""`scripts/many-files [N] [--page]`: N small files by `birds classify` or the page, with litter among them.

A stack of its own answers with the null engine, so that what is measured is the way of the files. Every count
must be exact, and the memory of the command or the page must not grow with the number of files as photos do.
"""

import argparse
import asyncio
import csv
import io
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from scripts.checks.many_by_page import send_by_page
from scripts.throwaway import ROOT, throwaway_stack

FOLDER = ROOT / "var" / "many"
IN_A_FOLDER = 1000
SIDE = 24  # pixels: a kilobyte a file
EVERY = 100  # file is one that is no photo, and one is litter


@dataclass(frozen=True, slots=True)
class Sent:
    photos: int
    refused: int
    left_out: int
    seconds: float
    peak_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/many-files", description=__doc__)
    parser.add_argument("files", type=int, nargs="?", help="50,000, or 5,000 by the page")
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--port", type=int, default=5996)
    given = parser.parse_args()
    many = given.files or (5_000 if given.page else 50_000)
    few, place = (many // 5, "the page's heap") if given.page else (many // 10, "the command")
    with throwaway_stack(FOLDER / "stack", "--port", str(given.port), BIRDS_ENGINE="null") as stack:
        for count in (few, many):
            folder = FOLDER / f"card-{count}"
            wanted = _fill(folder, count)
            sent = _send_by_page(stack, folder, wanted) if given.page else _send(folder, wanted)
            print(
                f"{count:,} files: {sent.photos:,} answered, {sent.refused:,} refused, "
                f"{sent.left_out:,} left out, {sent.seconds:.0f} s, "
                f"{count / sent.seconds:.0f} files/s, at most {sent.peak_mb:.0f} MB in {place}",
                flush=True,
            )
    shutil.rmtree(FOLDER)


def _send(folder: Path, wanted: Counter[tuple[str, str]]) -> Sent:
    """Ends the command where a file is not told of, or told of twice."""
    answers = folder.with_suffix(".csv")
    birds = Path(sys.executable).with_name("birds")
    command: list[str | Path] = [birds, "classify", folder, "--csv", answers, "--data", FOLDER / "stack"]
    started = time.monotonic()
    with subprocess.Popen(command, stdout=sys.stderr) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _resident_mb(process.pid))
            time.sleep(0.1)
    seconds = time.monotonic() - started
    with answers.open() as file:
        return _counted(file, wanted, seconds, peak)


def _send_by_page(stack: dict[str, str], folder: Path, wanted: Counter[tuple[str, str]]) -> Sent:
    photos = sum(state == "done" for _, state in wanted.elements())
    export, seconds, peak = asyncio.run(send_by_page(stack["url"], stack["key"], folder, photos))
    return _counted(io.StringIO(export), wanted, seconds, peak)


def _counted(export: Iterable[str], wanted: Counter[tuple[str, str]], seconds: float, peak_mb: float) -> Sent:
    told = Counter((Path(row["name"]).name, row["state"]) for row in csv.DictReader(export))
    if told != wanted:
        raise SystemExit(f"{len(told - wanted)} rows too many, {len(wanted - told)} too few")
    states = Counter(state for _, state in wanted.elements())
    return Sent(states["done"], states["refused"], states["left-out"], seconds, peak_mb)


def _fill(folder: Path, count: int) -> Counter[tuple[str, str]]:
    """Writes `count` files; which rows are to come of them, by name and state."""
    shutil.rmtree(folder, ignore_errors=True)
    random, wanted = np.random.default_rng(count), Counter[tuple[str, str]]()
    for number in range(count):
        place = folder / f"{number // IN_A_FOLDER:03}"
        place.mkdir(parents=True, exist_ok=True)
        name = f"{number:06}.jpg"
        if number % EVERY == 0:
            (place / name).write_bytes(f"no photo {number}".encode())
            wanted[name, "refused"] += 1
        elif number % EVERY == 1:
            (place / f"._{name}").write_bytes(b"litter")
            wanted[f"._{name}", "left-out"] += 1
        else:
            out = io.BytesIO()
            Image.fromarray(random.integers(0, 255, (SIDE, SIDE, 3), np.uint8)).save(out, "JPEG")
            (place / name).write_bytes(out.getvalue())
            wanted[name, "done"] += 1
    return wanted


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):  # it has just ended
        return 0.0
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
