"""From a bundle and a data set to the next version of the bundle."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from shared.vision.bundle import OF_WEIGHTS, WEIGHTS_FILE, Bundle
from shared.vision.loading import LoadedModel, empty_module, load, save
from shared.vision.packing import Packing, packed
from trainer.backbones.features import FeatureCache, below_head
from trainer.backbones.logistic import photo_weights
from trainer.continuing.calibrate import Answering, calibrated, held
from trainer.continuing.classes import ContinuedClasses, continued_classes
from trainer.continuing.head import Lessons, continued_head
from trainer.continuing.network import learn_on
from trainer.continuing.recipe import ContinuedRecipe
from trainer.data.data_set import DataSet
from trainer.data.errors import DataSetError
from trainer.evaluation.predict import predict
from trainer.training.models import folder_of_bundle
from trainer.training.recipe import RecipeError

_ITS_OWN = OF_WEIGHTS | {"version", "classes", "metrics", "recipe", "dataset", "teacher"}
"""Fields of the parent that are not handed on."""


def continue_model(
    recipe: ContinuedRecipe,
    model: str,
    sets: Sequence[DataSet],
    folder: Path,
    *,
    version: str,
    device: torch.device,
    cache: Path,
    ticked: Callable[[str], None] = lambda _: None,
) -> Bundle:
    """`model` is a bundle's folder, or its name; `sets`: what is new, and perhaps what that was taught.

    Raises RecipeError, DataSetError, BirdsError.
    """
    place = Path(model) if Path(model).is_dir() else folder_of_bundle(model)
    parent = load(place)
    bundle, before = parent.bundle, _head(parent)
    if version == bundle.version:
        raise RecipeError(f"{bundle.id} is what it goes on from: give what comes of it another --version")
    if recipe.network is not None and bundle.backbones:
        raise RecipeError(
            f"{bundle.id} is several networks, which stay as they are: take a recipe without [network]"
        )
    classes = continued_classes(bundle, sets)
    paths, labels, weights = _learned(sets, classes, recipe.head.balance)
    features = below_head(cache, parent, device)
    seen = torch.from_numpy(features.of(paths, lambda photos: ticked(f"{photos:,} photos looked at")))
    lessons = Lessons(seen, labels, weights, centred=bool(bundle.backbones))
    head = continued_head(before, lessons, len(classes.classes), recipe.head)
    module = _grown(parent, classes, head)
    now = _by_head(features, head)
    if recipe.network is not None:
        module = learn_on(
            module,
            parent.module,
            (paths, labels, weights),
            bundle.input,
            recipe.network,
            recipe.augment,
            device,
            lambda epoch: ticked(f"epoch {epoch}"),
        )
        now = _by_network(module, bundle, device)
    fields: dict[str, Any] = bundle.model_dump(exclude=set(_ITS_OWN))
    fields |= calibrated(
        held(sets, classes), bundle, classes, _by_head(features, before), now, recipe.temperature_from
    )
    state, packing = module.state_dict(), _packing(place)
    return save(
        folder,
        state if packing is None else packed(state, packing, half=_head_names(module)),
        version=version,
        classes=classes.classes,
        dataset=sets[0].title,
        recipe=recipe.model_dump(mode="json") | {"continued": _origin(bundle, classes, sets, len(paths))},
        **fields,
    )


def _learned(
    sets: Sequence[DataSet], classes: ContinuedClasses, balance: float
) -> tuple[list[Path], torch.Tensor, torch.Tensor]:
    """Paths, classes (N,), and how much each photo counts (N,)."""
    paths: list[Path] = []
    labels: list[int] = []
    for data in sets:
        for one in data.of("train"):
            place = classes.place(one, data)
            assert place is not None  # an output for each species of train/
            paths.append(one.path)
            labels.append(place)
        if classes.no_bird is not None:
            paths += data.no_birds_learned
            labels += [classes.no_bird] * len(data.no_birds_learned)
    if not paths:
        raise DataSetError("train/ has no photos")
    found = np.array(labels, np.int64)
    weights = photo_weights(found, balance).astype(np.float32)
    return paths, torch.from_numpy(found), torch.from_numpy(weights)


def _head(model: LoadedModel) -> torch.nn.Linear:
    head = model.module.get_classifier()  # type: ignore[operator]
    if not isinstance(head, torch.nn.Linear):
        raise RecipeError(f"{model.bundle.id} has no linear head to go on from")
    return head


def _grown(parent: LoadedModel, classes: ContinuedClasses, head: torch.nn.Linear) -> torch.nn.Module:
    """The parent's network with another head."""
    module = empty_module(parent.bundle.model_copy(update={"classes": tuple(classes.classes)}))
    weight, bias = _head_names(parent.module)
    state = {name: tensor.cpu() for name, tensor in parent.module.state_dict().items()}
    module.load_state_dict(state | {weight: head.weight, bias: head.bias})
    return module.eval()


def _head_names(module: torch.nn.Module) -> tuple[str, str]:
    """Of its weights and its bias, in the module's state."""
    head = module.get_classifier()  # type: ignore[operator]
    [name] = [name for name, one in module.named_modules() if one is head]
    return f"{name}.weight", f"{name}.bias"


def _packing(folder: Path) -> Packing | None:
    """As the parent's weights are kept, so are those that come of it."""
    kinds = {tensor.dtype for tensor in load_file(folder / WEIGHTS_FILE).values()}
    if torch.int8 in kinds:
        return Packing.INT8
    return Packing.FP16 if torch.float16 in kinds else None


def _by_head(features: FeatureCache, head: torch.nn.Linear) -> Answering:
    head = head.cpu()

    @torch.no_grad()
    def answer(paths: Sequence[Path]) -> Any:
        return head(torch.from_numpy(features.of(paths))).numpy()

    return answer


def _by_network(module: torch.nn.Module, bundle: Bundle, device: torch.device) -> Answering:
    return lambda paths: predict(module.to(device).eval(), bundle.input, paths, device)


def _origin(
    parent: Bundle, classes: ContinuedClasses, sets: Sequence[DataSet], photos: int
) -> dict[str, Any]:
    """What the model came of, for whoever asks later."""
    return {
        "parent": parent.id,
        "parent_weights_sha256": parent.weights_sha256,
        "data": [data.title for data in sets],
        "photos": photos,
        "new_species": classes.new,
    }
