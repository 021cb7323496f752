"""What the frames of a sighting say together."""

import numpy as np
from numpy.typing import NDArray


def together(
    log_species: NDArray[np.floating],
    birds: NDArray[np.floating] | None,
    embeddings: NDArray[np.floating],
    starts: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """(G, species) logarithms of probabilities among birds, and (G,) probabilities of a bird, of G sightings.

    `log_species` (N, species), `birds` (N,) and `embeddings` (N, width, rows of length 1 or 0) are those of
    the frames, one sighting's side by side; `starts` (G,) is where each begins.

    Logarithms are summed, each frame weighed by its bird probability, so that a frame that the bird has
    left says little. A sum takes frames for independent; those of a burst are nearly the same photo, and
    ten of them know no more than one. So it is scaled down to as many frames as they are worth: n / (1 + (n
    - 1) ρ), where ρ is their mean likeness (Kish's design effect). It shows a bird as surely as its surest
    frame does.
    """
    weights = np.ones(len(log_species)) if birds is None else np.maximum(birds, _LEAST).astype(np.float64)
    total = np.add.reduceat(weights, starts)
    mean = np.add.reduceat(log_species * weights[:, None], starts, axis=0) / total[:, None]
    scaled = mean * _worth(weights, total, embeddings, starts)[:, None]
    highest = scaled.max(axis=1, keepdims=True)
    log_sums = highest + np.log(np.exp(scaled - highest).sum(axis=1, keepdims=True))
    return scaled - log_sums, None if birds is None else np.maximum.reduceat(birds, starts)


_LEAST = 1e-6  # a weight: where no frame shows a bird, all are worth the same


def _worth(
    weights: NDArray[np.float64],
    total: NDArray[np.float64],
    embeddings: NDArray[np.floating],
    starts: NDArray[np.intp],
) -> NDArray[np.float64]:
    """(G,): independent frames that each sighting's are worth, at least 1; without embeddings, 1."""
    sums = np.add.reduceat(embeddings.astype(np.float32) * weights[:, None], starts, axis=0)
    counts = np.diff(np.append(starts, len(weights)))
    length = (sums.astype(np.float64) ** 2).sum(axis=1)
    told = np.add.reduceat(embeddings.any(axis=1).astype(np.intp), starts) == counts
    worth = total**2 / np.maximum(length, total**2 / counts)  # frames may point away from each other
    return np.where(told, np.maximum(worth, 1), 1)
