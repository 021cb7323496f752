"""What the outputs of a trained model mean: the species of a data set, in order, and perhaps "No Bird"."""

from collections.abc import Sequence
<<<<<<< HEAD
from typing import Final
=======
>>>>>>> names

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
<<<<<<< HEAD
    return [
        ModelClass(species=NO_BIRD, is_bird=False)
=======
    """For the bundle. Raises `DataSetError` where two labels are one species."""
    classes = {
        name: ModelClass(species=NO_BIRD, is_bird=False)
>>>>>>> names
        if name == NO_BIRDS
        else class_of(name, data.scientific_names.get(name))
        for name in names
    }
    labels: dict[str, str] = {}
    for name, one in classes.items():
        if (other := labels.setdefault(one.species, name)) != name:
            raise DataSetError(
                f"{other} and {name} are one species, {one.species}: put their photos together"
            )
    return list(classes.values())
