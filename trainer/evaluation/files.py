"""An evaluation as files: JSON for programs, CSV for a spreadsheet, pictures, and one page with all of it."""

import base64
import csv
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from trainer.evaluation.answers import Answers
from trainer.evaluation.evaluate import Evaluation, SpeciesScore
from trainer.plots import draw_confusion, draw_reliability

PAGE = "report.html"


def write_evaluation(evaluation: Evaluation, answers: Answers, folder: Path) -> None:
    """Write `evaluation.json`, `species.csv`, `confusion.png`, `reliability.png` and `report.html`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(evaluation.model_dump_json(indent=2) + "\n")
    with (folder / "species.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, list(SpeciesScore.model_fields))
        table.writeheader()
        table.writerows(one.model_dump() for one in evaluation.by_species)
    draw_confusion(answers.confusion, answers.species, folder / "confusion.png")
    draw_reliability(answers.logits, answers.labels, evaluation.temperature, folder / "reliability.png")
    pictures = {name: _as_url(folder / f"{name}.png") for name in ("confusion", "reliability")}
    page = Environment(
        loader=PackageLoader("trainer.evaluation", "."),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
    ).get_template(PAGE)
    (folder / PAGE).write_text(page.render(evaluation=evaluation, pictures=pictures))


def _as_url(picture: Path) -> str:
    """Inside the page, so that it can be sent as one file."""
    return "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode()
