"""What frozen networks see in photos, computed once a photo and kept: a head is fitted in a minute then."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from shared.vision.bundle import InputSpec
from shared.vision.loading import LoadedModel
from shared.vision.side_by_side import SideBySide
from trainer.evaluation.predict import predict

PORTION = 256  # photos in a file of the cache: a minute's work, at most, is lost by a stop

Features = NDArray[np.float32]


class FeatureCache:
    """A folder for what looks; photos are known by the digest of their bytes, wherever they lie."""

    def __init__(self, folder: Path, look: torch.nn.Module, spec: InputSpec, device: torch.device) -> None:
        """`look` gives (B, width) features of (B, 3, size, size); `folder` has been looked at by it alone."""
        self._look, self._spec, self._device, self._folder = look, spec, device, folder
        self._known: dict[str, NDArray[np.float16]] = {}
        for path in sorted(self._folder.glob("*.npz")):
            with np.load(path) as part:
                self._known.update(zip(part["digests"].tolist(), part["features"], strict=True))

    def of(self, paths: Sequence[Path], ticked: Callable[[int], None] = lambda _: None) -> Features:
        """(N, width). Raises BirdsError: a file is no photo."""
        digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
        missing = {
            digest: path for digest, path in zip(digests, paths, strict=True) if digest not in self._known
        }
        new = list(missing.items())
        ticked(len(paths) - len(new))
        for start in range(0, len(new), PORTION):
            self._add(dict(new[start : start + PORTION]))
            ticked(len(new[start : start + PORTION]))
        return np.stack([self._known[digest] for digest in digests]).astype(np.float32)

    def _add(self, portion: dict[str, Path]) -> None:
        found = predict(self._look, self._spec, list(portion.values()), self._device).astype(np.float16)
        self._folder.mkdir(parents=True, exist_ok=True)
        digests = list(portion)
        new = self._folder / f".{digests[0]}.npz"
        np.savez(new, digests=np.array(digests), features=found)
        new.rename(self._folder / f"{digests[0]}.npz")
        self._known.update(zip(digests, found, strict=True))


def of_networks(folder: Path, networks: SideBySide, spec: InputSpec, device: torch.device) -> FeatureCache:
    """As the networks give them, below a head that is not there yet."""
    return FeatureCache(folder / _digest(networks, spec), _Raw(networks), spec, device)


def below_head(folder: Path, model: LoadedModel, device: torch.device) -> FeatureCache:
    """As a trained model's head reads them."""
    look, bundle = _BelowHead(model.module.to(device).eval()), model.bundle
    return FeatureCache(folder / bundle.weights_sha256[:16], look, bundle.input, device)


class _Raw(torch.nn.Module):
    def __init__(self, networks: SideBySide) -> None:
        super().__init__()
        self._networks = networks

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self._networks.raw_features(self._networks.forward_features(pixels))


class _BelowHead(torch.nn.Module):
    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self._model = model

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        maps = self._model.forward_features(pixels)  # type: ignore[operator]
        features: torch.Tensor = self._model.forward_head(maps, pre_logits=True)  # type: ignore[operator]
        return features


def _digest(networks: SideBySide, spec: InputSpec) -> str:
    found = hashlib.sha256(repr((spec, networks.views)).encode())
    for tensor in networks.backbones.state_dict().values():
        found.update(tensor.cpu().numpy().tobytes())
    return found.hexdigest()[:16]
