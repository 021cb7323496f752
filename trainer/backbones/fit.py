"""From a recipe of several bundles and a data set to one bundle: the teacher of several backbones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch

from shared.vision.architecture import SIDE_BY_SIDE, Backbone
from shared.vision.bundle import Bundle, InputSpec
from shared.vision.loading import LoadedModel, save
from shared.vision.packing import Packing, packed, unpacked
from shared.vision.side_by_side import SideBySide
from trainer.backbones.features import Features, of_networks
from trainer.backbones.logistic import fit, photo_weights
from trainer.backbones.recipe import BackbonesRecipe
from trainer.data.data_set import DataSet
from trainer.evaluation import metrics
from trainer.evaluation.bird_score import no_bird_shift
from trainer.training.classes import class_names, model_classes
from trainer.training.models import bundle_of
from trainer.training.recipe import InputSection, RecipeError, input_spec


def fit_backbones(
    recipe: BackbonesRecipe,
    data: DataSet,
    folder: Path,
    *,
    version: str,
    device: torch.device,
    cache: Path,
    ticked: Callable[[int], None] = lambda _: None,
) -> Bundle:
    """Raises RecipeError, DataSetError, BirdsError."""
    loaded = [bundle_of(section.bundle) for section in recipe.backbones]
    backbones = [
        Backbone(
            architecture=one.bundle.architecture,
            architecture_arguments=one.bundle.architecture_arguments,
            size=section.size or one.bundle.input.size,
            mean=one.bundle.input.mean,
            std=one.bundle.input.std,
        )
        for section, one in zip(recipe.backbones, loaded, strict=True)
    ]
    _check_alone(recipe.input, backbones)
    spec, names = input_spec(recipe.input), class_names(data, no_bird=bool(data.no_birds_learned))
    model = _model(backbones, loaded, spec, len(names), recipe.model.packing).to(device).eval()
    features = of_networks(cache, model, spec, device)

    examples = data.of("train")
    place = {name: number for number, name in enumerate(names)}
    found = features.of([*(one.path for one in examples), *data.no_birds_learned], ticked)
    labels = np.array(
        [*(place[one.species] for one in examples), *(len(names) - 1 for _ in data.no_birds_learned)]
    )
    is_bird = np.arange(len(labels)) < len(examples)
    weights = np.full(len(labels), recipe.head.no_bird_weight)
    weights[is_bird] = photo_weights(labels[is_bird], recipe.head.balance)

    model.head = _fit(recipe, found, labels, weights, len(names))
    model.middle, model.scale = (torch.from_numpy(part) for part in _standard(found))
    figures = {"photos_learned_from": float(len(labels))}
    if recipe.head.folds:
        fitting = _cross_fitted(recipe, found, labels, weights, len(names))
        temperature = metrics.best_temperature(*fitting, weights)
    else:
        held = data.of("valid")
        theirs = (features.of([one.path for one in held]) - model.middle.numpy()) * model.scale.numpy()
        logits = model.head(torch.from_numpy(theirs)).numpy()
        birds = logits[:, : len(data.species)]
        temperature = metrics.best_temperature(birds, np.array([place[one.species] for one in held]))
        if len(names) > len(data.species):
            figures["no_bird_shift"] = no_bird_shift(logits, len(data.species), temperature)
    return save(
        folder,
        **_network(model, backbones),
        name=recipe.model.name,
        version=version,
        classes=model_classes(data, names),
        input=spec,
        temperature=temperature,
        metrics=figures,
        license=recipe.model.license,
        second_look=recipe.second_look,
        recipe=recipe.model_dump(mode="json"),
        dataset=data.title,
    )


def _check_alone(section: InputSection, backbones: list[Backbone]) -> None:
    """One network alone is shown the bundle's input as it is."""
    if len(backbones) == 1:
        [one] = backbones
        if (section.size, section.mean, section.std) != (one.size, one.mean, one.std):
            raise RecipeError("input: of one network alone it must be the network's size, mean and std")


def _network(model: SideBySide, backbones: list[Backbone]) -> dict[str, Any]:
    """Weights and architecture; one network alone becomes what it was, with another head."""
    if len(backbones) > 1:
        return {"state": model.state_dict(), "architecture": SIDE_BY_SIDE, "backbones": backbones}
    [backbone], [network] = backbones, model.backbones
    whole = timm.create_model(
        backbone.architecture, num_classes=model.head.out_features, **backbone.architecture_arguments
    )
    whole.load_state_dict(network.state_dict(), strict=False)
    head: torch.nn.Linear = whole.get_classifier()  # type: ignore[operator]
    head.weight.data = model.head.weight * model.scale
    head.bias.data = model.head.bias - head.weight @ model.middle
    return {
        "state": whole.state_dict(),
        "architecture": backbone.architecture,
        "architecture_arguments": backbone.architecture_arguments,
    }


def _model(
    backbones: list[Backbone],
    loaded: list[LoadedModel],
    spec: InputSpec,
    classes: int,
    packing: Packing | None,
) -> SideBySide:
    model = SideBySide(backbones, spec, classes)
    for network, one in zip(model.backbones, loaded, strict=True):
        wanted = network.state_dict().keys()
        state = one.module.state_dict()
        if packing is not None:
            state = unpacked(packed(state, packing))
        network.load_state_dict({name: state[name] for name in wanted})  # all but the head
    return model.requires_grad_(False)


def _standard(found: Features) -> tuple[Features, Features]:
    """Middle and scale that give each feature mean 0 and variance 1 / width."""
    scale = 1 / (found.std(axis=0) + 1e-6) / np.sqrt(found.shape[1])
    return found.mean(axis=0), scale.astype(np.float32)


def _fit(
    recipe: BackbonesRecipe,
    found: Features,
    labels: metrics.Labels,
    weights: np.ndarray[tuple[int], np.dtype[np.float64]],
    classes: int,
) -> torch.nn.Linear:
    middle, scale = _standard(found)
    return fit(
        torch.from_numpy((found - middle) * scale),
        torch.from_numpy(labels),
        torch.from_numpy(weights.astype(np.float32)),
        classes,
        recipe.head.penalty,
        recipe.head.steps,
    )


def _cross_fitted(
    recipe: BackbonesRecipe,
    found: Features,
    labels: metrics.Labels,
    weights: np.ndarray[tuple[int], np.dtype[np.float64]],
    classes: int,
) -> tuple[metrics.Logits, metrics.Labels]:
    """Logits (N, classes) of each photo by a head fitted without it, and the labels."""
    fold = np.random.default_rng(0).permutation(len(labels)) % recipe.head.folds
    logits = np.empty((len(labels), classes), np.float32)
    for number in range(recipe.head.folds):
        away = fold == number
        head = _fit(recipe, found[~away], labels[~away], weights[~away], classes)
        middle, scale = _standard(found[~away])
        logits[away] = head(torch.from_numpy((found[away] - middle) * scale)).numpy()
    return logits, labels
