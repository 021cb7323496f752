"""The last step: a trained model becomes the files of the package."""

import subprocess
import sys
from pathlib import Path

from shared.vision.bundle import DIGESTS, OF_WEIGHTS, read_bundle, write_bundle
from shared.vision.loading import load, save
from shared.vision.packing import Packing, packed
from trainer.data.data_set import read_data_set
from trainer.evaluation.evaluate import Evaluation
from trainer.graph import write_graph
from trainer.precisions import write_precisions
from trainer.quantise import drop_int8

NOTES = Path(__file__).parent / "notes.md"


def ship(
    model: Path,
    photos: Path,
    out: Path,
    measured: Path,
    *,
    no_bird_shift: float,
    temperature: float,
    version: str,
) -> str:
    """A quarter of the bytes (the head's half), no bird's output shifted, figures in bundle and card.

    Says how good it is.
    """
    loaded = load(model)
    head = loaded.module.get_classifier()  # type: ignore[operator]
    head.bias.data[-1] += no_bird_shift
    fields = loaded.bundle.model_dump(exclude={*OF_WEIGHTS, "version", "metrics", "temperature"})
    save(
        out,
        packed(loaded.module.state_dict(), Packing.INT8, half=("head.weight",)),
        version=version,
        temperature=temperature,
        **fields,
    )
    write_graph(out)
    write_precisions(out, read_data_set(photos), "test")
    drop_int8(
        out
    )  # as large as the weights, and it answers otherwise; what it was worth is told all the same
    birds_train("evaluate", out, photos, "--split", "test", "--out", measured)
    found = Evaluation.model_validate_json((measured / "evaluation.json").read_bytes())
    fields = read_bundle(out).model_dump(exclude={*DIGESTS, "metrics"})
    write_bundle(out, metrics=_metrics(found), **fields)
    birds_train("card", out, "--evaluation", measured / "evaluation.json", "--notes", NOTES)
    return f"{found.model}: macro-F1 {found.macro_f1} on test, in {out}"


def _metrics(found: Evaluation) -> dict[str, float]:
    figures = {
        "test_macro_f1": found.macro_f1.value,
        "test_accuracy": found.accuracy.value,
        "test_top5": found.top5.value,
        "test_calibration_error": found.calibration_error_scaled,
        "birds_called_birds": found.birds_called_birds,
        "others_called_birds": found.others_called_birds,
        "photos_of_others": float(found.others),
    }
    return {name: round(value, 4) for name, value in figures.items() if value is not None}


def birds_train(*arguments: str | Path) -> None:
    """What it says goes to standard error."""
    program = Path(sys.executable).with_name("birds-train")
    subprocess.run([program, *arguments], check=True, stdout=sys.stderr)
