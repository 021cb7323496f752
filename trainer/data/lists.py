"""Data sets as lists beside a folder of images: those of CUB-200-2011 and NABirds.

`images.txt` (id, path below `images/`), `image_class_labels.txt` (id, class), `classes.txt` (class, name) and
`train_test_split.txt` (id, 1 for train). Neither set has photos to select by: a tenth of train becomes valid.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from trainer.data.errors import DataSetError
from trainer.data.example import Example

IMAGES = "images.txt"
VALID_SHARE = 0.1


def has_lists(folder: Path) -> bool:
    return (folder / IMAGES).exists()


def listed_examples(folder: Path) -> Iterator[Example]:
    """Raises `DataSetError` where a list is missing, or says nothing of an image."""
    paths = _pairs(folder / IMAGES)
    classes = _pairs(folder / "image_class_labels.txt")
    names = _pairs(folder / "classes.txt")
    is_train = _pairs(folder / "train_test_split.txt")
    for image, path in paths.items():
        try:
            name, train = _species(names[classes[image]]), is_train[image] == "1"
        except KeyError:
            raise DataSetError(f"{folder}: the lists do not agree about image {image}") from None
        yield Example(folder / "images" / path, _split(image, train), name)


def _split(image: str, is_train: bool) -> str:
    if not is_train:
        return "test"
    draw = int(sha256(image.encode()).hexdigest()[:8], 16) / 16**8  # of the id: the same on every machine
    return "valid" if draw < VALID_SHARE else "train"


def _species(name: str) -> str:
    """`001.Black_footed_Albatross` is what CUB calls it."""
    return re.sub(r"^\d+\.", "", name).replace("_", " ")


def _pairs(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise DataSetError(f"{path}: {error.strerror}") from error
    pairs = (line.split(maxsplit=1) for line in lines if line.strip())
    return {first: rest[0].strip() for first, *rest in pairs if rest}
