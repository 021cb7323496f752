"""Names are found as people type them: the surest way of meeting one comes first."""

import time

import pytest

from api.taxa.index import Nearness, TaxonIndex
from api.taxa.names import LocalNames, TaxonName

LOCAL: LocalNames = {"Ardea cinerea": ["Graureiher", "Airone cenerino", "アオサギ"]}


@pytest.fixture(scope="module")
def index() -> TaxonIndex:
    return TaxonIndex(LOCAL)


def nobody(_: TaxonName) -> bool:
    return False


def names(index: TaxonIndex, query: str, limit: int = 10) -> list[str]:
    return [hit.taxon.name for hit in index.search(query, limit, nobody)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("GBHE", "Great Blue Heron"),  # the Bird Banding Laboratory's
        ("grbher3", "Great Blue Heron"),  # eBird's
        ("great BLUE-heron", "Great Blue Heron"),
        ("Great Gray Owl", "Great Grey Owl"),
        ("annas hum", "Anna's Hummingbird"),
        ("haliaeetus leucoc", "Bald Eagle"),
        ("woodpecker downy", "Downy Woodpecker"),
        ("bl capp chick", "Black-capped Chickadee"),
        ("grate blue herron", "Great Blue Heron"),
        ("house sparow", "House Sparrow"),
        ("ardea", "Ardea"),
        ("ardeidae", "Ardeidae"),
        ("PELECANIFORMES", "Pelecaniformes"),
        ("unknown", "Unknown bird"),
        ("not a b", "Not a bird"),
        ("graureiher", "Grey Heron"),
        ("cenerino", "Grey Heron"),
        ("アオサギ", "Grey Heron"),
        ("Apteryx haastii", "Great Spotted Kiwi"),  # what it was called before
    ],
)
def test_what_is_meant_comes_first(index: TaxonIndex, query: str, first: str) -> None:
    assert names(index, query)[0] == first


@pytest.mark.parametrize("query", ["", " ", "-", "xyzzyx", "q" * 100, "\u0301", "red " * 25])
def test_odd_queries_find_little_and_harm_nothing(index: TaxonIndex, query: str) -> None:
    assert len(names(index, query, limit=3)) <= 3


def test_each_taxon_is_told_once_by_the_name_that_was_met_best(index: TaxonIndex) -> None:
    hits = index.search("grey her", 50, nobody)
    assert len({hit.taxon for hit in hits}) == len(hits)
    assert (hits[0].taxon.name, hits[0].matched, hits[0].nearness) == (
        "Grey Heron",
        "Grey Heron",
        Nearness.BEGINNING,
    )
    assert [hit.nearness for hit in hits] == sorted(hit.nearness for hit in hits)


def test_of_names_that_are_met_equally_well_a_known_one_is_first(index: TaxonIndex) -> None:
    assert names(index, "heron")[0] != "Goliath Heron"
    hits = index.search("heron", 10, lambda one: one.name == "Goliath Heron")
    assert hits[0].taxon.name == "Goliath Heron"


def test_what_is_only_alike_is_told_where_nothing_is_written_so(index: TaxonIndex) -> None:
    assert {hit.nearness for hit in index.search("mallard", 10, nobody)} == {Nearness.EXACT}
    assert {hit.nearness for hit in index.search("mallerd", 10, nobody)} == {Nearness.LIKE}


def test_a_keystroke_takes_no_longer_than_a_person_notices(index: TaxonIndex) -> None:
    """Processor time of the slowest, a first letter and what is only alike: 5 to 12 ms on idle cores."""

    def took(query: str) -> float:
        began = time.thread_time()
        index.search(query, 10, nobody)
        return time.thread_time() - began

    for query in ("b", "grate blue herron", "blakc caped chikadee"):
        assert min(took(query) for _ in range(5)) < 0.06
