"""What the classes of ImageNet classifiers mean, and which of them are birds."""

from functools import cache
from importlib import resources

from timm.data.imagenet_info import ImageNetInfo

from shared.vision.bundle import ModelClass
from shared.vision.species import first_name
from shared.vision.taxonomy import find

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
    return {synset: _bird(name, scientific) for synset, name, scientific in rows}


def _bird(name: str, scientific_name: str) -> ModelClass:
    """Called as WordNet calls it: a few names say more than the species ("Drake")."""
    taxon = find(scientific_name) if " " in scientific_name else None  # the rest are groups
    if taxon is None:
        return ModelClass(species=name, scientific_name=scientific_name or None)
    return ModelClass(species=name, scientific_name=taxon.scientific_name, ebird_code=taxon.ebird_code)
