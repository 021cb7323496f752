"""What another tool says of photos: MegaDetector's results (1.x) and SpeciesNet's predictions, read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.cli.running import CouldNotRunError
from shared.final_name import NOT_A_BIRD, UNCERTAIN, UNKNOWN_BIRD
from shared.vision.taxonomy import find, lookup_key

SURE: Final = 1.0
"""The certainty of a person's word, as Birds writes it; no model is that sure."""
_TYPICAL = 0.2  # certainty of a detection below which there is nothing, where the file says no other
_BIRDS = "aves"
_NO_TAXA = {lookup_key(name): name for name in (NOT_A_BIRD, UNKNOWN_BIRD, UNCERTAIN)}
"""As they are written, since the format's own names are in lower case."""
_SPECIESNET_PARTS = 7  # id;class;order;family;genus;species;common name


@dataclass(frozen=True, slots=True)
class ToolsWord:
    """What the tool called one photo; `name` None where it could not read it."""

    file: str
    name: str | None
    certainty: float


def read_results(path: Path) -> list[ToolsWord]:
    """Raises `CouldNotRunError` for what is neither."""
    try:
        document = json.loads(path.read_bytes())
        if "predictions" in document:
            return [_speciesnet(one) for one in document["predictions"]]
        return list(_megadetector(document))
    except OSError as error:
        raise CouldNotRunError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise CouldNotRunError(f"{path} has no results of MegaDetector or SpeciesNet") from None


def _megadetector(document: dict[str, Any]) -> Iterator[ToolsWord]:
    names = _class_names(document)
    metadata = document["info"].get("detector_metadata") or {}
    least = float(metadata.get("typical_detection_threshold", _TYPICAL))
    for image in document["images"]:
        detections = image.get("detections")
        if image.get("failure") is not None or detections is None:
            yield ToolsWord(image["file"], None, 0.0)
            continue
        yield ToolsWord(image["file"], *_best([one for one in detections if one["conf"] >= least], names))


def _class_names(document: dict[str, Any]) -> dict[str, str]:
    """What Birds calls each class: by its scientific name, where its lineage says one of a bird."""
    described = document.get("classification_category_descriptions") or {}
    names = {}
    for id, name in (document.get("classification_categories") or {}).items():
        lineage = str(described.get(id, "")).split(";")
        taxon = find(lineage[-1]) if _BIRDS in lineage and lineage[-1] else None
        taxon = taxon or find(name)
        none = _NO_TAXA.get(lookup_key(name), name)
        names[id] = none if taxon is None else taxon.english_name or taxon.scientific_name
    return names


def _best(detections: list[dict[str, Any]], names: dict[str, str]) -> tuple[str, float]:
    """Of the surest detection the surest class."""
    if not detections:
        return NOT_A_BIRD, 0.0
    surest = max(detections, key=lambda one: float(one["conf"]))
    classes = surest.get("classifications")
    if not classes:
        return NOT_A_BIRD, float(surest["conf"])
    id, certainty = max(classes, key=lambda one: float(one[1]))
    return names[id], float(certainty)


def _speciesnet(one: dict[str, Any]) -> ToolsWord:
    said = one.get("prediction")
    if said is None:
        return ToolsWord(one["filepath"], None, 0.0)
    parts = said.split(";")
    if len(parts) != _SPECIESNET_PARTS:
        raise ValueError(said)
    _, group, _, _, genus, species, common = parts
    certainty = float(one.get("prediction_score", 0.0))
    if group != _BIRDS:
        return ToolsWord(one["filepath"], NOT_A_BIRD, certainty)
    taxon = find(f"{genus} {species}") if species else None
    taxon = taxon or find(genus or common)
    name = common if taxon is None else taxon.english_name or taxon.scientific_name
    return ToolsWord(one["filepath"], name, certainty)
