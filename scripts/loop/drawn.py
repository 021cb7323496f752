"""What the demonstration has: drawn birds, called by names that a reviewer can say, in three parts.

`first/` is a data set of a few pictures of some of the species, `trip/` is what is then sent and reviewed,
all species among it, and `unseen/` is what both models are measured by. The drawings are of birds that do not
exist; they bear names of the world list, since nothing else is accepted as what a photo shows.
"""

import csv
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import ExifTags, Image

from trainer.field_guide.dataset import QUALITY, Plan, make_field_guide

NAMES = ("Mallard", "Osprey", "Blue Jay", "Killdeer", "Canvasback", "Bufflehead", "Sora", "Dunlin")
BEGIN = datetime(2024, 5, 4, 6)
APART = timedelta(minutes=20)  # so that no two pictures are of one sighting


@dataclass(frozen=True, slots=True)
class Parts:
    """Pictures of each species."""

    known: int = 6
    """Of the species, how many `first/` has."""
    first: int = 8
    held: int = 4
    """Of `first/`, to select by."""
    trip: int = 40
    unseen: int = 30
    no_birds: int = 30
    seed: int = 0


def draw(folder: Path, parts: Parts) -> None:
    """Into `folder`, which is not there."""
    drawn = folder / "drawn"
    count = parts.first + parts.trip
    make_field_guide(
        drawn,
        Plan(
            species=len(NAMES), most=count, least=count, valid=parts.held, test=parts.unseen,
            no_birds=parts.no_birds, seed=parts.seed,
        ),
    )  # fmt: skip
    with (drawn / "birds.csv").open(newline="") as file:
        folders = sorted(row["labels"] for row in csv.DictReader(file))
    shown = 0
    for number, (name, source) in enumerate(zip(NAMES, folders, strict=True)):
        pictures = sorted((drawn / "train" / source).iterdir())
        if number < parts.known:
            _move(pictures[: parts.first], folder / "first" / "train" / name)
            _move(sorted((drawn / "valid" / source).iterdir()), folder / "first" / "valid" / name)
        for picture in _move(pictures[parts.first :], folder / "trip" / name):
            _say_when(picture, BEGIN + shown * APART)
            shown += 1
        _move(sorted((drawn / "test" / source).iterdir()), folder / "unseen" / name)
    _move(sorted((drawn / "notbird").iterdir()), folder / "first" / "notbird")
    shutil.rmtree(drawn)


def _move(pictures: list[Path], folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    return [picture.rename(folder / picture.name) for picture in pictures]


def _say_when(picture: Path, when: datetime) -> None:
    with Image.open(picture) as image:
        exif = image.getexif()
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = when.strftime("%Y:%m:%d %H:%M:%S")
        image.save(picture, quality=QUALITY, exif=exif)
