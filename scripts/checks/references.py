"""`scripts/try-references`: do the reference recipes start, step, checkpoint and resume where they are run?

On the architectures that they name, ConvNeXt-XLarge and ConvNeXt-Tiny; the weights are random, the photos are
drawn birds, few of them, in the size that the recipes want.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import torch

from scripts.throwaway import ROOT

FOLDER = ROOT / "var" / "references"
BATCH = 2  # photos: what matters here is that a step works, not how long it takes
PHOTOS = 2  # to train on, of each of two species: two steps an epoch
EPOCHS = 2


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/try-references", description=__doc__)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, default=BATCH)
    given = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    data = FOLDER / "data"
    draw(data, PHOTOS * given.batch // BATCH)
    teacher = steps("teacher", "reference-teacher", data, given.device, given.batch)
    student = steps(
        "student", "reference-student", data, given.device, given.batch, "--teacher", str(teacher / "model")
    )
    for run in (teacher, student):
        bundle = json.loads((run / "model" / "bundle.json").read_text())
        megabytes = (run / "model" / "model.safetensors").stat().st_size / 1e6
        print(f"{bundle['name']}: {bundle['architecture']}, {megabytes:,.0f} MB")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"most memory of a process: {peak:.1f} GB")
    shutil.rmtree(FOLDER)


def draw(data: Path, photos: int) -> None:
    from trainer.field_guide.dataset import Plan, make_field_guide

    make_field_guide(data, Plan(species=2, most=photos, least=photos, valid=1, test=1, no_birds=1, side=224))


def steps(command: str, recipe: str, data: Path, device: str, batch: int, *more: str) -> Path:
    """One epoch of two steps, killed after it, and the second one after that."""
    out = FOLDER / recipe
    changes = {
        "model.weights": "scratch",
        "run.batch": batch,
        "run.accumulate": 1,
        "run.workers": 0,
        "schedule.epochs": EPOCHS,
        "schedule.warmup_epochs": 0,
    }
    words = [word for name, value in changes.items() for word in ("--set", f"{name}={value}")]
    birds_train = [sys.executable, "-m", "trainer", command, recipe, str(data), str(out), "--device", device]
    began = time.monotonic()
    with subprocess.Popen([*birds_train, *words, *more], cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        print(f"{recipe}: {run.stdout.readline().strip()}")
        run.kill()
    done = torch.load(out / "checkpoint.pt", weights_only=True, mmap=True)["done"]
    print(f"{recipe}: killed after epoch {done}, {time.monotonic() - began:.0f} s; resumed", flush=True)
    subprocess.run([*birds_train, *words, *more], cwd=ROOT, check=True)
    lines = (out / "log.csv").read_text().splitlines()
    assert len(lines) == 1 + EPOCHS, lines
    return out


if __name__ == "__main__":
    main()
