"""How alike photos look to a model, in few numbers."""

import numpy as np
import pytest

from shared.vision.embedding import WIDTH, embeddings


def features(count: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, width)).astype(np.float32)


def cosines(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows.astype(float), axis=1, keepdims=True)
    return (rows / lengths) @ (rows / lengths).T


@pytest.mark.parametrize(("width", "kept"), [(40, 40), (WIDTH, WIDTH), (2560, WIDTH)])
def test_each_is_a_few_half_floats_of_length_one(width: int, kept: int) -> None:
    found = embeddings(features(5, width))
    assert (found.dtype, found.shape) == (np.float16, (5, kept))
    assert np.linalg.norm(found.astype(float), axis=1) == pytest.approx(np.ones(5), abs=1e-3)


def test_what_is_alike_stays_alike_and_what_is_not_does_not() -> None:
    rows = features(40, 2560)
    alike = rows + 0.1 * features(41, 2560)[1:]  # a cosine of 0.995
    found = embeddings(np.concatenate([rows, alike])).astype(float)
    similar = found @ found.T
    expected = cosines(np.concatenate([rows, alike]))
    assert np.abs(similar - expected).max() < 0.3
    pairs = similar[np.arange(40), np.arange(40) + 40]
    assert pairs.min() > 0.99
    others = similar[np.triu_indices(40, 1)]
    assert others.std() < 0.08
    assert others.max() < pairs.min()


def test_all_versions_project_alike() -> None:
    """Embeddings of many years are compared with each other."""
    rows = np.arange(600, dtype=np.float32).reshape(2, 300) % 7
    expected = [-0.1543, 0.01714, -0.0877, -0.01311, 0.04538, -0.0373]
    assert embeddings(rows)[0, :6].tolist() == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 0.0])
def test_what_is_nothing_is_all_zero(bad: float) -> None:
    rows = features(3, 300)
    rows[1] = 0
    rows[1, 5] = bad
    found = embeddings(rows)
    assert not found[1].any()
    assert found[[0, 2]].any(axis=1).all()
