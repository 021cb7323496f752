"""What a run leaves beside its model: recipe, a line an epoch, curves, TensorBoard's files."""

import csv
from dataclasses import asdict, dataclass
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

from trainer.plots import draw_curves
from trainer.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Epoch:
    """One line of the log."""

    epoch: int
    lr: float
    loss: float
    macro_f1: float  # on valid, of the weights that are kept
    photos_per_s: float


class Journal:
    """`recipe.json`, `log.csv`, `curves.png` and `tensorboard/` in a run's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log.csv"

    def begin(self, recipe: Recipe) -> None:
        (self._folder / "recipe.json").write_text(recipe.model_dump_json(indent=2) + "\n")
        self._log.unlink(missing_ok=True)

    def write(self, found: Epoch) -> None:
        is_new = not self._log.exists()
        with self._log.open("a", newline="") as file:
            table = csv.DictWriter(file, list(asdict(found)))
            if is_new:
                table.writeheader()
            table.writerow(asdict(found))
        with self._log.open(newline="") as file:
            draw_curves(list(csv.DictReader(file)), self._folder / "curves.png")
        # Opened for each epoch: a killed run leaves whole files, and one that goes on says from where.
        with SummaryWriter(self._folder / "tensorboard", purge_step=found.epoch) as board:
            for name, value in asdict(found).items():
                if name != "epoch":
                    board.add_scalar(name, value, found.epoch)
