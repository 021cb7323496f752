"""A worker with a source of ranges: from a site to flags in the feed, and to others when the site moves."""

import csv
import io
from pathlib import Path
from typing import Any

from scripts.embedded.servers.choice import Servers
from shared.range.names import species_called
from shared.vision.bundle import read_bundle
from shared.vision.sources.default import default_model
from tests.support.http import signed_in
from tests.support.pictures import a_photo
from tests.support.processes import system
from tests.support.stack import private_stack
from tests.unit.photo.metadata import ATHENS, tags
from tests.unit.photo.pictures import encoded, upright

ESTONIA, FRANCE = {"latitude": 59.4, "longitude": 24.7}, {"latitude": 45.0, "longitude": 3.0}
HEADER = "species,place,month,records"


def a_table(path: Path) -> set[str]:
    """Every other species that the model names is Estonian, the others are French; returns the former."""
    known = sorted(name for name in read_bundle(default_model()).species if species_called(None, name))
    rows = [f'"{name}",{"EE" if place % 2 else "FR"},,100' for place, name in enumerate(known)]
    path.write_text("\n".join([HEADER, *rows]))
    return {name for place, name in enumerate(known) if place % 2}


def flags(results: list[dict[str, Any]]) -> dict[str, dict[str, bool | None]]:
    return {
        result["name"]: {one["species"]: one["in_range"] for one in result["predictions"]}
        for result in results
    }


async def test_predictions_are_flagged_by_the_site_and_flagged_anew_when_it_moves(
    servers: Servers, tmp_path: Path
) -> None:
    table = tmp_path / "range.csv"
    estonian = a_table(table)
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, BIRDS_ENGINE="null", BIRDS_RANGE=f"csv:{table}") as running,
        signed_in(running.url, await running.key("alice")) as http,
    ):
        batch = await http.batch(site=ESTONIA)
        athens = encoded(upright(), exif=tags(gps=ATHENS).tobytes())
        await http.send(batch, [("a.jpg", a_photo(1)), ("b.jpg", a_photo(2)), ("athens.jpg", athens)])
        await http.close(batch)
        results = await http.finished(batch)
        first = flags(results)
        for name in ("a.jpg", "b.jpg"):
            assert {species: flag for species, flag in first[name].items() if flag is not None} == {
                species: species in estonian for species in first[name]
            }
        assert set(first["athens.jpg"].values()) == {None}
        ranges = {result["name"]: result["range"] for result in results}
        assert (ranges["a.jpg"]["source"], ranges["a.jpg"]["place"]) == ("range.csv", "EE")
        assert (ranges["athens.jpg"]["basis"], ranges["athens.jpg"]["place"]) == ("no-data", "GR")

        await http.call("PUT", f"/v1/batches/{batch}/sites", json={"sites": [FRANCE]})
        moved: list[dict[str, Any]] = []
        while len(moved) < 2:
            after = (results + moved)[-1]["seq"]
            page = await http.call("GET", f"/v1/batches/{batch}/results?after={after}&wait=20")
            moved += page.body["results"]
        assert [result["seq"] for result in moved] == [4, 5]
        assert flags(moved) == {
            name: {species: not flag for species, flag in first[name].items()} for name in ("a.jpg", "b.jpg")
        }
        text = (await http.call("GET", f"/v1/batches/{batch}/export?format=csv")).body.decode()
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert {name: row["range_source"] for name, row in rows.items()} == {
        "a.jpg": "range.csv", "b.jpg": "range.csv", "athens.jpg": "",
    }  # fmt: skip
    assert rows["a.jpg"]["in_range"] in ("true", "false")
