"""How precisely a model is computed, and how far its answers then are from those in fp32."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from shared.vision.strict import Strict


class Precision(StrEnum):
    FP32 = "fp32"
    """The reference: what a model answers is what it answers so."""
    BF16 = "bf16"
    INT8 = "int8"
    """Only of a model whose bundle has a graph of this kind."""
    CHECKED = "checked"
    """bf16, and fp32 for those photos of which bf16 leaves doubt (`shared.vision.doubt`)."""


TOLERANCE: Final = 0.02
"""Of a bird probability, or of one among birds."""
AGREEING: Final = {
    Precision.FP32: 1.0,
    Precision.BF16: 0.995,
    Precision.INT8: 0.99,
    Precision.CHECKED: 0.995,
}
"""Share of photos whose first answer must be the same, and of those whose bird probability must be."""

_Share = Annotated[float, Field(ge=0, le=1)]


class Agreement(Strict):
    """Of a model's answers in one precision with those in fp32, on photos that nobody drew."""

    photos: int = Field(ge=1)
    data: str = Field(max_length=200)
    """The set that they are from, such as `birds525/test`."""
    same_first: _Share
    """Share of them with the same most probable species."""
    same_bird: _Share
    """Share of them whose bird probability is the same to TOLERANCE; 1 of a model that tells none."""
    bird_gap: _Share
    """Between bird probabilities, where it is widest."""
    again: _Share = 0.0
    """Share of them that were computed a second time."""

    def is_enough(self, precision: Precision) -> bool:
        return min(self.same_first, self.same_bird) >= AGREEING[precision]

    def __str__(self) -> str:
        told = (
            f"same first answer on {self.same_first:.1%} of {self.photos:,} photos of {self.data},"
            f" same bird probability on {self.same_bird:.1%}, at most {self.bird_gap:.2f} apart"
        )
        return f"{told}; {self.again:.1%} computed again" if self.again else told
