"""From a data set's label to a model's class: one rule, for training, evaluation and whatever has labels."""

from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from shared.vision.bundle import ModelClass
from shared.vision.species import title_case
from shared.vision.taxonomy import Taxon, find, lookup_key

_TABLE: Final = "label_names.tsv"


class LabelName(NamedTuple):
    """A row of `data/label_names.tsv`: what is known of a label beyond the table of the world's birds."""

    label: str
    scientific_name: str = ""
    english_name: str = ""
    why: str = ""


def class_of(label: str, scientific_name: str | None = None) -> ModelClass:
    """The class of what is called `label`: "PARAKETT AUKLET" is the Parakeet Auklet, Aethia psittacula.

    What a bird is called comes from the taxonomy, which is surer of it than the data sets are; a label that
    it does not know stays as it is, in Title Case, with `scientific_name`, its data set's. A class's own name
    leads to that class again: so can the classes of two models be compared, made before this rule or after.
    """
    known = _label_names().get(lookup_key(label))
    taxon = find(known.scientific_name or label) if known else find(label)
    if taxon is None:
        stated = find(scientific_name) if scientific_name else None
        return _class(title_case(label), stated, scientific_name)
    return _class((known and known.english_name) or taxon.english_name or title_case(label), taxon)


def _class(species: str, taxon: Taxon | None, scientific_name: str | None = None) -> ModelClass:
    if taxon is None:
        return ModelClass(species=species, scientific_name=scientific_name)
    return ModelClass(species=species, scientific_name=taxon.scientific_name, ebird_code=taxon.ebird_code)


@cache
def label_names() -> tuple[LabelName, ...]:
    """All rows."""
    text = resources.files("shared.vision").joinpath("data", _TABLE).read_text("utf-8")
    _, *rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return tuple(LabelName(*row) for row in rows)


@cache
def _label_names() -> dict[str, LabelName]:
    """By lookup key, of the labels and of the names that they are given."""
    named = {lookup_key(one.english_name): one for one in label_names() if one.english_name}
    return named | {lookup_key(one.label): one for one in label_names()}
