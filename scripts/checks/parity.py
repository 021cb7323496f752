"""`scripts/parity EXPORT.csv FOLDER`: is what the service says what the model says?

EXPORT.csv is what `birds classify FOLDER --csv` wrote with the model that Birds comes with, or with another
whose folder is given by --model. timm is asked directly, as its documentation shows: its own model, its own
transform, a softmax. Photos that the service looked at twice are counted apart: timm looks once.
"""

import argparse
import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import timm
import torch
from PIL import Image
from safetensors.torch import load_file
from timm.data.transforms_factory import create_transform

from shared.vision.bundle import WEIGHTS_FILE, Bundle, read_bundle
from shared.vision.packing import unpacked
from shared.vision.sources.default import default_model

TIE = 0.02  # two species nearer than this may change places, and a probability may differ by as much
TOGETHER = 16  # photos in one forward pass
WANTED = 0.995  # share of photos whose first answer must be the same

Row = dict[str, str]
Logits = Callable[[torch.Tensor], torch.Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/parity", description=__doc__)
    parser.add_argument("export", type=Path)
    parser.add_argument("folder", type=Path, help="what was classified")
    parser.add_argument("--model", type=Path, help="folder of the bundle")
    given = parser.parse_args()
    folder = given.model or default_model()
    bundle = read_bundle(folder)
    with given.export.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "done"]
    same = apart = ties = again = 0
    for row, chances, bird in answered(rows, given.folder, bundle, model_of(folder, bundle)):
        (first, best), (_, second) = sorted(chances.items(), key=lambda item: -item[1])[:2]
        if bundle.second_look is not None and bird < bundle.second_look.below + TIE:
            again += 1
            continue
        same += row["species"] == first
        ties += best - second < TIE
        apart += abs(chances[row["species"]] - float(row["probability"])) >= TIE
    once = len(rows) - again
    print(f"{len(rows)} photos, {again} of them looked at twice; of the other {once}:")
    print(f"same first answer {same} ({same / once:.2%}), near ties {ties},")
    print(f"probability of the first answer off by {TIE} or more: {apart}")
    raise SystemExit(0 if same >= WANTED * once and not apart else 1)


def model_of(folder: Path, bundle: Bundle) -> Logits:
    """timm's own networks, and where several stand side by side one linear head over what they give."""
    weights = {name: part.float() for name, part in unpacked(load_file(folder / WEIGHTS_FILE)).items()}
    if not bundle.backbones:
        return network(bundle.architecture, bundle.architecture_arguments, weights, len(bundle.classes))
    view = (bundle.input.size, bundle.input.mean, bundle.input.std)
    if any((one.size, one.mean, one.std) != view for one in bundle.backbones):
        raise SystemExit("scripts/parity: its networks see a photo each in its own way")
    networks = [
        network(one.architecture, one.architecture_arguments, below(weights, f"backbones.{number}."), 0)
        for number, one in enumerate(bundle.backbones)
    ]

    def logits(photos: torch.Tensor) -> torch.Tensor:
        features = torch.cat([one(photos) for one in networks], dim=1)
        standardised = (features - weights["middle"]) * weights["scale"]
        return standardised @ weights["head.weight"].T + weights["head.bias"]

    return logits


def network(
    architecture: str, arguments: Mapping[str, Any], weights: Mapping[str, torch.Tensor], classes: int
) -> torch.nn.Module:
    """With `classes` 0, what it gives is the mean of its last map."""
    module: torch.nn.Module = timm.create_model(architecture, num_classes=classes, **arguments)
    module.load_state_dict(weights)
    return module.eval()


def below(weights: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): part for name, part in weights.items() if name.startswith(prefix)}


def answered(
    rows: list[Row], folder: Path, bundle: Bundle, model: Logits
) -> Iterator[tuple[Row, dict[str, float], float]]:
    """Each row with every species' probability among birds, and that of a bird."""
    spec = bundle.input
    prepare = create_transform(
        (3, spec.size, spec.size),
        interpolation=spec.interpolation,
        mean=spec.mean,
        std=spec.std,
        crop_pct=spec.crop_pct,
        crop_mode=spec.crop_mode,
    )
    for start in range(0, len(rows), TOGETHER):
        part = rows[start : start + TOGETHER]
        photos = [prepare(Image.open(folder.parent / row["name"]).convert("RGB")) for row in part]
        with torch.inference_mode():
            chances = (model(torch.stack(photos)) / bundle.temperature).softmax(dim=1).tolist()
        for row, some in zip(part, chances, strict=True):
            birds = dict.fromkeys(bundle.species, 0.0)
            for one, chance in zip(bundle.classes, some, strict=True):
                if one.is_bird:
                    birds[one.species] += chance
            total = sum(birds.values())
            yield row, {name: chance / total for name, chance in birds.items()}, total


if __name__ == "__main__":
    main()
