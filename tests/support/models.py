"""Small real models: built and saved as the trainer does it."""

from pathlib import Path
from typing import Any

import timm
import torch

from shared.vision.bundle import Bundle, InputSpec, ModelClass
from shared.vision.loading import save
from shared.vision.preprocess import Interpolation

ARCHITECTURE = "test_convnext"  # 0.3 million weights, timm's own for tests
CLASSES = (
    ModelClass(species="Blue Jay", scientific_name="Cyanocitta cristata"),
    ModelClass(species="Mallard", scientific_name="Anas platyrhynchos"),
    ModelClass(species="Tree", is_bird=False),
)
INPUT = InputSpec(
    size=64,
    mean=(0.485, 0.456, 0.406),
    std=(0.229, 0.224, 0.225),
    interpolation=Interpolation.BICUBIC,
    crop_pct=0.9,
)


def fields(**changes: Any) -> dict[str, Any]:
    return {
        "name": "small",
        "version": "1",
        "architecture": ARCHITECTURE,
        "classes": CLASSES,
        "input": INPUT,
    } | changes


def bundle(**changes: Any) -> Bundle:
    return Bundle(**fields(weights_sha256="0" * 64, **changes))


def saved(folder: Path, **changes: Any) -> Bundle:
    """A bundle folder with weights drawn at random, the same every time."""
    torch.manual_seed(0)
    chosen = fields(**changes)
    module = timm.create_model(
        chosen["architecture"],
        num_classes=len(chosen["classes"]),
        **chosen.get("architecture_arguments", {}),
    )
    return save(folder, module.state_dict(), **chosen)
