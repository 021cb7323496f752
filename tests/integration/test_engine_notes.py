"""Workers say by which engine they run a model, and why; `birds models show` tells it."""

from pathlib import Path

import pytest

from api.cli.operator.engines import told
from shared.ledger.database import Pool
from shared.ledger.models import EngineNote, engine_notes, note_engine, promote
from shared.objects import ObjectStore
from tests.support.command import Birds
from tests.support.ledger import a_model
from tests.support.onnx_models import graph, onnx_bundle
from tests.support.stack import Stack
from worker.engines.choose import Chosen, choose
from worker.engines.engine import shape_of
from worker.engines.findings import EngineFindings
from worker.engines.shape import Shape
from worker.model_loader import ModelLoader

FINDINGS = EngineFindings(
    processor="Epic 9, 2 cores",
    way="openvino bf16",
    streams=2,
    batch_size=4,
    largest_batch=8,
    photos_per_s={"openvino fp32": 150.5, "openvino bf16": 340},
    left_out={"openvino int8": "same first answer on 86.0% of 2,100 photos"},
    by_shape={"1 x 4": 188, "2 x 4": 340},
)


async def test_a_worker_tells_and_the_command_shows_it(
    pool: Pool, stack: Stack, objects: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.engines.measured.SECONDS", 0.05)
    for name in ("one", "two"):
        onnx_bundle(tmp_path / name, graph(), name=name)

    def build(folder: Path, shape: Shape | None) -> Chosen:
        return choose(folder, shape, measured=tmp_path / "kept", threads=2)

    loader = ModelLoader(pool, objects, tmp_path / "cache", build)
    source = f"folder:{tmp_path / 'one'}"
    await promote(pool, source)
    first = await loader.load(source)
    second = await loader.load(f"folder:{tmp_path / 'two'}")
    shapes = [shape_of(one.engine) for one in (first, second)]
    assert shapes[0] == shapes[1], "the worker is built around its first engine"

    [note] = await engine_notes(pool, first.model_id)
    assert note.engine == f"{first.engine.description}, {shapes[0]} photos"
    assert note.findings is not None
    assert "openvino fp32" in note.findings["photos_per_s"]

    birds = Birds(tmp_path, **stack.env)
    for arguments in ((), (source,), ("one@1",)):
        shown = await birds("models", "show", *arguments)
        assert shown.status == 0, shown
        assert f"one@1, active\n{note.engine}, chosen" in shown.out
    two = (await birds("models", "show", "two@1", "--classes")).out
    assert "two@1\n" in two
    for line in ("names 2 birds and 1 other things", "Cyanocitta cristata, species"):
        assert line in two
    (tmp_path / "two" / "card.md").write_text("# Two, by hand")
    assert "# Two, by hand" in (await birds("models", "show", "two@1", "--card")).out
    assert (
        await birds("models", "show", "one@1", "--card")
    ).err == "birds: one@1 has no card that is known here.\n"
    nothing = await birds("models", "show", "three@1")
    assert (nothing.status, nothing.err) == (2, "birds: no worker has loaded three@1\n")


async def test_each_engine_is_told_once_the_latest_first(pool: Pool) -> None:
    model = await a_model(pool)
    for engine in ("torch cuda bf16", "openvino cpu fp32", "torch cuda bf16"):
        await note_engine(pool, model, engine=engine, findings=None)
    assert [note.engine for note in await engine_notes(pool, model)] == [
        "torch cuda bf16",
        "openvino cpu fp32",
    ]


async def test_what_was_measured_is_told_with_what_was_left_out(pool: Pool) -> None:
    model = await a_model(pool)
    await note_engine(pool, model, engine="openvino cpu bf16, 2 x 4 photos", findings=FINDINGS.model_dump())
    [note] = await engine_notes(pool, model)
    assert EngineFindings.model_validate(note.findings) == FINDINGS
    assert list(told(note))[1:] == [
        "  measured on Epic 9, 2 cores",
        "  openvino bf16     340.0 photos/s, taken",
        "  openvino fp32     150.5 photos/s",
        "  openvino int8  left out: same first answer on 86.0% of 2,100 photos",
        "    passes x photos 2 x 4       340.0 photos/s",
        "    passes x photos 1 x 4       188.0 photos/s",
    ]
    alone = EngineNote("null", None, note.told_at)
    assert list(told(alone))[1:] == ["  by settings, or because there was no other"]
