"""A batch with all that can go wrong in it: failures, no birds, missing places and times, hostile names."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from api.http.export.archive import stream, stream_zip
from api.http.export.formats import Package
from api.http.export.kinds import kind_of
from api.http.schemas.exports import ExportFormat, License
from api.snapshots import About
from shared.final_name import FinalName, NamedBy, NameRank
from shared.ledger.handover import ModelUsed
from shared.ledger.sightings import SeenSighting
from shared.place.site import Site
from shared.records import Batch, BatchId, Counts, Lane, Photo, PhotoState, RefusedFile
from tests.unit.api.test_exports import MOMENT, photo

HOSTILE = (
    "=cmd|' /C calc'!A0.jpg", "+1.jpg", "-1.jpg", "@SUM(A1).jpg", "＝1+1.jpg", "\u200b=1.jpg",
    '"quoted".jpg', "it's.jpg", "a,b;c.jpg", "tab\there.jpg", "two\nlines.jpg", "two\r\nlines.jpg",
    "../../etc/passwd.jpg", "/etc/passwd.jpg", "~root/x.jpg", ".hidden.jpg", "..", "a/../b.jpg",
    "C:\\card\\x.jpg", "100% of it.jpg", "%2e%2e/x.jpg", "\u202egpj.exe.jpg", "שלום.jpg", "🐦‍⬛ crow.jpg",
    "e\u0301.jpg", "<script>alert(1)</script>.jpg", "{{7*7}}${x}.jpg", "x" * 1020 + ".jpg", "noending",
    "a|b.jpg", "bell\x07.jpg", "' -1.jpg",
)  # fmt: skip
MODEL = ModelUsed("student@3", "ab" * 32, 40)


def mallard(seq: int, **changed: object) -> Photo:
    known: dict[str, object] = {
        "predictions": [
            {"species": "Mallard", "scientific_name": "Anas platyrhynchos", "probability": 1.0},
            {"species": "Gadwall", "scientific_name": "Mareca strepera", "probability": 1e-7},
        ],
        "final": FinalName("Mallard", "Anas platyrhynchos", NameRank.SPECIES, NamedBy.MODEL, 1.0),
    }
    return photo(seq, **(known | changed))


def named(one: Photo, name: str, scientific_name: str | None, rank: NameRank) -> Photo:
    """As the model names it."""
    return replace(one, final=FinalName(name, scientific_name, rank, NamedBy.MODEL, 0.7))


def labelled(one: Photo, name: str, scientific_name: str | None, rank: NameRank) -> Photo:
    """As a person names it."""
    said = FinalName(name, scientific_name, rank, NamedBy.PERSON, None)
    return replace(one, final=said, corrected_species=name)


def failed(seq: int, **changed: object) -> Photo:
    nothing = {"predictions": [], "final": None, "bird_probability": None, "box": None}
    why = {"state": PhotoState.FAILED, "error_code": "truncated-image", "error_detail": "It ends early."}
    return photo(seq, **(nothing | why | changed))


def a_batch() -> list[Photo]:
    """Two birds, a burst that is a sighting, each rank of a name, each thing that can be missing, and each
    hostile name: a file's; a species' that a person typed; and all that a text can be of."""
    photos = [
        photo(1),
        mallard(2, box=None),
        labelled(mallard(3), "Grey Heron", "Ardea cinerea", NameRank.SPECIES),
        labelled(mallard(4), "Not a bird", None, NameRank.NOT_A_BIRD),
        named(mallard(5, bird_probability=0.01), "Not a bird", None, NameRank.NOT_A_BIRD),
        named(mallard(6), "Uncertain", None, NameRank.UNCERTAIN),
        named(mallard(7), "Unknown bird", None, NameRank.BIRD),
        named(mallard(8), "Anas", "Anas", NameRank.GENUS),
        named(mallard(9), "Anatidae", "Anatidae", NameRank.FAMILY),
        failed(10, name="half.jpg", width=None, height=None),
        labelled(failed(11), "Mallard", "Anas platyrhynchos", NameRank.SPECIES),
        mallard(12, latitude=None, longitude=None),
        mallard(13, taken_local=None, taken_offset_minutes=None, taken_at=None),
        mallard(14, taken_offset_minutes=None, taken_at=None),
        labelled(mallard(15, latitude=None, longitude=None), "Mallard", None, NameRank.SPECIES),
    ]
    for seq in range(16, 20):  # a burst
        local = datetime(2026, 5, 1, 0, 30, seq)
        moment = MOMENT + timedelta(seconds=seq)
        photos.append(mallard(seq, taken_local=local, taken_at=moment, sighting_id=UUID(int=16)))
    for name in HOSTILE:
        photos.append(mallard(len(photos) + 1, name=name))
        word = labelled(mallard(len(photos) + 1, name=name), name, None, NameRank.SPECIES)
        photos.append(word)
        photos.append(hostile(len(photos) + 1, name))
    return photos


def hostile(seq: int, name: str) -> Photo:
    """What a model and a person say, who that is, and where it was."""
    one = mallard(
        seq,
        name=f"{seq}/{name}",
        predictions=[{"species": name, "scientific_name": name, "probability": 0.9}],
        sites=[Site("", name, None, None, None, 0, False)],
        label_by=name,
        label_note=name,
        corrected_at=MOMENT,
    )
    return labelled(one, name, name, NameRank.SPECIES)


def seen_in(photos: Sequence[Photo]) -> list[SeenSighting]:
    """The sightings that these are frames of, each called as its first frame."""
    frames: dict[UUID, list[Photo]] = {}
    for one in photos:
        if one.sighting_id is not None:
            frames.setdefault(one.sighting_id, []).append(one)
    return [replace(sighting(some, some[0].final), id=id) for id, some in frames.items() if some[0].final]


REFUSED = (
    RefusedFile(UUID(int=1001), "notes.txt", "unsupported-type", "It is no photo.", MOMENT),
    RefusedFile(UUID(int=1002), "=Thumbs.db", "left-out", "It is litter.", MOMENT),
)


@dataclass
class Kept:
    """Photos and refused files in pages of seven, to be gone through as often as anybody likes."""

    all: Sequence[Photo]
    seen: Sequence[SeenSighting] = ()

    async def photos(self) -> AsyncIterator[list[Photo]]:
        for start in range(0, len(self.all), 7):
            yield list(self.all[start : start + 7])

    async def sightings(self) -> AsyncIterator[list[SeenSighting]]:
        yield list(self.seen)

    async def refused(self) -> AsyncIterator[list[RefusedFile]]:
        yield list(REFUSED)


def about(photos: Sequence[Photo]) -> About:
    lost = sum(one.error_code is not None for one in photos)
    counts = Counts(len(photos), 0, len(photos) - lost, lost)
    id = BatchId(UUID(int=99))
    batch = Batch(
        id,
        '=trip, "June"',
        Lane.BULK,
        5,
        counts,
        last_seq=1,
        model="student@3",
        created_at=MOMENT,
        closed_at=MOMENT,
        finished_at=MOMENT,
        refused=1,
        left_out=1,
    )
    return About(batch, "ada", [MODEL], datetime(2026, 6, 1, tzinfo=UTC))


def streamed(format: ExportFormat, photos: Sequence[Photo]) -> bytes:
    """A format that needs no survey."""
    exports = kind_of(format).exports(about(photos).batch, "https://birds.example/v1/photos/{}/image")

    async def all() -> bytes:
        return b"".join([block async for block in stream(exports, Kept(photos))])

    return asyncio.run(all())


def sighting(frames: list[Photo], final: FinalName) -> SeenSighting:
    """Of these frames, the first of which is the best."""
    id = frames[0].id
    reviewed = sum(one.corrected_species is not None for one in frames)
    return SeenSighting(id, 0, len(frames), reviewed, id, 0.9, final, frames)


def packaged(
    format: ExportFormat,
    photos: Sequence[Photo],
    seen: Sequence[SeenSighting] | None = None,
    license: License | None = None,
) -> tuple[Package, dict[str, bytes]]:
    """A format that needs one: what it left out, and its files as a zip has them. `seen`: as `seen_in` has
    them, where none are given."""
    survey = kind_of(format).survey(license)
    survey.survey(photos[:10])
    survey.survey(photos[10:])
    survey.survey_refused(REFUSED)
    package = survey.package(about(photos))

    async def all() -> bytes:
        blocks = stream_zip(
            package.files, Kept(photos, seen_in(photos) if seen is None else seen), about(photos).read_at
        )
        return b"".join([block async for block in blocks])

    with zipfile.ZipFile(io.BytesIO(asyncio.run(all()))) as archive:
        assert archive.testzip() is None
        return package, {name: archive.read(name) for name in archive.namelist()}
