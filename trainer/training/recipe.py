"""What a run does, as data: read from TOML, changed by `section.name=value`, kept with what came of it."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

RECIPES = Path(__file__).parent.parent / "recipes"


class RecipeError(ValueError):
    """A recipe that can't be followed; says where and why."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ModelSection(_Section):
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

    @property
    def untagged(self) -> str:
        """The architecture alone, as a bundle names it."""
        return self.architecture.partition(".")[0]


class InputSection(_Section):
    size: int = Field(ge=32, le=1024, description="Pixels a side")
    served_size: int | None = Field(
        None, ge=32, le=1024, description="Pixels a side when it is measured and served, where they differ"
    )
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    interpolation: Literal["bilinear", "bicubic"] = "bicubic"
    crop_pct: float = Field(1.0, gt=0, le=1, description="Middle of a photo that is measured")


class AugmentSection(_Section):
    least_area: float = Field(1.0, gt=0, le=1, description="Of the photo, in a random crop; 1: no crops")
    flip: float = Field(0.0, ge=0, le=1, description="Share of photos mirrored")
    colour: float = Field(0.0, ge=0, le=1, description="Strength of changes of light and colour")
    policy: str | None = Field(None, description="timm's name of an augmentation policy, `rand-m9-mstd0.5`")
    mixup: float = Field(0.0, ge=0, description="Alpha of mixup; 0: none")
    cutmix: float = Field(0.0, ge=0, description="Alpha of cutmix; 0: none")


class LossSection(_Section):
    smoothing: float = Field(0.0, ge=0, lt=1, description="Share of the target spread over all species")
    logit_adjustment: float = Field(
        0.0,
        ge=0,
        description="Tau: species are favoured by their rarity; 0: not, 1: as much as they are rare",
    )


class DistilSection(_Section):
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


class OptimizerSection(_Section):
    name: str = "adamw"
    lr: float = Field(gt=0, description="Learning rate at its highest, for a whole batch")
    weight_decay: float = Field(0.05, ge=0)
    layer_decay: float | None = Field(
        None, gt=0, le=1, description="Learning rate of a layer over the next's"
    )
    clip: float | None = Field(None, gt=0, description="Longest gradient")


class ScheduleSection(_Section):
    epochs: int = Field(ge=1)
    warmup_epochs: int = Field(0, ge=0)
    final_lr: float = Field(1e-6, ge=0)
    patience: int | None = Field(None, ge=1, description="Epochs without a better macro-F1 before it stops")


class RunSection(_Section):
    batch: int = Field(ge=2, description="Photos in a forward pass; even, since mixup pairs them")
    accumulate: int = Field(1, ge=1, description="Passes before a step: their gradients are added up")
    precision: Literal["fp32", "bf16"] = Field("fp32", description="Of products; weights stay fp32")
    compile: bool = Field(False, description="By torch.compile: minutes at the start, faster steps after")
    sampling: Literal["shuffled", "square-root", "balanced"] = Field(
        "shuffled", description="Each photo once an epoch, or drawn: rare species' more often"
    )
    ema: float | None = Field(None, gt=0, lt=1, description="Decay of the averaged weights, which are kept")
    seed: int = 0
    workers: int = Field(2, ge=0, description="Processes that read photos")


class Recipe(_Section):
    model: ModelSection
    input: InputSection
    augment: AugmentSection = AugmentSection()
    loss: LossSection = LossSection()
    distil: DistilSection = DistilSection()
    optimizer: OptimizerSection
    schedule: ScheduleSection
    run: RunSection

    @model_validator(mode="after")
    def _whole_is_not_mixed(self) -> "Recipe":
        if self.distil.view == "whole" and (self.augment.mixup or self.augment.cutmix):
            raise ValueError('distil.view = "whole" knows nothing of photos that mixup or cutmix make')
        return self


def recipe_names() -> list[str]:
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def read_recipe(name_or_path: str, changes: Sequence[str] = ()) -> Recipe:
    """One of ours by name, or a file. `changes` are like `optimizer.lr=0.001`. Raises `RecipeError`."""
    path = RECIPES / f"{name_or_path}.toml"
    if not path.exists():
        path = Path(name_or_path)
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise RecipeError(f"no recipe {name_or_path}; there are {', '.join(recipe_names())}") from None
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path}: {error}") from error
    for change in changes:
        _apply(content, change)
    try:
        return Recipe.model_validate(content)
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
