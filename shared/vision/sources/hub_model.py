"""A classifier of the hub in timm's format, `config.json` with `model.safetensors`, as a bundle."""

from pathlib import Path
from typing import Annotated, Any, Final

import timm
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from shared.errors import BirdsError, Code
from shared.vision.architecture import ArchitectureArguments
from shared.vision.bundle import WEIGHTS_FILE, InputSpec, ModelClass
from shared.vision.loading import UNFIT, first_line, load, save
from shared.vision.preprocess import CropMode, Interpolation
from shared.vision.refs import HubRef
from shared.vision.sources.hub import MissingFileError, fetch, license_of, version_of
from shared.vision.sources.hub_labels import model_classes
from shared.vision.staging import staged

_CONFIG: Final = "config.json"
_MAX_CONFIG_BYTES: Final = 32 * 1024 * 1024
"""Names of 22,000 classes with descriptions take 2 MB."""
_MAIN: Final = "main"
_OF_TRAINING: Final = ("drop", "proj_drop", "attn_drop", "pos_drop", "patch_drop", "weight_init", "head_init")
"""Beginnings of arguments that change nothing in a trained network."""


class _Lenient(BaseModel):
    """Of what others write: fields that are not asked for are theirs."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class _Input(_Lenient):
    """`pretrained_cfg`, with timm's defaults."""

    input_size: tuple[int, int, int] = (3, 224, 224)
    fixed_input_size: bool = False
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: Interpolation = Interpolation.BICUBIC
    crop_pct: float = 0.875
    crop_mode: CropMode = CropMode.CENTER


