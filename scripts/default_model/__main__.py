"""`scripts/default-model DATA`: makes the model that Birds comes with, from photos to the package's files.

DATA has birds525/ (train|valid|test/<SPECIES>/*.jpg), notbird/ and teachers/inat-birds/. Each step leaves a
folder below --work and is not done again; one that was stopped goes on. Two cores take an hour and a half.

Teacher and student learn from four photos of five of valid/, and the fifth tells what is worth it and how
sure the model may be of its answers. The last head is fitted to the fifth, too; nothing to any of test/.
"""

import argparse
from pathlib import Path

from scripts.default_model.ship import birds_train, ship
from shared.vision.bundle import read_bundle

ROOT = Path(__file__).parents[2]
BUILT_IN = ROOT / "shared" / "vision" / "models" / "birds525"
TEACHER, HEAD, STUDENT = "birds525-teacher", "birds525-head", "birds525"
INAT = "inat_birds_mobilenetv2_100_same_timm.safetensors"

SHARE = "0.35"  # of the student in the averaged weights; held-out photos liked 0.3 best of five


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
    fit_head(TEACHER, part, work / "teacher-dev")
    fit_head(HEAD, part, work / "head-dev")
    begins = f"model.weights=folder:{work / 'head-dev' / 'model'}"
    birds_train("student", STUDENT, part, work / "student-dev",
                "--teacher", work / "teacher-dev" / "model", "--set", begins)  # fmt: skip
    if not (work / "averaged").exists():
        birds_train("average", work / "head-dev" / "model", work / "student-dev" / "model",
                    work / "averaged" / "model", "--share", SHARE)  # fmt: skip
    fit_head(STUDENT, part, work / "refit-dev")
    fit_head(STUDENT, whole, work / "refit")
    held_out = read_bundle(work / "refit-dev" / "model")
    print(
        ship(
            work / "refit" / "model",
            whole,
            BUILT_IN,
            work / "shipped-test",
            no_bird_shift=held_out.metrics["no_bird_shift"],
            temperature=held_out.temperature,
            version=version,
        )
    )


def fit_head(recipe: str, photos: Path, out: Path) -> None:
    if not (out / "model").exists():
        birds_train("backbones", recipe, photos, out)


def adopt(source: Path, out: Path) -> None:
    if not out.exists():
        birds_train("adopt", source / INAT, source / "inat_bird_labels.txt", out,
                    "--architecture", "mobilenetv2_100", "--argument", "pad_type=same",
                    "--size", "224")  # fmt: skip


if __name__ == "__main__":
    main()
