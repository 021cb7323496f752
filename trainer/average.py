"""Two models' weights, averaged (interpolation, WiSE-FT): what one learned, the other did not forget."""

from pathlib import Path

from shared.errors import BirdsError, Code
from shared.vision.bundle import OF_WEIGHTS, Bundle
from shared.vision.loading import load, save


def average(first: Path, second: Path, out: Path, share: float) -> Bundle:
    """`share` of the second, the rest of the first (Wortsman et al., 2022: Robust Fine-tuning of Zero-shot
    Models).

    The second has gone on from the first. Raises BirdsError (no-model): no bundles, or others than such two.
    """
    ours, theirs = load(first), load(second)
    a, b = ours.module.state_dict(), theirs.module.state_dict()
    if {name: part.shape for name, part in a.items()} != {name: part.shape for name, part in b.items()}:
        raise BirdsError(Code.NO_MODEL, f"{ours.bundle.id} and {theirs.bundle.id} are different networks.")
    mixed = {
        name: part.lerp(b[name], share) if part.is_floating_point() else part for name, part in a.items()
    }
    fields = theirs.bundle.model_dump(exclude={*OF_WEIGHTS, "metrics"})
    return save(out, mixed, **fields)
