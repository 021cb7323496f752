"""Where a run's model begins: at nothing, at weights of timm's hub, or at a bundle."""

from pathlib import Path
from typing import Any

import timm
import torch
from timm.task import DistillationTeacher
from timm.task.distillation import FeatureDistillationTrainableModule
from timm.utils import unwrap_model
from torch.nn import functional

from shared.vision.labels import class_of
from shared.vision.loading import LoadedModel, load
from shared.vision.refs import DefaultRef, FolderRef, StarterRef, parse_ref
from shared.vision.sources.default import default_model
from shared.vision.sources.starter import starter
from trainer.training.layers import is_depthwise, lower_part
from trainer.training.recipe import ModelSection, Recipe, RecipeError
from trainer.training.views import UpperPart

CACHE = Path("var/models")


def new_model(recipe: Recipe, species: list[str]) -> torch.nn.Module:
    """In training mode, with a head for `species`. Raises `RecipeError`, BirdsError."""
    section = recipe.model
    more: dict[str, Any] = {} if section.layer_scale is None else {"ls_init_value": section.layer_scale}
    try:
        if section.weights in ("scratch", "timm"):
            model: torch.nn.Module = timm.create_model(
                section.architecture,
                pretrained=section.weights == "timm",
                num_classes=len(species),
                drop_path_rate=section.drop_path,
                **more,
            )
        else:
            model = _from_bundle(recipe, species)
    except RuntimeError as error:  # what timm says of an architecture that it does not know
        raise RecipeError(f"model.architecture: {str(error).splitlines()[0]}") from error
    return _fed(model, recipe.input.mean, recipe.input.std).train()


class _AtItsSize(torch.nn.Module):
    """A model that is shown views of any size at the one that it was trained on."""

    def __init__(self, model: torch.nn.Module, size: int) -> None:
        super().__init__()
        self.pretrained_cfg = model.pretrained_cfg
        self.num_features = model.num_features
        self._model, self._size = model, size

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self._model(self._scaled(pixels))
        return logits

    def forward_features(self, pixels: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self._model.forward_features(self._scaled(pixels))  # type: ignore[operator]
        return features

    def forward_head(self, features: torch.Tensor, pre_logits: bool = False) -> torch.Tensor:
        found: torch.Tensor = self._model.forward_head(features, pre_logits)  # type: ignore[operator]
        return found

    def get_classifier(self) -> torch.nn.Module:
        head: torch.nn.Module = self._model.get_classifier()  # type: ignore[operator]
        return head

    def _scaled(self, pixels: torch.Tensor) -> torch.Tensor:
        if pixels.shape[-1] == self._size:
            return pixels
        return functional.interpolate(pixels, size=self._size, mode="bilinear", antialias=True)


def teacher_of(loaded: LoadedModel, size: int | None = None) -> DistillationTeacher:
    """Sees the student's own view of a photo, normalised its own way, at `size` pixels or its bundle's."""
    spec = loaded.bundle.input
    model = _AtItsSize(_fed(loaded.module, spec.mean, spec.std), size or spec.size)
    return DistillationTeacher(model).requires_grad_(False)


def teacher_width(teacher: DistillationTeacher) -> int:
    """Features that its head reads."""
    return int(teacher.model.get_classifier().in_features)  # type: ignore[operator]


def set_learning(model: torch.nn.Module, section: ModelSection, epoch: int) -> None:
    """Let learn, in `epoch` (from 0), what the recipe lets; what does not keeps its batch norms' averages."""
    whole, only_head = alone(model), epoch < section.frozen_epochs
    model.requires_grad_(not only_head)
    model.train(not only_head)
    whole.get_classifier().requires_grad_(True)  # type: ignore[operator]
    if section.frozen_blocks:
        lower_part(whole, section.frozen_blocks).requires_grad_(False).eval()
    if section.fixed_depthwise:
        for module in filter(is_depthwise, whole.modules()):
            module.requires_grad_(False)
    if section.frozen_norms:
        hold_norms(whole)


def hold_norms(model: torch.nn.Module) -> None:
    """Batch norms of a model in training mode go on with the averages that they have."""
    for module in model.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.eval()


def alone(trained: torch.nn.Module) -> torch.nn.Module:
    """The model itself, out of what processes, the compiler, averaging and a task have put around it."""
    module: torch.nn.Module = unwrap_model(trained)
    return module.student if isinstance(module, FeatureDistillationTrainableModule | UpperPart) else module


def bundle_of(name: str) -> LoadedModel:
    """A bundle that a recipe names. Raises `RecipeError`, BirdsError."""
    return load(folder_of_bundle(name))


def folder_of_bundle(name: str) -> Path:
    """Raises `RecipeError`, BirdsError."""
    match parse_ref(name):
        case DefaultRef():
            return default_model()
        case StarterRef():
            return starter(CACHE)
        case FolderRef(path):
            return path
        case other:
            raise RecipeError(f"{other} is neither birds525 nor starter nor folder:PATH")


def _from_bundle(recipe: Recipe, species: list[str]) -> torch.nn.Module:
    loaded = bundle_of(recipe.model.weights)
    if loaded.bundle.architecture != recipe.model.untagged:
        raise RecipeError(f"model.architecture: {loaded.bundle.id} is a {loaded.bundle.architecture}")
    model: torch.nn.Module = timm.create_model(
        recipe.model.untagged,
        num_classes=len(loaded.bundle.classes),
        drop_path_rate=recipe.model.drop_path,
    )
    model.load_state_dict(loaded.module.state_dict())
    # A head that names the same species is worth keeping: what a first run has taught it goes on in a second.
    if [class_of(one.species).species for one in loaded.bundle.classes] != species:
        model.reset_classifier(len(species))  # type: ignore[operator]
    return model


def _fed(model: torch.nn.Module, mean: tuple[float, ...], std: tuple[float, ...]) -> torch.nn.Module:
    """Says how its input is normalised, where timm's tasks look for it."""
    known: dict[str, Any] = model.pretrained_cfg  # type: ignore[assignment]
    setattr(model, "pretrained_cfg", {**known, "mean": mean, "std": std})  # noqa: B010  # no module of torch's
    return model
