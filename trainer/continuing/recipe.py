"""How far a continued model may move from the one that it goes on from."""

from typing import Final

from pydantic import Field

from trainer.training.recipe import RECIPES, AugmentSection, Section

OURS: Final = RECIPES / "continuing"


class ContinuedHead(Section):
    penalty: float = Field(
        ge=0, description="L2, by species shown: of the sum of squared weights of species that are new"
    )
    anchor: float = Field(ge=0, description="The same, of how far the weights of known species move (L2-SP)")
    keep: float = Field(
        ge=0, description="Weight of the first model's own answers (learning without forgetting)"
    )
    steps: int = Field(ge=1, description="Of L-BFGS, at most")
    balance: float = Field(
        ge=0, le=1, description="1: species count alike, however many photos they have; 0: photos do"
    )


class ContinuedNetwork(Section):
    """All of the network learns on, after its head."""

    epochs: int = Field(ge=1)
    batch: int = Field(ge=2, description="Photos in a step")
    lr: float = Field(gt=0, description="Learning rate at its highest, AdamW")
    weight_decay: float = Field(0.05, ge=0)
    keep: float = Field(ge=0, description="As of the head")
    ema: float = Field(gt=0, lt=1, description="Decay a step of the averaged weights, which are kept")
    size: int | None = Field(
        None, ge=32, description="Pixels a side of what it learns from; else its bundle's"
    )
    seed: int = 0


class ContinuedRecipe(Section):
    head: ContinuedHead
    network: ContinuedNetwork | None = Field(None, description="Absent: the networks stay as they are")
    augment: AugmentSection = AugmentSection()
    temperature_from: int = Field(
        ge=1, description="Photos in valid/ from which the temperature is fitted anew; with fewer it stays"
    )
