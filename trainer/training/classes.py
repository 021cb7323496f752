"""What the outputs of a trained model mean: the species of a data set, in order, and perhaps "No Bird"."""

from collections.abc import Sequence
from typing import Final

from shared.vision.bundle import ModelClass
from shared.vision.labels import class_of
from trainer.data.data_set import NO_BIRDS, DataSet
from trainer.data.errors import DataSetError

NO_BIRD: Final = "No Bird"
"""Species of the class that is none."""


def class_names(data: DataSet, *, no_bird: bool) -> tuple[str, ...]:
    """Labels as the data set has them; what is no bird comes last."""
    return (*data.species, NO_BIRDS) if no_bird else data.species


def model_classes(data: DataSet, names: Sequence[str]) -> list[ModelClass]:
    """For the bundle. Raises `DataSetError` where two labels are one species."""
    labels: dict[str, str] = {}  # by species
    classes = [_class(name, data) for name in names]
    for name, one in zip(names, classes, strict=True):
        if (other := labels.setdefault(one.species, name)) != name:
            both = f"{other} and {name} are one species, {one.species}"
            raise DataSetError(f"{both}: put their photos together")
    return classes


def _class(name: str, data: DataSet) -> ModelClass:
    if name == NO_BIRDS:
        return ModelClass(species=NO_BIRD, is_bird=False)
    return class_of(name, data.scientific_names.get(name))
