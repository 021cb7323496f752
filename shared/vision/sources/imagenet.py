"""What the classes of ImageNet classifiers mean, and which of them are birds."""

from functools import cache
from importlib import resources

from timm.data.imagenet_info import ImageNetInfo

from shared.vision.bundle import ModelClass
from shared.vision.species import first_name

_BIRDS_FILE = "wordnet_birds.tsv"


def imagenet_classes(info: ImageNetInfo) -> tuple[ModelClass, ...]:
    """One class an output, in the model's order, for any of the ImageNets that timm knows."""
    synsets: list[str] = info.label_names()
    return tuple(_model_class(synset, info) for synset in synsets)


def _model_class(synset: str, info: ImageNetInfo) -> ModelClass:
    bird = birds().get(synset)
    if bird is not None:
        return bird
    return ModelClass(species=first_name(info.label_name_to_description(synset)), is_bird=False)


@cache
def birds() -> dict[str, ModelClass]:
    """The bird synsets of ImageNet-22k, which holds those of all the others: synset to class."""
    text = resources.files("shared.vision").joinpath("data", _BIRDS_FILE).read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {
        synset: ModelClass(species=name, scientific_name=scientific or None)
        for synset, name, scientific in rows
    }
