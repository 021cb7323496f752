"""Two looks: where the first one is unsure, the model looks again at the part of the photo that stood out.

What stands out is told by the model itself, at each place of its last feature map (class activation mapping,
Zhou et al., 2016: Learning Deep Features for Discriminative Localization); no other network searches. The map
tells where a bird is, but not how large, since each place of it has seen a good part of the photo: the second
look is always as wide as the bundle says. The answer is that of both looks, each weighed by how sure it is.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.errors import BirdsError
from shared.photo.box import Box, inside
from shared.vision.answers import Chances, ManyChances
from shared.vision.bundle import SecondLook
from shared.vision.preprocess import Preprocessing

_STANDS_OUT: Final = 0.5
"""Of the way from a map's lowest value to its highest; what lies above it has its centre in the bird."""


Found = Chances | BirdsError


def sureness(found: Found) -> float:
    """Probability of a bird, or of the best species where the model does not tell it; 0 of a failure.

    A bird that is seen but not told from its like is no reason to look closer: a near one would be cut.
    """
    return 0.0 if isinstance(found, BirdsError) else float(surenesses(_alone(found))[0])


def surenesses(found: ManyChances) -> NDArray[np.float64]:
    """(N,), as `sureness`."""
    return np.exp(found.log_species.max(axis=1)) if found.bird is None else found.bird


def where_to_look(
    first: Found,
    places: NDArray[np.floating],
    rule: SecondLook,
    preprocessing: Preprocessing,
    size: tuple[int, int],
) -> Box | None:
    """The part of the photo for a second look; None where the first one suffices, or nothing stands out.

    `places` (h, w) says how far each place of the input stands out; `size` is (width, height) of the photo.
    """
    if sureness(first) >= rule.below:
        return None
    centre = _centre(places.astype(np.float64))
    if centre is None:
        return None
    seen = preprocessing.seen(*size)
    x, y = seen.x + centre[0] * seen.width, seen.y + centre[1] * seen.height
    return inside(x, y, rule.side * seen.width, rule.side * seen.height)


def is_surer(second: Found, first: Found) -> bool:
    return sureness(second) > sureness(first)


def together(first: Chances, second: Found) -> Chances:
    """As `all_together`, of one photo; a second look that failed changes nothing."""
    return first if isinstance(second, BirdsError) else all_together(_alone(first), _alone(second))[0]


def all_together(first: ManyChances, second: ManyChances) -> ManyChances:
    """The mixture of both looks at each photo, each weighed by its sureness.

    What either holds likely stays likely, so that a right species is not lost from the first five to a look
    that is surer and wrong.
    """
    weights = np.stack([surenesses(first), surenesses(second)])
    weights[0, weights.sum(axis=0) == 0] = 1  # where neither sees anything, the first look has to do
    weights = weights / weights.sum(axis=0)
    bird, masses = None, weights
    if first.bird is not None and second.bird is not None:
        birds = np.stack([first.bird, second.bird])
        bird = (weights * birds).sum(axis=0)
        birds[:, ~birds.any(axis=0)] = 1
        masses = weights * (birds / birds.max(axis=0))  # of all birds' mass: each look's part, however small
    with np.errstate(divide="ignore"):  # no part at all: -inf, which adds nothing
        of_first, of_second = np.log(masses / masses.sum(axis=0))[:, :, None]
    log_species = np.logaddexp(of_first + first.log_species, of_second + second.log_species)
    return ManyChances(log_species, bird)


def _alone(found: Chances) -> ManyChances:
    return ManyChances(found.log_species[None], None if found.bird is None else np.array([found.bird]))


def _centre(places: NDArray[np.float64]) -> tuple[float, float] | None:
    """(x, y) of the mass above the threshold, as shares of the input's side."""
    if not np.isfinite(places).all():
        return None
    low, high = places.min(), places.max()
    mass = np.clip(places - low - _STANDS_OUT * (high - low), 0, None)
    total = mass.sum()
    if total == 0:
        return None
    height, width = places.shape
    x = mass.sum(axis=0) @ (np.arange(width) + 0.5) / (total * width)
    y = mass.sum(axis=1) @ (np.arange(height) + 0.5) / (total * height)
    return float(x), float(y)
