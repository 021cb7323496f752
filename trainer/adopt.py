"""A classifier that somebody else trained becomes a bundle: its weights, and what its outputs mean."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file

from shared.errors import BirdsError, Code
from shared.vision.bundle import Bundle, InputSpec, ModelClass
from shared.vision.labels import class_of
from shared.vision.loading import load, save
from shared.vision.species import title_case

_SPECIES = re.compile(r"(?P<scientific>[A-Z][a-z]+ [a-z]+.*?) \((?P<english>.+)\)")
NO_BIRDS = frozenset(("background", "no bird", "none"))
"""Labels, in small letters, of what is no bird."""


def adopt(
    weights: Path,
    labels: Path,
    out: Path,
    *,
    name: str,
    architecture: str,
    arguments: dict[str, Any],
    spec: InputSpec,
) -> Bundle:
    """`labels` has a line for each output: an English name, or `Scientific name (English name)`.

    Raises BirdsError (no-model) where the weights don't fit, ValueError where a field is wrong, OSError.
    """
    try:
        state = load_file(weights)
    except SafetensorError as error:
        raise BirdsError(Code.NO_MODEL, f"{weights}: {error}.") from error
    bundle = save(
        out,
        state,
        name=name,
        version="1",
        architecture=architecture,
        architecture_arguments=arguments,
        classes=list(_classes(labels.read_text().splitlines())),
        input=spec,
    )
    load(out)  # whether they fit
    return bundle


def _classes(lines: Sequence[str]) -> Iterator[ModelClass]:
    for line in lines:
        label = line.strip()
        if found := _SPECIES.fullmatch(label):
            yield class_of(found["english"], found["scientific"])
        elif label.lower() in NO_BIRDS:
            yield ModelClass(species=title_case(label), is_bird=False)
        else:
            yield class_of(label)
