"""What a run does, as data: read from TOML, changed by `section.name=value`, kept with what came of it."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.vision.bundle import InputSpec, SecondLook
from shared.vision.preprocess import Interpolation

RECIPES = Path(__file__).parent.parent / "recipes"


class RecipeError(ValueError):
    """A recipe that can't be followed; says where and why."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ModelSection(Section):
    name: str = Field(description="Of the bundle that comes of it")
    architecture: str = Field(description="timm's name, and the tag of its weights after a dot")
    weights: str = Field(description="`scratch`, `timm` (its hub's), or a bundle: `starter`, `folder:PATH`")
    drop_path: float = Field(0.0, ge=0, lt=1, description="Share of residual branches left out in a step")
    layer_scale: float | None = Field(
        None,
        gt=0,
        description="Of ConvNeXt's branches at the start; its 0.000001 is for hundreds of epochs",
    )
    frozen_epochs: int = Field(0, ge=0, description="Epochs in which only the head learns")
    frozen_norms: bool = Field(
        False, description="Batch norms keep the averages that the weights came with, over far more photos"
    )

    license: str | None = Field(None, description="Terms of use of the weights, such as `apache-2.0`")
    frozen_blocks: int = Field(
        0, ge=0, description="Lowest stages that never learn; with [views] what they give is kept"
    )
    fixed_depthwise: bool = Field(
        False,
        description="Depthwise kernels never learn: a hundredth of the weights, half of a processor's time",
    )
    no_bird: bool = Field(False, description="An output for what is no bird, learned from notbird/")
    temperature: float | None = Field(
        None, gt=0, description="Of the bundle; else fitted on valid, which must not have been learned from"
    )

    @property
    def untagged(self) -> str:
        """The architecture alone, as a bundle names it."""
        return self.architecture.partition(".")[0]


class InputSection(Section):
    size: int = Field(ge=32, le=1024, description="Pixels a side")
    served_size: int | None = Field(
        None, ge=32, le=1024, description="Pixels a side when it is measured and served, where they differ"
    )
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: Literal["bilinear", "bicubic"] = "bicubic"
    crop_pct: float = Field(1.0, gt=0, le=1, description="Middle of a photo that is measured")


class AugmentSection(Section):
    least_area: float = Field(1.0, gt=0, le=1, description="Of the photo, in a random crop; 1: no crops")
    flip: float = Field(0.0, ge=0, le=1, description="Share of photos mirrored")
    colour: float = Field(0.0, ge=0, le=1, description="Strength of changes of light and colour")
    policy: str | None = Field(None, description="timm's name of an augmentation policy, `rand-m9-mstd0.5`")
    mixup: float = Field(0.0, ge=0, description="Alpha of mixup; 0: none")
    cutmix: float = Field(0.0, ge=0, description="Alpha of cutmix; 0: none")


class LossSection(Section):
    smoothing: float = Field(0.0, ge=0, lt=1, description="Share of the target spread over all species")
    logit_adjustment: float = Field(
        0.0,
        ge=0,
        description="Tau: species are favoured by their rarity; 0: not, 1: as much as they are rare",
    )


class DistilSection(Section):
    method: Literal["kl", "dist", "features"] = Field(
        "kl", description="Match probabilities, their order, or probabilities and features"
    )
    feature_weight: float = Field(1.0, gt=0, description='Of the features, with method = "features"')
    temperature: float = Field(1.0, gt=0, description="Softens both before they are compared")
    weight: float = Field(1.0, ge=0, description="Of the teacher's word")
    label_weight: float = Field(0.0, ge=0, description="Of the labels; 0: the teacher alone is listened to")
    view: Literal["same", "whole"] = Field(
        "same", description="What the teacher sees: the student's own view, or once the whole photo"
    )
    size: int | None = Field(
        None,
        ge=32,
        le=1024,
        description="Pixels a side of the teacher's views; else those of its bundle",
    )

    @model_validator(mode="after")
    def _whole_is_probabilities(self) -> "DistilSection":
        if self.view == "whole" and (self.method != "kl" or self.label_weight):
            raise ValueError('view = "whole" goes with method = "kl" and label_weight = 0 only')
        return self


class ViewsSection(Section):
    """Views are looked at once, by teacher and frozen blocks, and learned from in several epochs."""

    rounds: int = Field(ge=1, description="Views of each photo; epochs take turns")
    size: int = Field(ge=32, le=1024, description="Pixels a side of what the teacher sees")
    far: float = Field(0.0, ge=0, le=1, description="Share in which the bird is small; the teacher is near")


