"""What is taught block by block, from which photos, and for how long."""

from typing import Final

from pydantic import Field, model_validator

from shared.vision.architecture import ArchitectureArguments
from trainer.training.recipe import RECIPES, AugmentSection, InputSection, OptimizerSection, Section

OURS: Final = RECIPES / "blocks"


class PupilSection(Section):
    name: str = Field(description="Of the bundle that comes of it")
    license: str | None = Field(None, description="Terms of use of the weights, such as `apache-2.0`")
    architecture: str = Field(description="timm's name: of the teacher's shape, block by block")
    architecture_arguments: ArchitectureArguments = Field(default_factory=ArchitectureArguments)


class LessonSection(Section):
    batch: int = Field(ge=2, description="Photos in a step")
    steps: int = Field(ge=1, description="In all")
    window: int = Field(
        16, ge=8, description="Places a side of a map that a block learns from: large maps are cut at random"
    )
    together_from: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of the steps after which blocks stand on each other and learn as one network",
    )
    head_weight: float = Field(
        1.0, ge=0, description="Of what a head is fed, beside 1 for each block's map, once all learn together"
    )
    norms_learn: int = Field(
        30, ge=1, description="First steps, in which batch norms measure; then their averages stay"
    )
    keep_every: int = Field(100, ge=1, description="Steps between checkpoints")
    workers: int = Field(1, ge=0, description="Processes that decode photos")
    seed: int = 0


class BlocksRecipe(Section):
    model: PupilSection
    input: InputSection
    augment: AugmentSection = AugmentSection()
    optimizer: OptimizerSection
    lesson: LessonSection

    @model_validator(mode="after")
    def _asks_for_nothing_else(self) -> "BlocksRecipe":
        """Sections are those of other recipes; what has no meaning here is refused, not passed over."""
        if self.augment.mixup or self.augment.cutmix:
            raise ValueError("augment: mixup and cutmix are for labels, of which there are none")
        if self.optimizer.layer_decay is not None:
            raise ValueError("optimizer.layer_decay: all blocks begin anew, and learn alike")
        return self
