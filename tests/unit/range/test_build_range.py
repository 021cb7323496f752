"""A table of ranges of GBIF's counts: by a server that answers as its API is documented to."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from scripts.build_range import gbif
from scripts.build_range.__main__ import main
from shared.range.configured import read_ranges
from tests.unit.range.places import CUCKOO, HERON, at

KEYS = {
    "2480871": "Ardea cinerea", "5231918": "Cuculus canorus", "5232237": "Cuculus canorus",
    "9": "Unicorn alba", "7": "Egretta garzetta",
}  # fmt: skip
COUNTS = {
    ("EE", "5"): {"2480871": 500, "5231918": 60, "5232237": 5, "9": 40, "404": 3, "7": 1},
    ("EE", "6"): {"2480871": 300},
    ("LV", "5"): {"2480871": 200},
}


class Handler(BaseHTTPRequestHandler):
    """Facets of a search, and species by key."""

    server: "Api"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.server.asked.append(self.path)
        if self.server.failing:
            status, headers = self.server.failing.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            return
        if url.path == "/v1/occurrence/search":
            self._answer(self._facets(parse_qs(url.query)))
        elif (key := url.path.rpartition("/")[2]) in KEYS:
            name = KEYS[key]
            self._answer(
                {"key": int(key), "rank": "SPECIES", "canonicalName": name, "scientificName": f"{name} L."}
            )
        else:
            self.send_error(404)

    def _facets(self, asked: dict[str, list[str]]) -> dict[str, object]:
        assert asked["license"] == ["CC0_1_0", "CC_BY_4_0"]
        assert (asked["classKey"], asked["facet"], asked["limit"]) == (["212"], ["speciesKey"], ["0"])
        counts = list(COUNTS.get((asked["country"][0], asked["month"][0]), {}).items())
        first, most = int(asked["facetOffset"][0]), int(asked["facetLimit"][0])
        page = [{"name": key, "count": count} for key, count in counts[first : first + most]]
        total = sum(count for _, count in counts)
        facets = [{"field": "SPECIES_KEY", "counts": page}]
        return {
            "offset": 0,
            "limit": 0,
            "endOfRecords": total == 0,
            "count": total,
            "results": [],
            "facets": facets,
        }

    def _answer(self, document: dict[str, object]) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Api(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.failing: list[tuple[int, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run(folder: Path, api: Api, *more: str) -> int:
    return main(
        [str(folder / "range.csv"), "--kept", str(folder / "kept"), "--pause", "0", "--api", api.url, *more]
    )


def test_a_table_of_a_country_is_what_a_worker_reads(
    tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gbif, "PAGE", 2)  # more than one page
    assert run(tmp_path, api, "--country", "EE", "--country", "LV") == 0
    lines = (tmp_path / "range.csv").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "species,place,month,records",
        "Ardea cinerea,EE,5,500",
        "Ardea cinerea,EE,6,300",
        "Cuculus canorus,EE,5,65",  # two keys of one species; of the little egret there is one record
        "Ardea cinerea,LV,5,200",
    ]
    ranges = read_ranges(f"csv:{tmp_path / 'range.csv'}", least_records=100, threshold=0.03)
    assert ranges is not None
    found = ranges.at(at())
    assert found is not None
    assert (found.says(HERON), found.says(CUCKOO)) == (True, True)
    assert found.source.startswith("GBIF.org records by country and month")
    assert found.attribution is not None
    assert "CC0_1_0 and CC_BY_4_0" in found.attribution


def test_it_goes_on_where_it_was_ended_and_asks_nothing_twice(tmp_path: Path, api: Api) -> None:
    assert run(tmp_path, api, "--country", "EE") == 0
    first = list(api.asked)
    assert len(first) == len(set(first)) == 12 + 6  # months, and species
    assert run(tmp_path, api, "--country", "EE", "--country", "LV") == 0
    assert len(api.asked) == len(first) + 12


def test_it_waits_for_a_server_that_is_busy(tmp_path: Path, api: Api) -> None:
    api.failing = [(429, {"Retry-After": "0"}), (503, {}), (500, {})]
    assert run(tmp_path, api, "--country", "LV") == 0
    assert "Ardea cinerea,LV,5,200" in (tmp_path / "range.csv").read_text()


def test_what_is_refused_or_away_is_told_and_leaves_the_table_that_there_was(
    tmp_path: Path, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, api, "--country", "LV") == 0
    before = (tmp_path / "range.csv").read_text()
    for failing in ([(400, {})], [(503, {})] * gbif.TRIES):
        api.failing = list(failing)
        assert run(tmp_path, api, "--country", "EE") == 1
        assert "run it again to go on" in capsys.readouterr().err
        assert (tmp_path / "range.csv").read_text() == before


def test_a_country_that_there_is_not(tmp_path: Path, api: Api) -> None:
    with pytest.raises(SystemExit):
        run(tmp_path, api, "--country", "Estonia")
    assert api.asked == []
