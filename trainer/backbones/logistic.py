"""Multinomial logistic regression on cached features: full-batch L-BFGS, which needs no learning rate."""

from collections.abc import Callable, Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

HISTORY = 20  # steps that L-BFGS remembers; more gained nothing
ENOUGH = 1e-7  # largest gradient at which it stops


def fit(
    features: torch.Tensor,
    labels: torch.Tensor,
    weights: torch.Tensor,
    classes: int,
    penalty: float,
    steps: int,
) -> torch.nn.Linear:
    """The head (width → classes) under which `labels` (N,) are most probable, photos counting by `weights`.

    `features` (N, width) are standardised; `penalty` is that of the sum of squared weights, the bias is free.
    """
    head = torch.nn.Linear(features.shape[1], classes)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    shares = weights / weights.sum()

    def loss() -> torch.Tensor:
        losses = functional.cross_entropy(head(features), labels, reduction="none")
        return (losses * shares).sum() + penalty * head.weight.square().sum()

    minimise(head.parameters(), loss, steps)
    return head.requires_grad_(False)


def minimise(parameters: Iterable[torch.Tensor], loss: Callable[[], torch.Tensor], steps: int) -> None:
    """Over all photos at once, until `loss` stands still, for `steps` at most."""
    optimizer = torch.optim.LBFGS(
        list(parameters),
        max_iter=steps,
        history_size=HISTORY,
        line_search_fn="strong_wolfe",
        tolerance_grad=ENOUGH,
        tolerance_change=0,
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        found = loss()
        found.backward()  # type: ignore[no-untyped-call]
        return found

    optimizer.step(closure)  # type: ignore[no-untyped-call]


def photo_weights(labels: NDArray[np.int64], balance: float) -> NDArray[np.float64]:
    """(N,): how much a photo counts, so that `balance` = 1 makes every class count alike; at most 1."""
    counts = np.bincount(labels)
    smallest = counts[counts > 0].min()
    found: NDArray[np.float64] = (smallest / counts[labels]) ** balance
    return found
