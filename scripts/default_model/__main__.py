"""`scripts/default-model DATA`: makes the model that Birds comes with, from photos to the package's files.

DATA has birds525/ (train|valid|test/<SPECIES>/*.jpg), notbird/ and teachers/inat-birds/. Each step leaves a
folder below --work and is not done again; one that was stopped goes on. On two cores it takes some two hours.

Four photos of five of valid/ are learned from first, and the fifth tells how sure the student may be of its
answers (its temperature). Then teacher and student learn from the fifth, too. Nothing is learned from test/.
"""

import argparse
import os
import shutil
from pathlib import Path

from scripts.default_model.ship import birds_train, ship
from shared.vision.bundle import read_bundle
from trainer.training.train import TEACHER_DIGITS, VIEWS_FOLDER

ROOT = Path(__file__).parents[2]
BUILT_IN = ROOT / "shared" / "vision" / "models" / "birds525"
TEACHER, HEAD, STUDENT = "birds525-teacher", "birds525-head", "birds525"
INAT = "inat_birds_mobilenetv2_100_same_timm.safetensors"

OWN_ROUNDS, ROUNDS = 2, 6  # of views, in the second run: the others are those of the first
SECOND = (
    f"views.rounds={ROUNDS}",
    "schedule.epochs=12",
    "schedule.measure_every=100",  # on photos that it has learned from: of no use
    "optimizer.lr=0.001",  # as fast as the first
    "distil.temperature=0.5",  # the teacher is less sure than it is right
    "distil.weight=4.0",  # 1 / 0.5², so that answers weigh as before
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/default-model",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("var/train"), help="folder of the steps")
    parser.add_argument("--version", default="1", help="of the bundle")
    given = parser.parse_args()
    make(given.data, given.work, given.version)


def make(data: Path, work: Path, version: str) -> None:
    whole, part = work / "birds525", work / "birds525-dev"
    if not whole.exists():
        birds_train("pool", data / "birds525", whole, "--from", "valid", "--from", "train",
                    "--no-birds", data / "notbird")  # fmt: skip
    if not part.exists():
        birds_train("hold-out", whole, part, "--to", "valid", "--share", "0.2", "--most", "1")
    adopt(data / "teachers" / "inat-birds", work / "inat-birds")
    for recipe, photos, name in (
        (TEACHER, part, "teacher-dev"),
        (TEACHER, whole, "teacher"),
        (HEAD, part, "head-dev"),
    ):
        if not (work / name / "model").exists():
            birds_train("backbones", recipe, photos, work / name)
    begins = f"model.weights=folder:{work / 'head-dev' / 'model'}"
    student(part, work / "student-dev", work / "teacher-dev", version, begins)
    first = work / "student-dev" / "model"
    share_views(work / "student-dev", work / "student", work / "teacher")
    temperature = read_bundle(first).temperature
    goes_on = (f"model.weights=folder:{first}", f"model.temperature={temperature}")
    student(whole, work / "student", work / "teacher", version, *SECOND, *goes_on)
    said = ship(
        work / "student" / "model",
        whole,
        BUILT_IN,
        work / "shipped-test",
        no_bird_shift=read_bundle(first).metrics["no_bird_shift"],
        version=version,
    )
    print(said)


def adopt(source: Path, out: Path) -> None:
    if not out.exists():
        birds_train("adopt", source / INAT, source / "inat_bird_labels.txt", out,
                    "--architecture", "mobilenetv2_100", "--argument", "pad_type=same",
                    "--size", "224")  # fmt: skip


def share_views(first: Path, second: Path, teacher: Path) -> None:
    """What was looked at for the first run is learned from in the second, after its own rounds."""
    [taken] = (first / VIEWS_FOLDER).iterdir()
    given = second / VIEWS_FOLDER / read_bundle(teacher / "model").weights_sha256[:TEACHER_DIGITS]
    for number, folder in enumerate(sorted(taken.glob("[0-9]*")), start=OWN_ROUNDS):
        if number < ROUNDS and not (given / f"{number:03}").exists():
            shutil.copytree(folder, given / f"{number:03}", copy_function=os.link)


def student(photos: Path, out: Path, teacher: Path, version: str, *changes: str) -> None:
    """A run that is finished is not begun anew: it has nothing to do."""
    words = [word for change in changes for word in ("--set", change)]
    birds_train("student", STUDENT, photos, out, "--teacher", teacher / "model", "--version", version, *words)


if __name__ == "__main__":
    main()