class OptimizerSection(Section):
    name: str = "adamw"
    lr: float = Field(gt=0, description="Learning rate at its highest, for a whole batch")
    weight_decay: float = Field(0.05, ge=0)
    layer_decay: float | None = Field(
        None, gt=0, le=1, description="Learning rate of a layer over the next's"
    )
    clip: float | None = Field(None, gt=0, description="Longest gradient")


class ScheduleSection(Section):
    epochs: int = Field(ge=1)
    warmup_epochs: int = Field(0, ge=0)
    final_lr: float = Field(1e-6, ge=0)
    patience: int | None = Field(None, ge=1, description="Epochs without a better macro-F1 before it stops")
    kept: Literal["best", "last"] = Field("best", description="Which epoch's weights; by macro-F1 on valid")
    measure_every: int = Field(1, ge=1, description="Epochs between measurements on valid")


class RunSection(Section):
    batch: int = Field(ge=2, description="Photos in a forward pass; even, since mixup pairs them")
    accumulate: int = Field(1, ge=1, description="Passes before a step: their gradients are added up")
    precision: Literal["fp32", "bf16"] = Field("fp32", description="Of products; weights stay fp32")
    compile: bool = Field(False, description="By torch.compile: minutes at the start, faster steps after")
    sampling: Literal["shuffled", "square-root", "balanced"] = Field(
        "shuffled", description="Each photo once an epoch, or drawn: rare species' more often"
    )
    photos: int | None = Field(None, ge=2, description="Drawn for an epoch; else as many as there are")
    no_bird_share: float = Field(0.1, ge=0, lt=1, description="Of drawn photos, with model.no_bird")
    ema: float | None = Field(None, gt=0, lt=1, description="Decay of the averaged weights, which are kept")
    seed: int = 0
    workers: int = Field(2, ge=0, description="Processes that read photos")


class Recipe(Section):
    model: ModelSection
    input: InputSection
    augment: AugmentSection = AugmentSection()
    loss: LossSection = LossSection()
    distil: DistilSection = DistilSection()
    views: ViewsSection | None = None
    second_look: SecondLook | None = None
    optimizer: OptimizerSection
    schedule: ScheduleSection
    run: RunSection

    @model_validator(mode="after")
    def _views_are_of_frozen_blocks(self) -> "Recipe":
        if self.views is not None and not (self.model.frozen_blocks and self.distil.method == "features"):
            raise ValueError('[views] go with model.frozen_blocks and distil.method = "features"')
        return self

    @model_validator(mode="after")
    def _whole_is_not_mixed(self) -> "Recipe":
        if self.distil.view == "whole" and (self.augment.mixup or self.augment.cutmix):
            raise ValueError('distil.view = "whole" knows nothing of photos that mixup or cutmix make')
        return self


def input_spec(section: InputSection) -> InputSpec:
    """How photos are prepared when they are measured and served."""
    return InputSpec(
        size=section.served_size or section.size,
        mean=section.mean,
        std=section.std,
        interpolation=Interpolation(section.interpolation),
        crop_pct=section.crop_pct,
    )


def recipe_names(folder: Path = RECIPES) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))


Kind = TypeVar("Kind", bound=Section)


def read_recipe(name_or_path: str, changes: Sequence[str] = ()) -> Recipe:
    """Of a training. One of ours by name, or a file. `changes` are like `optimizer.lr=0.001`.

    Raises `RecipeError`.
    """
    return read(Recipe, name_or_path, changes)


def read(kind: type[Kind], name_or_path: str, changes: Sequence[str] = (), folder: Path = RECIPES) -> Kind:
    """A recipe of any kind; ours of that kind lie in `folder`."""
    path = folder / f"{name_or_path}.toml"
    if not path.exists():
        path = Path(name_or_path)
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise RecipeError(f"no recipe {name_or_path}; there are {', '.join(recipe_names(folder))}") from None
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path}: {error}") from error
    for change in changes:
        _apply(content, change)
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RecipeError(": ".join(filter(None, (path.name, place, first["msg"])))) from error


def _apply(content: dict[str, Any], change: str) -> None:
    key, separator, value = change.partition("=")
    section, _, name = key.strip().partition(".")
    if not separator or not name:
        raise RecipeError(f"{change!r} is not like section.name=value")
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value.strip()  # a bare word is text
    content.setdefault(section, {})[name] = parsed
