"""Which networks stand side by side, and how the head over them is fitted."""

from typing import Final

from pydantic import Field

from shared.vision.bundle import SecondLook
from shared.vision.packing import Packing
from trainer.training.recipe import RECIPES, InputSection, Section

OURS: Final = RECIPES / "backbones"


class NamedModel(Section):
    name: str = Field(description="Of the bundle that comes of it")
    license: str | None = Field(None, description="Terms of use of the weights, such as `apache-2.0`")
    packing: Packing | None = Field(
        None, description="`int8`: networks are rounded as they will ship, and the head is fitted to that"
    )


class BackboneSection(Section):
    bundle: str = Field(description="`starter`, or `folder:PATH`")
    size: int | None = Field(
        None, ge=32, le=1024, description="Pixels a side that it is shown; else its bundle's"
    )


class HeadSection(Section):
    penalty: float = Field(1e-5, ge=0, description="L2: of the sum of squared weights")
    folds: int = Field(
        5, ge=0, description="In which heads are fitted without a part, to fit the temperature; 0: on valid/"
    )
    steps: int = Field(300, ge=1, description="Of L-BFGS, at most")
    balance: float = Field(
        1.0, ge=0, le=1, description="1: species count alike, however many photos they have; 0: photos do"
    )
    no_bird_weight: float = Field(
        1.0,
        gt=0,
        description="Of a photo of something else, beside one of a species with as few photos as any",
    )


class BackbonesRecipe(Section):
    model: NamedModel
    input: InputSection
    backbones: tuple[BackboneSection, ...] = Field(min_length=1, max_length=8)
    head: HeadSection = HeadSection()
    second_look: SecondLook | None = None