class _Config(_Lenient):
    """`config.json`, also in its old form: all on one level, `label_names` called `labels`."""

    architecture: Annotated[str, Field(pattern="^[a-z0-9_]{1,100}$")]
    num_classes: Annotated[int, Field(ge=1, le=1_000_000)]
    label_names: list[str] | dict[int, str] | None = None
    label_descriptions: dict[str, str] | None = None
    model_args: dict[str, Any] | None = None
    pretrained_cfg: _Input

    @model_validator(mode="before")
    @classmethod
    def _on_two_levels(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        inner = data.get("pretrained_cfg")
        if inner is None:
            data = {
                **data,
                "label_names": data.get("label_names", data.get("labels")),
                "pretrained_cfg": data,
            }
        elif isinstance(inner, dict):
            data = {key: inner[key] for key in _EITHER_LEVEL if inner.get(key) is not None} | {
                key: value for key, value in data.items() if value is not None
            }
        if "architecture" not in data:
            raise ValueError("it names no `architecture` of timm's, so it is no model in timm's format")
        return data

    @property
    def labels(self) -> list[str]:
        """By output. Raises ValueError."""
        names = self.label_names
        if not names:
            raise ValueError("it has no label_names, so nobody knows what its classes are")
        if isinstance(names, dict):
            if sorted(names) != list(range(len(names))):
                raise ValueError("its label_names leave out classes")
            names = [names[number] for number in range(len(names))]
        if len(names) != self.num_classes:
            raise ValueError(f"it has {len(names)} label_names for {self.num_classes} classes")
        return names

    @property
    def arguments(self) -> ArchitectureArguments:
        """Those that change the network. Raises ValueError."""
        given = {
            name: value
            for name, value in (self.model_args or {}).items()
            if value is not None and not name.startswith(_OF_TRAINING)
        }
        if given.pop("num_classes", self.num_classes) != self.num_classes:
            raise ValueError("its model_args say another num_classes")
        if given.pop("in_chans", 3) != 3:
            raise ValueError("it does not take photos in three colours")
        if isinstance(size := given.get("img_size"), list) and len(set(size)) == 1:
            given["img_size"] = size[0]
        if self.pretrained_cfg.fixed_input_size:
            given.setdefault("img_size", self.pretrained_cfg.input_size[1])
        return _ARGUMENTS.validate_python(given)

    @property
    def input(self) -> InputSpec:
        """Raises ValueError."""
        spec = self.pretrained_cfg
        channels, height, width = spec.input_size
        if channels != 3:
            raise ValueError(f"it takes {channels} channels, not photos in three colours")
        if height != width:
            raise ValueError(f"it takes {width} x {height} inputs, not square ones")
        return InputSpec(
            size=height,
            mean=spec.mean,
            std=spec.std,
            interpolation=spec.interpolation,
            crop_pct=spec.crop_pct,
            crop_mode=spec.crop_mode,
        )


_ARGUMENTS: Final = TypeAdapter(ArchitectureArguments)
_EITHER_LEVEL: Final = ("architecture", "num_classes", "label_names", "label_descriptions")


def hub_model(ref: HubRef, cache_dir: Path) -> Path:
    """The folder of a bundle made from `ref`, downloaded once; a branch that has moved on is not followed.

    Raises BirdsError (no-model) for each way in which the repository can be out of reach or wrong.
    """
    revision = (ref.revision or _MAIN).replace("/", "%")  # % is in no revision
    target = cache_dir / "hf" / ref.repository / revision
    if not target.is_dir():
        _build(ref, target)
    return target


def _build(ref: HubRef, target: Path) -> None:
    file = fetch(ref.repository, _CONFIG, ref.revision, str(ref))
    commit = file.parent.name  # all else is of the same
    try:
        config = _read(file)
        fields: dict[str, Any] = {
            "architecture": config.architecture,
            "architecture_arguments": config.arguments,
            "input": config.input,
            "classes": _classes(config),
        }
    except ValueError as error:  # pydantic's is one
        raise BirdsError(Code.NO_MODEL, f"{_CONFIG} of {ref}: {_told(error)}.") from error
    if not timm.is_model(config.architecture):
        raise BirdsError(Code.NO_MODEL, f"{_CONFIG} of {ref}: timm knows no model {config.architecture!r}.")
    weights = _weights(ref, commit)
    try:
        state = _network(config, weights).state_dict()
    except UNFIT as error:
        raise BirdsError(Code.NO_MODEL, f"{ref} cannot be built: {first_line(error)}.") from error
    with staged(target) as folder:
        save(
            folder,
            state,
            name=ref.repository.partition("/")[2],
            version=version_of(weights),
            license=license_of(ref.repository, commit, str(ref)),
            origin=str(HubRef(ref.repository, commit)),
            **fields,
        )
        load(folder)  # what a worker will do: better refused now than kept and refused each time


def _read(file: Path) -> _Config:
    if file.stat().st_size > _MAX_CONFIG_BYTES:
        raise ValueError(f"it has more than {_MAX_CONFIG_BYTES:,} bytes")
    return _Config.model_validate_json(file.read_bytes())


def _classes(config: _Config) -> tuple[ModelClass, ...]:
    classes = model_classes(config.labels, config.label_descriptions or {})
    if not any(one.is_bird for one in classes):
        raise ValueError("none of its labels is a bird's name, or a path through Aves")
    return classes


def _weights(ref: HubRef, commit: str) -> Path:
    try:
        return fetch(ref.repository, WEIGHTS_FILE, commit, str(ref))
    except MissingFileError as error:
        raise BirdsError(
            Code.NO_MODEL, f"{ref} has no {WEIGHTS_FILE}; weights in any other form are not read."
        ) from error


def _network(config: _Config, weights: Path) -> Any:
    """Filled by timm, which knows the older names of an architecture's weights."""
    found = {"file": str(weights), "num_classes": config.num_classes, "label_offset": 0}
    return timm.create_model(
        config.architecture,
        pretrained=True,
        pretrained_cfg_overlay=found,
        num_classes=config.num_classes,
        **config.arguments,
    )


def _told(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error).rstrip(".")
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(
        str(part) for part in first["loc"] if part != "function-before[_on_two_levels(), _Config]"
    )
    said = first["msg"].removeprefix("Value error, ")
    return f"{place}: {said}" if place else said
