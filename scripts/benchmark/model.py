"""Models to measure with, ConvNeXt-Tiny at 224 px among them: random weights are as fast as trained ones."""

import asyncio
from pathlib import Path

from shared.vision.refs import parse_ref
from shared.vision.sources.resolve import bundle_folder

CACHE = Path("var/models")
ARCHITECTURE = "convnext_tiny"
SPECIES = 525  # as many as the Kaggle set has


def convnext_tiny(folder: Path) -> Path:
    """A bundle in `folder`, made once."""
    if not (folder / "bundle.json").exists():
        import timm
        import torch

        from shared.vision.loading import save

        torch.manual_seed(0)
        save(
            folder,
            timm.create_model(ARCHITECTURE, num_classes=SPECIES).state_dict(),
            name="convnext-tiny-random",
            version="1",
            architecture=ARCHITECTURE,
            classes=[{"species": f"Species {number}"} for number in range(SPECIES)],
            input={
                "size": 224,
                "mean": (0.485, 0.456, 0.406),
                "std": (0.229, 0.224, 0.225),
                "interpolation": "bicubic",
                "crop_pct": 1.0,
            },
        )
    return folder


def folder_of(model: str) -> Path:
    """Of the bundle that a reference leads to. Raises BirdsError (no-model)."""
    return asyncio.run(bundle_folder(parse_ref(model), CACHE))
