"""`scripts/taxonomy-table`: the table of all bird species, from the lists in a wheel of `birdnames`.

AviList says what species there are, and how they are called. eBird's lists of four years add codes, and other
names of the same birds; the Bird Banding Laboratory's adds the codes of North American banders.
"""

import argparse
import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZipFile

from scripts.throwaway import ROOT
from shared.vision.taxonomy import COLUMNS, OTHER_NAMES_SEPARATOR, epithet_stem, lookup_key

TABLE = ROOT / "shared" / "vision" / "data" / "world_birds.tsv"
HEADER = """\
# The world's {count} bird species in AviList's order. English and scientific name, family and order are
# those of AviList v2025; then eBird's species code, the Bird Banding Laboratory's code, and other names, by
# which eBird's lists of 2021 to 2024 know the species or a form of it. Made by scripts/taxonomy-table; terms
# and attribution: WORLD-BIRDS-LICENSE beside this file.
"""
EBIRD_YEARS = (2024, 2023, 2022, 2021)  # the newest first: its codes are taken

Row = dict[str, str]


def read_list(wheel: ZipFile, name: str) -> list[Row]:
    """A list's rows, without its own name before each column."""
    text = wheel.read(f"birdnames/data/processed/{name}_taxonomy.csv").decode()
    prefix = name.partition("_")[0] + "_"
    return [
        {column.removeprefix(prefix): _clean(value) for column, value in row.items()}
        for row in csv.DictReader(io.StringIO(text))
    ]


def _clean(value: str) -> str:
    return " ".join(value.replace("\u200b", "").replace("’", "'").split())


def table(wheel: ZipFile) -> list[Row]:
    """One row a species, with the columns of `COLUMNS`."""
    avilist = read_list(wheel, "avilist_2025")
    rows = {one["scientific_name"]: _row(one) for one in avilist if one["taxon_rank"] == "species"}
    matcher = _Matcher(rows.values(), [one for one in avilist if one["taxon_rank"] == "subspecies"])
    others: defaultdict[str, list[str]] = defaultdict(list)
    strangers: dict[str, str] = {}
    for year in EBIRD_YEARS:
        birds = read_list(wheel, f"ebird_{year}")
        scientific_names = {one["scientific_name"] for one in birds}
        for one in birds:
            name = matcher.species(one, scientific_names)
            if name is None:
                strangers[one["scientific_name"]] = one["common_name"]
                continue
            if year == EBIRD_YEARS[0] and not matcher.is_form(one, name):
                assert not rows[name]["ebird_code"], (name, one)
                rows[name]["ebird_code"] = one["ebird_code"]
            others[name] += [one["common_name"], one["scientific_name"]]
    print("of eBird's lists, no species of AviList:", strangers)
    for name, row in rows.items():
        own = {lookup_key(row["english_name"]), lookup_key(name)}
        new = {lookup_key(other): other for other in reversed(others[name])}
        row["other_names"] = OTHER_NAMES_SEPARATOR.join(sorted(new[key] for key in new.keys() - own))
    _add_banding_codes(rows, matcher, read_list(wheel, "bbl_2025"))
    return list(rows.values())


def _row(one: Row) -> Row:
    return {
        "english_name": one["common_name"],
        "scientific_name": one["scientific_name"],
        "family": one["family"],
        "order": one["order"],
        "ebird_code": "",
        "banding_code": "",
        "other_names": "",
    }


class _Matcher:
    """Which of AviList's species a bird of another list is, or is a form of."""

    def __init__(self, species: Iterable[Row], subspecies: Iterable[Row]) -> None:
        self._english: dict[str, str] = {}
        self._family: dict[str, str] = {}
        self._by_epithet: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # by genus or family, too
        self._forms: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # by genus and epithet
        self._newer: dict[str, str] = {}  # scientific names and codes
        for one in species:
            name, family = one["scientific_name"], one["family"]
            self._english[lookup_key(one["english_name"])] = name
            self._family[name] = family
            for place in (_genus(name), family):
                self._by_epithet[place, _stem(name)].add(name)
        for one in subspecies:
            genus, epithet, form = one["scientific_name"].split()
            self._forms[genus, _stem(form)].add(f"{genus} {epithet}")

    def species(self, one: Row, others: set[str]) -> str | None:
        """Its scientific name in AviList; None where nothing leads to a single species.

        By that name, now or in a newer list, a newer list's code, the English name, the epithet however it
        ends or that of a subspecies in its genus, the epithet in its family. `others` are the scientific
        names of its own list, each another bird.
        """
        found = self._found(one, others)
        if found is not None:
            self._newer.setdefault(one["scientific_name"], found)
            self._newer.setdefault(one.get("ebird_code") or one["scientific_name"], found)
        return found

    def is_form(self, one: Row, name: str) -> bool:
        """Whether the bird is but a subspecies of `name`."""
        stem = _stem(one["scientific_name"])
        return stem != _stem(name) and name in self._forms[_genus(name), stem]

    def _found(self, one: Row, others: set[str]) -> str | None:
        scientific = one["scientific_name"]
        if scientific in self._family:
            return scientific
        for known in (
            self._newer.get(scientific),
            self._newer.get(one.get("ebird_code") or scientific),
            self._english.get(lookup_key(one["common_name"])),
        ):
            if known is not None:
                return known
        genus, stem = _genus(scientific), _stem(scientific)
        for candidates in (
            self._by_epithet[genus, stem] - others,
            self._forms[genus, stem],
            self._by_epithet[one.get("family", ""), stem] - others,
        ):
            if len(candidates) == 1:
                return next(iter(candidates))
        return None


def _genus(scientific: str) -> str:
    return scientific.partition(" ")[0]


def _stem(scientific: str) -> str:
    """Of the epithet."""
    return epithet_stem(scientific.rpartition(" ")[2])


def _add_banding_codes(rows: dict[str, Row], matcher: _Matcher, banded: list[Row]) -> None:
    """A species may have codes for its forms, too: the one under the species' own name counts."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    whole = [one for one in banded if len(one["scientific_name"].split()) == 2]
    scientific_names = {one["scientific_name"] for one in whole}
    for one in whole:
        name = matcher.species(one, scientific_names)
        if name is not None:
            found[name].append(one)
    for name, codes in found.items():
        own = lookup_key(rows[name]["english_name"])
        right = [one for one in codes if lookup_key(one["common_name"]) == own] or codes
        if len(right) == 1:
            rows[name]["banding_code"] = right[0]["alpha"]


def lines(rows: list[Row]) -> Iterator[str]:
    yield HEADER.format(count=f"{len(rows):,}")
    for row in ({column: column for column in COLUMNS}, *rows):
        yield "\t".join(row[column] for column in COLUMNS) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/taxonomy-table", description=__doc__)
    parser.add_argument("wheel", type=Path, help="of birdnames")
    with ZipFile(parser.parse_args().wheel) as wheel:
        rows = table(wheel)
    TABLE.write_text("".join(lines(rows)), encoding="utf-8")
    filled = Counter(column for row in rows for column in COLUMNS if row[column])
    print(f"{TABLE}: {len(rows)} species, {TABLE.stat().st_size} bytes; filled: {dict(filled)}")


if __name__ == "__main__":
    main()
