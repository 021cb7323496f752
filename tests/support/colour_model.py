"""A small real model that knows two birds by their colour, and pictures of these."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
from PIL import Image, ImageDraw

from shared.vision.bundle import Bundle, InputSpec, ModelClass
from shared.vision.loading import save
from shared.vision.preprocess import Interpolation
from tests.support.models import ARCHITECTURE, fields

SIDE = 160  # pixels; the last feature map has five places in each direction
COLOURS = {"Cardinal": (220, 30, 40), "Bluebird": (40, 60, 220), None: None}
YELLOW = (230, 200, 30)
"""Of a bird that the model does not know."""
FAR_SIZE, FAR_AT = 0.25, (0.3, 0.3)
"""Of a bird too small for one look, and its place: shares of the picture's side."""
_EACH = 12  # pictures of each class to learn from


def bird(
    species: str | None, size: float = 0.9, at: tuple[float, float] = (0.5, 0.5), seed: int = 0
) -> bytes:
    """A PNG of a meadow, 480 pixels wide and high, with a disc of the bird's colour, `size` of that wide."""
    return disc(COLOURS[species], size, at, seed)


def disc(
    colour: tuple[int, int, int] | None,
    size: float = 0.9,
    at: tuple[float, float] = (0.5, 0.5),
    seed: int = 0,
) -> bytes:
    """The same, of any colour."""
    random = np.random.default_rng(seed)
    meadow = random.normal((70, 120, 60), 12, (60, 60, 3)).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(meadow).resize((480, 480))
    if colour is not None:
        (x, y), half = at, size / 2
        corners = [480 * value for value in (x - half, y - half, x + half, y + half)]
        ImageDraw.Draw(image).ellipse(corners, fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def saved_by_colour(folder: Path, **changes: Any) -> Bundle:
    """Random features below a head that is fitted to them; a bundle folder, the same every time."""
    torch.manual_seed(0)
    classes = (
        ModelClass(species="Cardinal"),
        ModelClass(species="Bluebird"),
        ModelClass(species="Meadow", is_bird=False),
    )
    module = timm.create_model(ARCHITECTURE, num_classes=len(classes)).eval()
    spec = InputSpec(
        size=SIDE, mean=(0.5,) * 3, std=(0.25,) * 3, interpolation=Interpolation.BICUBIC, crop_pct=1.0
    )
    random = np.random.default_rng(1)
    pictures, labels = [], []
    for seed in range(_EACH):
        for label, species in enumerate(COLOURS):
            at = tuple(0.5 + random.uniform(-0.15, 0.15, 2))
            data = bird(species, random.uniform(0.4, 1.0), at, seed)
            pictures.append(spec.preprocessing(Image.open(io.BytesIO(data))))
            labels.append(label)
    planes = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        inside = module.forward_head(module.forward_features((planes - 0.5) / 0.25), pre_logits=True)
    middle, spread = inside.mean(0), inside.std(0) + 1e-6
    head = torch.nn.Linear(inside.shape[1], len(classes))
    optimizer = torch.optim.LBFGS(head.parameters(), max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        found = torch.nn.functional.cross_entropy(head((inside - middle) / spread), torch.tensor(labels))
        total = found + 1e-3 * head.weight.square().sum()
        total.backward()
        return total

    optimizer.step(loss)
    with torch.no_grad():
        classifier = module.get_classifier()
        classifier.weight.copy_(head.weight / spread)
        classifier.bias.copy_(head.bias - head.weight @ (middle / spread))
    return save(folder, module.state_dict(), **fields(classes=classes, input=spec, **changes))
