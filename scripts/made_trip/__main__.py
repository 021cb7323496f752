"""`scripts/made-trip FOLDER`: a trip with known truth, made from real photos; the same for the same seed.

Two cameras, one of them with a wrong clock; bursts, and birds that are photographed in turns or soon after
each other; some views without birds, some photos twice, and some files that are broken. `truth.csv` beside
them says of each photo which sighting it belongs to, and what it shows, where and when.
"""

import argparse
import csv
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.made_trip.picture import picture
from scripts.made_trip.scenes import scenes
from scripts.made_trip.trip import Frame, frames, name_of

TRUTH = "truth.csv"
PHOTOS = "photos"
COLUMNS = (
    "photo",
    "sighting",
    "species",
    "scientific_name",
    "camera",
    "place",
    "latitude",
    "longitude",
    "time",
)
BROKEN = 5  # files
TWICE = 0.005  # of the photos lie in a second folder, too


def make_trip(folder: Path, data: Path, *, photos: int, seed: int, split: str) -> None:
    """Write `folder`/photos and `folder`/truth.csv; `photos` counts all files. Raises OSError."""
    shutil.rmtree(folder / PHOTOS, ignore_errors=True)
    dice = random.Random(seed)
    twice = round(TWICE * photos)
    planned = list(frames(scenes(data, split, dice), photos - BROKEN - twice, dice))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / TRUTH).open("w", newline="") as file:
        truth = csv.DictWriter(file, COLUMNS)
        truth.writeheader()
        for frame in planned:
            truth.writerow(_written(folder, name_of(frame), frame, picture(frame, dice)))
        for frame in dice.sample(planned, twice):
            original = name_of(frame)
            copy = f"best/{Path(original).name}"
            truth.writerow(_written(folder, copy, frame, (folder / PHOTOS / original).read_bytes()))
        for name in _broken(folder, name_of(planned[0]), dice):
            truth.writerow({"photo": name})


def _written(folder: Path, name: str, frame: Frame, data: bytes) -> dict[str, object]:
    """The file, and its line of the truth."""
    _write(folder / PHOTOS / name, data)
    scene, place = frame.scene, frame.place
    return {
        "photo": name,
        "sighting": frame.sighting,
        "species": scene.species or "Not a bird",
        "scientific_name": scene.scientific_name,
        "camera": frame.camera.model,
        "place": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "time": frame.moment.isoformat(timespec="milliseconds"),
    }


def _broken(folder: Path, whole: str, dice: random.Random) -> Iterator[str]:
    """Files that are called photos: cut off, written over, or of nothing that is seen."""
    data = (folder / PHOTOS / whole).read_bytes()
    for number in range(BROKEN):
        name = f"canon/DCIM/100CANON/BAD_{number:04d}.JPG"
        cut = data[: len(data) // 2] if number % 2 else data[:600] + dice.randbytes(len(data) - 600)
        _write(folder / PHOTOS / name, cut)
        yield name


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/made-trip", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--split", default="test", help="of birds525; the model that comes with Birds has seen valid"
    )
    given = parser.parse_args()
    make_trip(given.folder, given.data, photos=given.photos, seed=given.seed, split=given.split)
    print(f"{given.photos:,} photos in {given.folder / PHOTOS}, the truth in {given.folder / TRUTH}")


if __name__ == "__main__":
    main()
