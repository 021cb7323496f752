"""What the classes of somebody else's model are: a bird by its name, or by the path that leads to it."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from shared.vision.bundle import ModelClass
from shared.vision.labels import class_of
from shared.vision.sources.imagenet import birds as wordnet_birds
from shared.vision.species import first_name, title_case
from shared.vision.taxonomy import Rank, Taxon, find, lookup_key

_SYNSET: Final = re.compile(r"n\d{8}")
_PARTS: Final = re.compile(r"[|/>,_\s]+")
_OF_A_PATH: Final = frozenset((
    "animalia", "chordata", "aves", "mammalia", "reptilia", "amphibia", "actinopterygii", "mollusca",
    "arthropoda", "arachnida", "insecta", "plantae", "fungi", "chromista", "protozoa", "bacteria", "viruses",
))  # fmt: skip
"""A label with one of these among its parts is a path, and says itself whether it leads to a bird."""
_BIRDS: Final = "aves"
_OF_SPECIESNET: Final = 7  # parts: id;class;order;family;genus;species;common name
_NUMBER: Final = re.compile(r"^\d+[\s._-]+")
_PARENTHESES: Final = re.compile(r"^(.*?)\s*\((.*?)\)")
_LONGEST: Final = 200  # what a class may be called


class _Label(NamedTuple):
    """As config.json has it."""

    name: str
    description: str


def model_classes(names: Sequence[str], descriptions: dict[str, str]) -> tuple[ModelClass, ...]:
    """One class an output; `descriptions` are by name. What is not recognised as a bird is none.

    A class is a bird if WordNet says so of its synset, if its path leads through Aves, or if one of the
    world's birds has its name.
    """
    labels = [_Label(name, descriptions.get(name, "")) for name in names]
    found = [find(_plain(one.name)) for one in labels]
    # `puma`, `tape` and `canvas` are codes of birds, too: codes count where most labels are some.
    coded = 2 * sum(_by_code(one.name, taxon) for one, taxon in zip(labels, found, strict=True)) > len(labels)
    return tuple(_class(number, one, coded) for number, one in enumerate(labels))


def _class(number: int, label: _Label, coded: bool) -> ModelClass:
    if _SYNSET.fullmatch(label.name):
        other = ModelClass(species=_readable(number, label), is_bird=False)
        return wordnet_birds().get(label.name, other)
    for text in label:
        if path := _path(text):
            return _at_the_end_of(path, number)
    for name in _names(label):
        found, taxon = class_of(name), find(name)
        if found.scientific_name and (taxon is None or _means(taxon, name, coded)):
            return found
    return ModelClass(species=_readable(number, label), is_bird=False)


class _Path(NamedTuple):
    parts: list[str]
    """In lower case; of SpeciesNet's, ranks that are left open are empty."""
    common_name: str
    """What SpeciesNet adds at the end."""


def _path(text: str) -> _Path | None:
    """`04487_Animalia_Chordata_Aves_…_Corvus_corax` or `uuid;aves;…;corvus;corax;northern raven`."""
    parts = [part.strip().lower() for part in (text.split(";") if ";" in text else _PARTS.split(text))]
    if ";" in text and len(parts) == _OF_SPECIESNET:
        return _Path(parts[:-1], parts[-1])
    return _Path(parts, "") if _OF_A_PATH & set(parts) else None


def _at_the_end_of(path: _Path, number: int) -> ModelClass:
    if _BIRDS not in path.parts:
        name = title_case(path.common_name or " ".join(path.parts[-2:]))
        return ModelClass(species=name[:_LONGEST] or f"Class {number}", is_bird=False)
    order, family, genus, epithet, *_ = [*path.parts[path.parts.index(_BIRDS) + 1 :], "", "", "", ""]
    species = epithet if " " in epithet else f"{genus} {epithet}".strip()
    scientific = (species or family or order or _BIRDS).capitalize()
    taxon = find(scientific)
    if taxon is not None and taxon.rank is Rank.SPECIES:
        return class_of(scientific)
    return class_of((path.common_name or scientific)[:_LONGEST], scientific[:_LONGEST])


def _names(label: _Label) -> list[str]:
    """All that a label may call a bird: itself, what stands before and in parentheses, before a comma."""
    found: list[str] = []
    for text in label:
        name = _plain(text)
        both = _PARENTHESES.match(name)
        found += [name, *(both.groups() if both else ()), name.partition(",")[0]]
    return [name for name in found if 0 < len(name) <= _LONGEST]


def _means(taxon: Taxon, name: str, coded: bool) -> bool:
    """Whether `name`, which leads to `taxon`, is meant so: in lower case, `spatula` is no genus."""
    if _by_code(name, taxon):
        return coded
    return taxon.rank is Rank.SPECIES or name[:1].isupper()


def _by_code(name: str, taxon: Taxon | None) -> bool:
    if taxon is None or lookup_key(name) == lookup_key(taxon.english_name or ""):
        return False
    return lookup_key(name) in {(taxon.ebird_code or "").lower(), (taxon.banding_code or "").lower()}


def _readable(number: int, label: _Label) -> str:
    text = first_name(_plain(label.description)) or title_case(_plain(label.name))
    return text[:_LONGEST].strip() or f"Class {number}"


def _plain(text: str) -> str:
    """Without the number in front that folders of data sets have: `001.Black_footed_Albatross`."""
    return _NUMBER.sub("", text).replace("_", " ").strip()
