"""The outputs of a continued model: those that there were, in their order, and behind them new species."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.vision.bundle import Bundle, ModelClass
from shared.vision.labels import class_of
from trainer.data.data_set import DataSet
from trainer.data.example import Example


@dataclass(frozen=True, slots=True)
class ContinuedClasses:
    """`known` of `classes` were there before."""

    classes: list[ModelClass]
    known: int
    places: dict[str, int]
    """By species as `class_of` has it; of several classes of one species the first."""
    no_bird: int | None
    """The one class that is no bird; None where there is none, or several."""

    @property
    def new(self) -> list[str]:
        return [one.species for one in self.classes[self.known :]]

    def place(self, example: Example, data: DataSet) -> int | None:
        """None of a species that none was learned from."""
        return self.places.get(_species(example.species, data).species)


def continued_classes(parent: Bundle, sets: Sequence[DataSet]) -> ContinuedClasses:
    classes = list(parent.classes)
    places: dict[str, int] = {}
    for number, one in enumerate(classes):
        if one.is_bird:
            places.setdefault(class_of(one.species, one.scientific_name).species, number)
    for data in sets:
        for name in sorted({one.species for one in data.of("train")}):
            one = _species(name, data)
            if one.species not in places:
                places[one.species] = len(classes)
                classes.append(one)
    others = [number for number, one in enumerate(parent.classes) if not one.is_bird]
    return ContinuedClasses(classes, len(parent.classes), places, others[0] if len(others) == 1 else None)


def _species(name: str, data: DataSet) -> ModelClass:
    return class_of(name, data.scientific_names.get(name))
