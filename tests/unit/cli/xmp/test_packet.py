"""Packets: merged, idempotent, and nothing lost that is not Birds'."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.xmp.keywords import tags_of
from shared.xmp.packet import FLAT, NO_TAGS, Tags, merged
from shared.xmp.tree import UnreadableXmpError, parse
from tests.unit.api.formats.batch import HOSTILE
from tests.unit.cli.xmp import exiftool
from tests.unit.cli.xmp.exiftool import needs_exiftool

LIGHTROOM = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
   xmp:Rating="5"
   crs:History="one&#xA;two > three"
   crs:Exposure2012='+0.50'>
   <!-- keep -->
   <dc:subject>
    <rdf:Bag>
     <rdf:li>holiday</rdf:li>
     <rdf:li>Mallard</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">At the pond</rdf:li></rdf:Alt></dc:title>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""


def result(name: str, scientific: str | None, rank: str = "species", by: str = "model") -> dict[str, Any]:
    final = {"name": name, "scientific_name": scientific, "rank": rank, "by": by, "probability": 0.9}
    return {"final": final | ({"probability": None} if by == "person" else {}), "model": "student@3"}


HERON = tags_of(result("Great Blue Heron", "Ardea herodias"), reviewed_only=False)
MALLARD = tags_of(result("Mallard", "Anas platyrhynchos", by="person"), reviewed_only=False)


def tagged(packet: bytes | None, *tags: Tags) -> bytes:
    for one in tags:
        packet = merged(packet, one) or packet
    assert packet is not None
    return packet


@needs_exiftool
def test_another_program_finds_the_keywords_in_each_of_the_lists(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(tagged(None, HERON))
    found = exiftool.read(path)
    assert found["Subject"] == ["Great Blue Heron", "Ardea herodias"]
    assert found["HierarchicalSubject"] == ["Birds|Pelecaniformes|Ardeidae|Great Blue Heron"]
    assert found["TagsList"] == ["Birds/Pelecaniformes/Ardeidae/Great Blue Heron"]
    assert found["Taxon"] == {
        "ScientificName": "Ardea herodias", "TaxonRank": "species", "VernacularName": "Great Blue Heron"
    }  # fmt: skip
    assert found["Identification"]["IdentifiedBy"] == "Birds student@3"
    assert exiftool.complaints(path) == ""


@needs_exiftool
def test_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(tagged(LIGHTROOM, HERON))
    found = exiftool.read(path)
    assert found["Subject"] == ["holiday", "Mallard", "Great Blue Heron", "Ardea herodias"]
    assert (found["Rating"], found["Title"]) == (5, "At the pond")
    assert exiftool.complaints(path) == ""
    kept = path.read_bytes()
    assert b'crs:History="one&#xA;two > three"' in kept
    assert b"<!-- keep -->" in kept


def test_a_correction_replaces_what_birds_wrote_and_nothing_else() -> None:
    packet = tagged(LIGHTROOM, HERON, MALLARD)
    assert b"Heron" not in packet
    assert packet.count(b"<rdf:li>Mallard</rdf:li>") == 1  # the user's own
    assert tagged(packet, NO_TAGS) == LIGHTROOM
    own = tagged(None, MALLARD)
    assert b"Mallard" not in tagged(own, NO_TAGS)


@pytest.mark.parametrize("packet", [None, LIGHTROOM], ids=["none", "lightroom"])
def test_a_second_time_there_is_nothing_to_do(packet: bytes | None) -> None:
    assert merged(tagged(packet, HERON), HERON) is None
    assert merged(packet, NO_TAGS) is None
    assert len(tagged(packet, HERON, MALLARD, HERON, MALLARD)) == len(tagged(packet, MALLARD))


@needs_exiftool
def test_also_where_another_program_wrote_the_file_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_bytes(tagged(LIGHTROOM, HERON))
    exiftool.write(path, "-XMP-dc:Subject+=mine", "-XMP:Rating=3")
    again = path.read_bytes()
    assert merged(again, HERON) is None
    path.write_bytes(tagged(again, MALLARD))
    found = exiftool.read(path)
    assert found["Subject"] == ["holiday", "Mallard", "mine", "Anas platyrhynchos"]
    assert found["TagsList"] == "Birds/Anseriformes/Anatidae/Mallard" or found["TagsList"] == [
        "Birds/Anseriformes/Anatidae/Mallard"
    ]
    assert found["Taxon"]["ScientificName"] == "Anas platyrhynchos"


def test_somebody_elses_taxon_is_left_alone() -> None:
    theirs = LIGHTROOM.replace(
        b"   <dc:title>",
        b'   <d:Taxon xmlns:d="http://rs.tdwg.org/dwc/index.htm" rdf:parseType="Resource">'
        b"<d:scientificName>Ardea alba</d:scientificName></d:Taxon>\n   <dc:title>",
    )
    packet = tagged(theirs, HERON)
    assert packet.count(b"scientificName") == 2
    assert tagged(packet, NO_TAGS) == theirs


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"no xml",
        b"<a/>",
        b'<?xml version="1.0" encoding="utf-16"?>'.decode().encode("utf-16"),
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&a;</x:xmpmeta>',
        LIGHTROOM[:-30],
        LIGHTROOM.replace(b"<rdf:li>holiday", b"<rdf:li>&bomb;holiday"),
        LIGHTROOM.replace(b"rdf:Bag", b"rdf:Alt"),
        LIGHTROOM.replace(b"holiday", b"\xff\xfe"),
    ],
)
def test_what_can_not_be_read_is_said(broken: bytes) -> None:
    with pytest.raises(UnreadableXmpError):
        merged(broken, HERON)


def test_other_prefixes_and_an_empty_list_will_do() -> None:
    odd = LIGHTROOM.replace(b"rdf:", b"r:").replace(b"xmlns:rdf", b"xmlns:r")
    packet = tagged(odd, HERON)
    assert b"<r:li>Great Blue Heron</r:li>" in packet
    assert tagged(packet, NO_TAGS) == odd
    empty = (
        LIGHTROOM[: LIGHTROOM.index(b"<dc:subject>")]
        + b"<dc:subject/>"
        + (LIGHTROOM[LIGHTROOM.index(b"</dc:subject>") + 13 :])
    )
    assert b"<rdf:li>Great Blue Heron" in tagged(empty, HERON)


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_a_keyword_and_can_be_taken_back(name: str) -> None:
    tags = tags_of(result(name, None), reviewed_only=False)
    packet = tagged(LIGHTROOM, tags)
    assert merged(packet, tags) is None
    assert tagged(packet, NO_TAGS) == LIGHTROOM


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_whatever_the_keywords_are(first: list[str], second: list[str]) -> None:
    one, two = Tags({FLAT: first}, {}, {}), Tags({FLAT: second}, {}, {})
    packet = tagged(LIGHTROOM, one, two)
    parse(packet)
    assert merged(packet, two) is None
    assert tagged(packet, NO_TAGS) == LIGHTROOM


@pytest.mark.parametrize(
    ("rank", "name", "path"),
    [
        ("genus", "Anas", "Birds|Anseriformes|Anatidae|Anas"),
        ("family", "Anatidae", "Birds|Anseriformes|Anatidae"),
        ("order", "Anseriformes", "Birds|Anseriformes"),
        ("bird", "Unknown bird", "Birds|Unknown bird"),
    ],
)
def test_a_name_stands_below_what_is_above_it(rank: str, name: str, path: str) -> None:
    tags = tags_of(result(name, name if rank != "bird" else None, rank), reviewed_only=False)
    assert [one for kind, texts in tags.keywords.items() if kind.prefix == "lr" for one in texts] == [path]


def test_what_shows_no_bird_or_was_not_reviewed_has_no_tags() -> None:
    assert tags_of(result("Not a bird", None, "not-a-bird"), reviewed_only=False) is NO_TAGS
    assert tags_of(result("Mallard", None), reviewed_only=True) is NO_TAGS
    assert tags_of(result("Mallard", None, by="person"), reviewed_only=True) is not NO_TAGS
