"""`scripts/default-model DATA`: makes the model that Birds comes with, from photos to the package's files.

DATA has birds525/ (train|valid|test/<SPECIES>/*.jpg), notbird/ and teachers/inat-birds/. Each step leaves a
folder below --work and is not done again; one that was stopped goes on. Two cores take some three hours.

The eye learns from photos without their labels. The head is fitted to four photos of five of valid/, where
the fifth tells how sure the model may be of its answers, then to all five; nothing is learned from test/.
"""

import argparse
from pathlib import Path

from scripts.default_model.ship import birds_train, ship
from shared.vision.bundle import read_bundle

ROOT = Path(__file__).parents[2]
BUILT_IN = ROOT / "shared" / "vision" / "models" / "birds525"
EYE, HEAD = "birds525-eye", "birds525"  # recipes
INAT = "inat_birds_mobilenetv2_100_same_timm.safetensors"


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
    if not (work / "eye" / "model").exists():
        birds_train("blocks", EYE, whole, work / "eye", "--teacher", work / "inat-birds")
    features = work / "default-features"
    fit_head(part, work / "default-dev", features)
    fit_head(whole, work / "default", features)
    held_out = read_bundle(work / "default-dev" / "model")
    print(
        ship(
            work / "default" / "model",
            whole,
            BUILT_IN,
            work / "shipped-test",
            no_bird_shift=held_out.metrics["no_bird_shift"],
            temperature=held_out.temperature,
            version=version,
        )
    )


def fit_head(photos: Path, out: Path, features: Path) -> None:
    if not (out / "model").exists():
        birds_train("backbones", HEAD, photos, out, "--features", features)


def adopt(source: Path, out: Path) -> None:
    if not out.exists():
        birds_train("adopt", source / INAT, source / "inat_bird_labels.txt", out,
                    "--architecture", "mobilenetv2_100", "--argument", "pad_type=same",
                    "--size", "224")  # fmt: skip


if __name__ == "__main__":
    main()
