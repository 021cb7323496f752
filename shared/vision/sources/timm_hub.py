"""Pretrained ImageNet classifiers by timm's name, from the hub that timm keeps them on."""

from pathlib import Path
from typing import Any

import timm
import torch
from timm.data.config import resolve_model_data_config
from timm.data.imagenet_info import ImageNetInfo, infer_imagenet_subset
from timm.models import PretrainedCfg, get_pretrained_cfg

from shared.errors import BirdsError, Code
from shared.vision.bundle import WEIGHTS_FILE, InputSpec
from shared.vision.loading import save
from shared.vision.preprocess import CropMode, Interpolation
from shared.vision.sources.hub import MissingFileError, fetch, license_of, version_of
from shared.vision.sources.imagenet import imagenet_classes
from shared.vision.staging import staged


def timm_model(name: str, cache_dir: Path) -> Path:
    """The folder of a bundle made from `name`, such as `convnext_tiny.fb_in22k`, downloaded once.

    Raises BirdsError (no-model): unknown name, no ImageNet classifier, no safetensors, hub out of reach.
    """
    target = cache_dir / "timm" / name
    if not target.is_dir():
        config = _config(name)
        weights = _download(name, config)
        terms = config.license or license_of(str(config.hf_hub_id), weights.parent.name, f"timm:{name}")
        build(name, weights, target, terms)
    return target


def build(name: str, weights: Path, target: Path, license: str | None = None) -> None:
    """Make the bundle in `target` from timm's model `name` and its weights, a safetensors file."""
    if weights.suffix != ".safetensors":
        raise BirdsError(Code.NO_MODEL, f"{weights.name} is not a safetensors file.")
    # A file that ends so is all that timm reads then: neither its hub code nor any unpickling is reached.
    module = timm.create_model(name, pretrained=True, pretrained_cfg_overlay={"file": str(weights)})
    subset = infer_imagenet_subset(module)
    if subset is None:
        raise BirdsError(Code.NO_MODEL, f"The model timm:{name} is not a classifier of an ImageNet.")
    with staged(target) as folder:
        fields: dict[str, Any] = {
            "name": name,
            "architecture": name.partition(".")[0],
            "classes": imagenet_classes(ImageNetInfo(subset)),
            "input": _input(name, module),
            "dataset": subset,
            "license": license,
        }
        save(folder, module.state_dict(), version=version_of(weights), **fields)


def _config(name: str) -> PretrainedCfg:
    try:
        config = get_pretrained_cfg(name, allow_unregistered=False)
    except RuntimeError as error:
        raise BirdsError(Code.NO_MODEL, f"No model {name!r} is known to timm.") from error
    if config is None or not config.hf_hub_id or config.custom_load:
        raise BirdsError(Code.NO_MODEL, f"Of {name!r} timm has no weights that can be loaded safely.")
    return config


def _download(name: str, config: PretrainedCfg) -> Path:
    file = (config.hf_hub_filename or WEIGHTS_FILE).rpartition(".")[0] + ".safetensors"
    try:
        return fetch(str(config.hf_hub_id), file, None, f"timm:{name}")
    except MissingFileError as error:
        raise BirdsError(Code.NO_MODEL, f"The model timm:{name} has no safetensors weights.") from error


def _input(name: str, module: torch.nn.Module) -> InputSpec:
    config = resolve_model_data_config(module)
    channels, height, width = config["input_size"]
    if channels != 3 or height != width:
        detail = f"The model timm:{name} takes {width} x {height} inputs, not square ones."
        raise BirdsError(Code.NO_MODEL, detail)
    return InputSpec(
        size=height,
        mean=config["mean"],
        std=config["std"],
        interpolation=Interpolation(config["interpolation"]),
        crop_pct=config["crop_pct"],
        crop_mode=CropMode(config["crop_mode"]),
    )
