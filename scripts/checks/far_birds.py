"""`scripts/far-birds`: photos in which the bird is small, answered by one look and by two, as a table.

DATA holds birds525/test, notbird, and where they are there commons and fullsize. Photos of birds525/test are
taken as they are, and at a half and a third of the frame; of notbird/, but for those that lend a background,
how many are called birds is told.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from scripts.checks.far_sets import scenes_of, write_far_set
from shared.vision.bundle import SecondLook
from shared.vision.labels import class_of
from shared.vision.loading import LoadedModel, load
from shared.vision.no_bird import NO_BIRD_BELOW
from trainer.data.data_set import photos_below
from trainer.evaluation.looks import Looked, look
from trainer.evaluation.metrics import macro_f1

CPU = torch.device("cpu")
FAR = {2: "a half", 3: "a third"}


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """A row of the table; `species` are None for photos without birds."""

    name: str
    paths: Sequence[Path]
    species: Sequence[str] | None


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/far-birds", description=__doc__)
    parser.add_argument("model", type=Path, help="folder of a bundle")
    parser.add_argument("data", type=Path)
    parser.add_argument("--each", type=int, help="photos of each species of test; all, if it is not given")
    parser.add_argument("--below", type=float, help="instead of the bundle's second_look.below")
    parser.add_argument("--side", type=float, help="instead of the bundle's second_look.side")
    given = parser.parse_args()
    torch.set_num_threads(1)  # the times are those of one core
    model = load(given.model)
    rule = _rule(model, given.below, given.side)
    print(f"{model.bundle.id}: a second look below {rule.below:g} at {rule.side:g} of the side")
    print("| photos | number | one look | two looks | looked at twice | ms by one | ms by two |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for photos in sets(given.data, given.each, Path(place), model):
            print(row(model, rule, photos), flush=True)


def sets(data: Path, each: int | None, place: Path, model: LoadedModel) -> Iterator[PhotoSet]:
    scenes = scenes_of(data / "notbird")
    test = [
        path
        for folder in sorted((data / "birds525" / "test").iterdir())
        for path in photos_below(folder)[:each]
    ]
    yield _named("test", test)
    for times, name in FAR.items():
        write_far_set(test, scenes, times, place / name)
        yield _named(f"test at {name}", photos_below(place / name))
    if (data / "commons").is_dir():
        yield _named("commons", photos_below(data / "commons"))
    if (data / "fullsize").is_dir():
        names = {path: class_of(path.stem).species for path in photos_below(data / "fullsize")}
        known = {path: name for path, name in names.items() if name in _places(model)}
        yield PhotoSet("fullsize", tuple(known), tuple(known.values()))
    others = [path for path in photos_below(data / "notbird") if path not in scenes]
    yield PhotoSet("notbird", others, None)


def row(model: LoadedModel, rule: SecondLook, photos: PhotoSet) -> str:
    """Macro-F1 and accuracy, or how many are called birds; ms of processor time, with decoding."""
    one, one_ms = _timed(_with(model, None), photos)
    two, two_ms = _timed(_with(model, rule), photos)
    cells = (
        photos.name,
        len(photos.paths),
        _figures(model, one, photos),
        _figures(model, two, photos),
        f"{two.again / len(photos.paths):.0%}",
        f"{one_ms:.0f}",
        f"{two_ms:.0f}",
    )
    return f"| {' | '.join(map(str, cells))} |"


def _figures(model: LoadedModel, looked: Looked, photos: PhotoSet) -> str:
    if photos.species is None:
        birds = looked.bird_probabilities
        return "–" if birds is None else f"{np.mean(birds >= NO_BIRD_BELOW):.1%} called birds"
    place = _places(model)
    guesses = np.array([one.log_species.argmax() for one in looked.chances])
    labels = np.array([place[name] for name in photos.species])
    return f"F1 {macro_f1(guesses, labels, len(place)):.3f}, {np.mean(guesses == labels):.1%} right"


def _places(model: LoadedModel) -> dict[str, int]:
    return {class_of(name).species: number for number, name in enumerate(model.bundle.species)}


def _timed(model: LoadedModel, photos: PhotoSet) -> tuple[Looked, float]:
    begun = time.process_time()
    looked = look(model, photos.paths, CPU)
    return looked, 1000 * (time.process_time() - begun) / len(photos.paths)


def _with(model: LoadedModel, rule: SecondLook | None) -> LoadedModel:
    return LoadedModel(model.bundle.model_copy(update={"second_look": rule}), model.module)


def _named(name: str, paths: Sequence[Path]) -> PhotoSet:
    return PhotoSet(name, paths, [class_of(path.parent.name).species for path in paths])


def _rule(model: LoadedModel, below: float | None, side: float | None) -> SecondLook:
    own = model.bundle.second_look or SecondLook(below=0.5, side=0.5)
    return SecondLook(below=own.below if below is None else below, side=own.side if side is None else side)


if __name__ == "__main__":
    main()
