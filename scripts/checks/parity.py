"""`scripts/parity`: is what the service says what the model says?

`direct` asks timm itself, as its documentation shows, with nothing of ours but the list of which
ImageNet classes are birds.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from PIL import Image
from timm.data.config import resolve_model_data_config
from timm.data.transforms_factory import create_transform

from shared.vision.loading import load
from shared.vision.sources.starter import starter

TIE = 0.02  # two species nearer than this may change places, and a probability may differ by as much
TOGETHER = 16  # photos in one forward pass
WANTED = 0.995  # share of photos whose first answer must be the same


def main() -> None:
    export, folder = Path(sys.argv[1]), Path(sys.argv[2])
    loaded = load(starter(Path("var/models")))
    species = [one.species if one.is_bird else None for one in loaded.bundle.classes]
    with export.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "done"]
    same = apart = ties = 0
    for row, chances in answered(rows, folder, loaded.module, species):
        (first, best), (_, second) = sorted(chances.items(), key=lambda item: -item[1])[:2]
        same += row["species"] == first
        ties += best - second < TIE
        apart += abs(chances[row["species"]] - float(row["probability"])) >= TIE
    print(f"{len(rows)} photos: same first answer {same} ({same / len(rows):.2%}), near ties {ties},")
    print(f"probability of the first answer off by {TIE} or more: {apart}")
    raise SystemExit(0 if same >= WANTED * len(rows) and not apart else 1)


def answered(
    rows: list[dict[str, str]], folder: Path, model: torch.nn.Module, species: list[str | None]
) -> Iterator[tuple[dict[str, str], dict[str, float]]]:
    for start in range(0, len(rows), TOGETHER):
        part = rows[start : start + TOGETHER]
        yield from zip(
            part, direct(model, species, [folder.parent / row["name"] for row in part]), strict=True
        )


@torch.inference_mode()
def direct(model: torch.nn.Module, species: list[str | None], paths: list[Path]) -> list[dict[str, float]]:
    """Each bird's probability among the birds, for each photo."""
    config = resolve_model_data_config(model)
    prepare = create_transform(**config)
    photos = torch.stack([prepare(Image.open(path).convert("RGB")) for path in paths])
    answers = []
    for chances in model(photos).softmax(dim=1).tolist():
        birds = [(name, chance) for name, chance in zip(species, chances, strict=True) if name]
        total = sum(chance for _, chance in birds)
        answers.append({name: chance / total for name, chance in birds})
    return answers


if __name__ == "__main__":
    main()
