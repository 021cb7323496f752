"""`scripts/trip-report FOLDER`: what a system of its own says of a made trip, beside the truth."""

import argparse
import asyncio
import csv
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.client import BirdsClient
from api.client.records import FinalNameDocument
from api.client.sightings import SightingDocument
from scripts.made_trip.__main__ import PHOTOS, TRUTH
from scripts.made_trip.measures import Named, at_ranks, calibration, grouping
from scripts.throwaway import ROOT, throwaway_stack
from shared.final_name import NOT_A_BIRD, NameRank

Truth = dict[str, dict[str, str]]
ANY = 0.0  # threshold at which each is named as the species that is most probable


@dataclass(frozen=True, slots=True)
class TripAnswers:
    """What the system says of the trip."""

    results: list[dict[str, Any]]
    sightings: list[SightingDocument]
    most_probable: list[SightingDocument]
    """Named at any probability."""
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/trip-report", description=__doc__)
    parser.add_argument("folder", type=Path, help="as scripts/made-trip made it")
    parser.add_argument("--port", type=int, default=5994)
    given = parser.parse_args()
    with (given.folder / TRUTH).open(newline="") as file:
        truth = {f"{PHOTOS}/{row['photo']}": row for row in csv.DictReader(file) if row["sighting"]}
    with throwaway_stack(ROOT / "var" / "trip-report", "--port", str(given.port)) as stack:
        said = asyncio.run(_ask(stack, given.folder / PHOTOS))
    report(said, truth)


async def _ask(stack: dict[str, Any], photos: Path) -> TripAnswers:
    began = time.monotonic()
    program, data = Path(sys.executable).with_name("birds"), ROOT / "var" / "trip-report"
    command: list[str | Path] = [program, "classify", photos, "--data", data]
    await asyncio.to_thread(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=False))
    seconds = time.monotonic() - began
    async with BirdsClient(stack["url"], stack["key"]) as client:
        (batch,) = [batch async for batch in client.batches()]
        await client.sightings.made(batch["id"])
        results = [dict(one) async for one in client.results(batch["id"])]
        sightings = [one async for one in client.sightings.of(batch["id"])]
        await client.scoring.rescore(batch["id"], {"threshold": ANY})
        await client.sightings.made(batch["id"])
        most_probable = [one async for one in client.sightings.of(batch["id"])]
    return TripAnswers(results, sightings, most_probable, seconds)


def report(said: TripAnswers, truth: Truth) -> None:
    done: list[Any] = [one for one in said.results if one["state"] == "done" and one["name"] in truth]
    print(f"{len(said.results):,} photos answered in {said.seconds:.0f} s, {len(done):,} of them with a name")
    _report_grouping(said, truth)
    print("\nmost probable species, of what shows a bird:")
    _report_best(
        "photos, each alone", [(one["predictions"][0]["species"], truth[one["name"]]) for one in done]
    )
    frames = [(one["final"]["name"], frame["name"]) for one in said.most_probable for frame in one["frames"]]
    _report_best("photos, by their sighting", [(name, truth[photo]) for name, photo in frames])
    _report_best("sightings", [(one["final"]["name"], _truth_of(one, truth)) for one in said.most_probable])
    _report_names("photos", [_named(one["final"], truth[one["name"]]) for one in done])
    _report_names("sightings", [_named(one["final"], _truth_of(one, truth)) for one in said.sightings])


def _report_grouping(said: TripAnswers, truth: Truth) -> None:
    frames = [(one["sighting_id"], frame) for one in said.sightings for frame in one["frames"]]
    made = {frame["name"]: sighting for sighting, frame in frames}
    found = grouping({name: row["sighting"] for name, row in truth.items()}, made)
    print(f"\n{found.made:,} sightings were made of {found.true:,} true ones")
    print(f"  {found.whole:,} just so")
    print(f"  {found.over:,} made ones hold photos of several true ones (over-grouped)")
    print(f"  {found.under:,} true ones are in several made ones (under-grouped)")
    print(f"  pairs of photos: precision {found.precision:.4f}, recall {found.recall:.4f}")
    print(f"  {sum(frame['repeats'] is not None for _, frame in frames):,} frames repeat another")
    print(f"  {sum(frame['disagrees'] for _, frame in frames):,} frames disagree with their sighting")


def _report_best(what: str, named: list[tuple[str, dict[str, str]]]) -> None:
    birds = [(name, row["species"]) for name, row in named if row["species"] != NOT_A_BIRD]
    right = sum(name == species for name, species in birds)
    print(f"  {what:<26} {right / len(birds):.1%} right of {len(birds):,}")


def _report_names(what: str, named: list[Named]) -> None:
    print(f"\n{what}, named as far down as they are sure:")
    for rank, count, right in at_ranks(named):
        share = "" if rank is NameRank.UNCERTAIN else f", {right / count:.1%} right"
        print(f"  {rank:<11} {count:5,} ({count / len(named):.1%}){share}")
    error, rows = calibration(named)
    print(f"  calibration error of what is claimed: {error:.3f}")
    print("  claimed        names  mean claimed  right")
    for band, count, claimed, share_right in rows:
        print(f"  {band}  {count:6,}         {claimed:.3f}  {share_right:.3f}")


def _named(final: FinalNameDocument, row: dict[str, str]) -> Named:
    taxon = row["scientific_name"] or row["species"]
    return Named(row["species"], taxon, final["name"], NameRank(final["rank"]), final["probability"])


def _truth_of(one: SightingDocument, truth: Truth) -> dict[str, str]:
    """Of the species that most of its frames show."""
    rows = [truth[frame["name"]] for frame in one["frames"]]
    most, _ = Counter(row["species"] for row in rows).most_common(1)[0]
    return next(row for row in rows if row["species"] == most)


if __name__ == "__main__":
    main()
