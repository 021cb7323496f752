"""bf16, and fp32 where that leaves doubt."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.vision.bundle import DIGESTS, read_bundle, write_bundle
from shared.vision.precision import Agreement, Precision
from shared.vision.sources.default import default_model
from tests.support.models import saved
from trainer.graph import write_graph
from worker.engines.checked_engine import CheckedEngine, by_chance, where_in_doubt
from worker.engines.choose import EngineKind, choose
from worker.engines.engine import Engine, Outputs
from worker.engines.same import textures


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    saved(folder)
    write_graph(folder)
    return folder


def engine(folder: Path, precision: str) -> Engine:
    return choose(folder, kind=EngineKind.OPENVINO, precision=precision, device="cpu").engine


class Elsewhere:
    """A real engine that sees other photos than it is given."""

    def __init__(self, of: Engine) -> None:
        self._of = of
        self.description, self.embeds, self.streams = of.description, of.embeds, of.streams
        self.batch_size, self.largest_batch = of.batch_size, of.largest_batch
        self.closed = False

    def look(self, batch: NDArray[np.uint8]) -> Outputs:
        return self._of.look(255 - batch)

    def warm_up(self) -> None:
        self._of.warm_up()

    def close(self) -> None:
        self.closed = True


def test_rows_in_doubt_are_the_exact_ones_whole_and_the_rest_the_quick_ones(small: Path) -> None:
    exact = engine(small, "fp32")
    quick = Elsewhere(exact)
    photos = textures(64, 6)
    checked = CheckedEngine(quick, exact, lambda logits: np.array([1, 4]))
    found, expected, other = checked.look(photos), exact.look(photos), quick.look(photos)
    assert found.embeddings is not None
    for seen, right, wrong in zip(found, expected, other, strict=True):
        if seen is None or right is None or wrong is None:
            assert seen is right is wrong
            continue
        np.testing.assert_allclose(seen[[1, 4]], right[[1, 4]], atol=1e-3)
        np.testing.assert_allclose(seen[[0, 2, 3, 5]], wrong[[0, 2, 3, 5]], atol=1e-3)
        assert np.abs(right.astype(float) - wrong).max() > 0.01


def test_its_description_ends_with_the_precision(small: Path) -> None:
    checked = engine(small, "checked")
    assert checked.description == "openvino cpu checked"
    assert (
        checked.look(textures(64, 3)).logits.shape == engine(small, "fp32").look(textures(64, 3)).logits.shape
    )
    checked.close()


def test_both_are_closed(small: Path) -> None:
    engines = [Elsewhere(engine(small, "fp32")) for _ in range(2)]
    CheckedEngine(*engines, by_chance(0)).close()
    assert [one.closed for one in engines] == [True, True]


def test_so_many_by_chance() -> None:
    logits = np.zeros((10_000, 2), np.float32)
    assert len(by_chance(0)(logits)) == 0
    assert len(by_chance(0.2)(logits)) == pytest.approx(2000, rel=0.2)
    assert len(by_chance(1)(logits)) == 10_000


def test_a_worker_tries_it_where_photos_have_told_what_it_is_worth(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.engines.measured.SECONDS", 0.05)
    monkeypatch.setattr("shared.vision.openvino_graph.computes_in_bf16", lambda: True)
    plain = choose(small, measured=tmp_path / "kept", threads=1).findings
    assert plain is not None
    assert "checked" not in str(plain.photos_per_s)
    told = Agreement(photos=9, data="birds/test", same_first=1, same_bird=1, bird_gap=0, again=0.1)
    fields = read_bundle(small).model_dump(exclude={*DIGESTS, "agreement"})
    write_bundle(small, agreement={Precision.CHECKED: told}, **fields)
    found = choose(small, measured=tmp_path / "kept", threads=1).findings
    assert found is not None
    assert "openvino checked" in found.photos_per_s


def test_the_built_in_model_has_few_photos_in_doubt_and_answers_the_same() -> None:
    told = read_bundle(default_model()).agreement[Precision.CHECKED]
    assert told.is_enough(Precision.CHECKED)
    assert 0 < told.again < 0.25
    assert where_in_doubt(read_bundle(default_model()))(np.zeros((1, 526))).tolist() == [0]
