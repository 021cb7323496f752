"""The model bundle: everything about a model but its weights. Torch is not needed to read one."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from shared.errors import BirdsError, Code
from shared.vision.architecture import (
    MAX_INPUT_SIDE,
    SIDE_BY_SIDE,
    ArchitectureArguments,
    Backbone,
    Channels,
)
from shared.vision.precision import Agreement, Precision
from shared.vision.preprocess import CropMode, Interpolation, Preprocessing
from shared.vision.strict import Strict

BUNDLE_FILE: Final = "bundle.json"
WEIGHTS_FILE: Final = "model.safetensors"
GRAPH_FILE: Final = "graph.onnx"
"""What is computed with the tensors of WEIGHTS_FILE, for runtimes without torch: an ONNX graph that holds
none of its own and points into that file (external data)."""
CARD_FILE: Final = "card.md"
INT8_FILES: Final = ("int8.xml", "int8.bin")
"""GRAPH_FILE computed with eight bits: OpenVINO's own format (IR), and its tensors."""
DIGESTS: Final = frozenset(("weights_sha256", "graph_sha256", "int8_sha256"))
OF_WEIGHTS: Final = DIGESTS | {"agreement"}
"""Fields of a bundle that are of its weights, and so of no other one made from it."""


class WeightsFile(StrEnum):
    """What the weights are kept in. Neither is ever unpickled, neither holds code."""

    SAFETENSORS = WEIGHTS_FILE
    """Tensors by timm's names; the architecture says what is computed with them."""
    ONNX = "model.onnx"
    """Weights with their graph, from any exporter: (N, 3, size, size) floats, normalised as the bundle says,
    to (N, classes) logits."""


NAME_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
VERSION_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
"""Both become parts of object keys and of `name@version`: neither / nor @."""

_Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Text = Annotated[str, Field(min_length=1, max_length=200)]


class ModelClass(Strict):
    """What one output of the model means."""

    species: _Text
    """English name: the world list's, else in Title Case."""
    scientific_name: _Text | None = None
    """Of a species, or of the group that the class stands for."""
    ebird_code: Annotated[str, Field(pattern="^[a-z0-9]{1,10}$")] | None = None
    """eBird's code of the species; None of a group."""
    is_bird: bool = True


class InputSpec(Strict):
    """What the model is fed, in timm's terms."""

    size: int = Field(ge=1, le=MAX_INPUT_SIDE)
    """Side of the square input in pixels."""
    mean: Channels
    """Per channel (R, G, B), of values from 0 to 1."""
    std: Channels
    interpolation: Interpolation
    crop_pct: float = Field(gt=0, le=1)
    crop_mode: CropMode = CropMode.CENTER

    @model_validator(mode="after")
    def _std_divides(self) -> "InputSpec":
        if min(self.std) <= 0:
            raise ValueError("every std must be positive")
        return self

    @property
    def preprocessing(self) -> Preprocessing:
        red, green, blue = (round(255 * value) for value in self.mean)
        fill = (red, green, blue) if self.crop_mode is CropMode.BORDER else (0, 0, 0)
        return Preprocessing(self.size, self.interpolation, self.crop_pct, self.crop_mode, fill)


class BirdScore(Strict):
    """How a model that knows nothing but birds tells whether there is one: by how far its answer stands out.

    The bird probability is a logistic function of the energy (Liu et al., 2020: Energy-based
    Out-of-distribution Detection) of the logits less their mean, whose level no cross-entropy determines.
    """

    middle: float
    """Energy at which the probability is 1/2."""
    slope: float = Field(gt=0)
    """Of the log-odds, per unit of energy."""


class SecondLook(Strict):
    """When a photo is looked at again, and how much of it; where, its first look says."""

    below: float = Field(gt=0, le=1)
    """Bird probability that lets a first look do; of a model that tells none, that of its best species."""
    side: float = Field(gt=0, lt=1)
    """Of the square that is looked at again, as a share of the side of what the first look saw."""


