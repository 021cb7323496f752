"""What people may set of how a batch's photos are scored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

NAME_FROM: Final = 0.5
"""Probability from which a species, a genus, a family, an order or "bird" is named: more likely than not, so
that no two of one rank reach it. Of 2,100 test photos of birds525 it names the species of 89 %, 96.6 % of
these rightly, and of 8 % a group, nearly all rightly; 0.8 would name 78 %, 99.1 % of these rightly."""


@dataclass(frozen=True, slots=True)
class ScoringSettings:
    """Of a batch; each member that is not set has the default."""

    temperature: float | None = None
    """Logits are divided by it; None: by the model's own."""
    threshold: float = NAME_FROM
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """Of single species, by any of their names."""
    reorder: bool = False
    """Whether species that are not to be expected where and when the photo was taken come last."""

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> "ScoringSettings":
        """From the ledger's `batches.scoring`; null is the default, members of later versions are nothing."""
        values = {name: value for name, value in (stored or {}).items() if value is not None}
        return cls(
            temperature=values.get("temperature"),
            threshold=values.get("threshold", NAME_FROM),
            thresholds=values.get("thresholds", {}),
            reorder=values.get("range", {}).get("reorder", False),
        )
