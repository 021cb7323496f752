"""`scripts/build-range OUT.csv`: how many records GBIF has of each species by country and month."""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scripts.build_range.gbif import API, LICENSES, Gbif, GbifAwayError
from scripts.throwaway import ROOT
from shared.place.zones import countries
from shared.range.names import species_called
from shared.range.seasons import MONTHS
from shared.range.table import COLUMNS

LEAST = 2  # records of a species in a country: one alone is a slip as often as a bird


def rows(gbif: Gbif, country: str, least: int) -> Iterator[tuple[str, str, int, int]]:
    """(species, country, month, records); what are two species to GBIF and one to AviList is added."""
    by_month: dict[int, Counter[str]] = {}
    total: Counter[str] = Counter()
    for month in range(1, MONTHS + 1):
        counts: Counter[str] = Counter()
        for key, records in gbif.counts(country, month).items():
            if (species := species_called(gbif.species(key), None)) is not None:
                counts[species] += records
        by_month[month] = counts
        total += counts
    for species in sorted(one for one, records in total.items() if records >= least):
        for month, counts in by_month.items():
            if counts[species]:
                yield species, country, month, counts[species]


def build(out: Path, gbif: Gbif, wanted: Iterable[str], *, least: int, api: str = API) -> int:
    """Writes the table; returns how many rows it has. Raises GbifAwayError, and leaves what there was."""
    now = datetime.now(UTC).date().isoformat()
    part = out.with_name(f".{out.name}.part")
    written = 0
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# source: GBIF.org records by country and month, {now}\n")
        file.write(
            f"# attribution: GBIF.org, {now}: occurrence records under {' and '.join(LICENSES)}, {api}\n"
        )
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for country in wanted:
            for row in rows(gbif, country, least):
                table.writerow(row)
                written += 1
            print(f"{country}: {written:,} rows, {gbif.asked:,} questions", file=sys.stderr)
    part.replace(out)
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/build-range", description=__doc__)
    parser.add_argument("out", type=Path, help="the table, a CSV file")
    parser.add_argument("--country", action="append", metavar="XX", help="these alone; again for another")
    parser.add_argument("--least", type=int, default=LEAST, help="records of a species in a country")
    parser.add_argument("--kept", type=Path, default=ROOT / "var" / "gbif", help="folder for answers, kept")
    parser.add_argument("--pause", type=float, default=0.2, help="seconds between two questions")
    parser.add_argument("--contact", default="", help="an address, by which GBIF can reach who asks")
    parser.add_argument("--api", default=API)
    said = parser.parse_args(arguments)
    unknown = sorted(set(said.country or ()) - set(countries()))
    if unknown:
        parser.error(f"no countries: {', '.join(unknown)}; they have two letters, EE say")
    gbif = Gbif(
        said.kept, api=said.api, pause_s=said.pause, agent=f"birds build-range {said.contact}".strip()
    )
    try:
        written = build(said.out, gbif, said.country or countries(), least=said.least, api=said.api)
    except GbifAwayError as error:
        print(f"{error}\nrun it again to go on", file=sys.stderr)
        return 1
    print(f"{said.out}: {written:,} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