class Bundle(Strict):
    """`bundle.json`; the weights lie beside it in `weights_file`."""

    name: str = Field(pattern=f"^{NAME_PATTERN}$")
    version: Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)] = (
        Field(pattern=f"^{VERSION_PATTERN}$")
    )
    architecture: str = Field(pattern="^[a-z0-9_]{1,100}$")
    """Name under which timm creates the model, without a tag of pretrained weights; never `hf-hub:…` or
    `local-dir:…`, by which timm would fetch or unpickle what a bundle told it to. Of an ONNX model, which is
    a graph already, it is for people alone."""
    architecture_arguments: ArchitectureArguments = Field(default_factory=ArchitectureArguments)
    backbones: tuple[Backbone, ...] = Field((), max_length=8)
    """Of a model of several networks under one head, whose `architecture` is `side_by_side`."""
    classes: tuple[ModelClass, ...] = Field(min_length=1)
    """In the order of the model's outputs."""
    input: InputSpec
    temperature: float = Field(1.0, gt=0)
    """Logits are divided by it before the softmax."""
    bird_score: BirdScore | None = None
    """Only of a model all of whose classes are birds."""
    second_look: SecondLook | None = None
    """Absent: one look at each photo."""
    weights_file: WeightsFile = WeightsFile.SAFETENSORS
    weights_sha256: _Digest
    """Digest of `weights_file`."""
    graph_sha256: _Digest | None = None
    """Digest of GRAPH_FILE; None where there is none, so that torch alone can run the model."""
    int8_sha256: tuple[_Digest, _Digest] | None = None
    """Digests of INT8_FILES; None where there are none."""
    agreement: dict[Precision, Agreement] = Field(default_factory=dict)
    """With fp32, as measured; of precisions that fell short, too."""
    license: _Text | None = None
    """Terms of use of the weights, as whoever published them names them: `apache-2.0`, `cc-by-nc-4.0`."""
    origin: _Text | None = None
    """Where weights that were not trained here come from, to the commit."""
    metrics: dict[str, float] = Field(default_factory=dict)
    teacher: str | None = None
    recipe: dict[str, Any] = Field(default_factory=dict)
    dataset: str | None = None
    created_at: datetime | None = None

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> "Bundle":
        if bool(self.backbones) != (self.architecture == SIDE_BY_SIDE):
            raise ValueError(f"backbones go with the architecture {SIDE_BY_SIDE}, and with no other")
        return self

    @model_validator(mode="after")
    def _names_a_bird(self) -> "Bundle":
        if not any(one.is_bird for one in self.classes):
            raise ValueError("no class is a bird")
        return self

    @model_validator(mode="after")
    def _scores_birds_one_way(self) -> "Bundle":
        if self.bird_score is not None and self.knows_other_things:
            raise ValueError("bird_score beside classes that are no birds")
        return self

    @property
    def id(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def digests(self) -> dict[str, str]:
        """Of each file that lies beside `bundle.json` and that answers depend on: sha256 in hex, by name."""
        graph = {} if self.graph_sha256 is None else {GRAPH_FILE: self.graph_sha256}
        int8 = zip(INT8_FILES, self.int8_sha256 or (), strict=False)
        return {str(self.weights_file): self.weights_sha256, **graph, **dict(int8)}

    @property
    def species(self) -> tuple[str, ...]:
        """The birds that the model can name, each once, in the order of its classes.

        Classes that share a name are one species: their probabilities are added up.
        """
        return tuple(dict.fromkeys(one.species for one in self.classes if one.is_bird))

    @property
    def scientific_names(self) -> dict[str, str | None]:
        """Species to scientific name; None where its classes disagree, as the two robins of ImageNet do."""
        return self._agreed({one: one.scientific_name for one in self.classes})

    @property
    def ebird_codes(self) -> dict[str, str | None]:
        """Species to eBird's code; None where its classes disagree."""
        return self._agreed({one: one.ebird_code for one in self.classes})

    def _agreed(self, values: dict[ModelClass, str | None]) -> dict[str, str | None]:
        found: dict[str, set[str | None]] = {}
        for one, value in values.items():
            if one.is_bird:
                found.setdefault(one.species, set()).add(value)
        return {species: each.pop() if len(each) == 1 else None for species, each in found.items()}

    @property
    def knows_other_things(self) -> bool:
        """Whether some classes are no birds, so that it can tell how likely a photo shows one."""
        return not all(one.is_bird for one in self.classes)


def read_bundle(folder: Path) -> Bundle:
    """Raises BirdsError (no-model) naming the file and what is wrong with it."""
    try:
        return parse_bundle((folder / BUNDLE_FILE).read_bytes(), str(folder / BUNDLE_FILE))
    except OSError as error:
        raise BirdsError(Code.NO_MODEL, f"{folder / BUNDLE_FILE}: {error.strerror}.") from error


def parse_bundle(data: bytes, source: str) -> Bundle:
    """`source` names the origin of `data` in the error. Raises BirdsError (no-model)."""
    with _explained(source):
        return Bundle.model_validate_json(data)


def recorded_bundle(values: dict[str, Any], source: str) -> Bundle:
    """As `parse_bundle`, of what the ledger holds: another version of Birds may have written it."""
    with _explained(source):
        return Bundle.model_validate(values)


@contextmanager
def _explained(source: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        raise BirdsError(Code.NO_MODEL, f"{source}: {place}: {first['msg']}.") from error


def write_bundle(folder: Path, **fields: Any) -> Bundle:
    """Write the `bundle.json` of what is in `folder`; `fields` are those of Bundle but the digests.

    Raises pydantic's ValidationError.
    """
    weights, graph = folder / fields.get("weights_file", WeightsFile.SAFETENSORS), folder / GRAPH_FILE
    int8 = [folder / name for name in INT8_FILES]
    bundle = Bundle(
        weights_sha256=file_digest(weights),
        graph_sha256=file_digest(graph) if graph.exists() else None,
        int8_sha256=tuple(map(file_digest, int8)) if int8[0].exists() else None,
        **fields,
    )
    (folder / BUNDLE_FILE).write_text(bundle.model_dump_json(indent=2, exclude_none=True) + "\n")
    return bundle


def file_digest(path: Path) -> str:
    """sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_files(folder: Path, bundle: Bundle) -> None:
    """Raises BirdsError (no-model) unless the files beside `bundle` are the ones that it names."""
    for name, expected in bundle.digests.items():
        path = folder / name
        try:
            digest = file_digest(path)
        except OSError as error:
            raise BirdsError(Code.NO_MODEL, f"{path}: {error.strerror}.") from error
        if digest != expected:
            raise BirdsError(Code.NO_MODEL, f"{path}: not that of {bundle.id} (sha256 differs).")
