"""The model card: what whoever chooses a model wants to know, written from what its training left."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from shared.vision.bundle import CARD_FILE, read_bundle
from shared.vision.no_bird import NO_BIRD_BELOW
from trainer.evaluation.evaluate import Evaluation


def write_card(folder: Path, evaluations: Sequence[Evaluation], notes: str = "") -> Path:
    """Beside the bundle, in Markdown; `evaluations` of other weights than these are a ValueError.

    `notes` is more Markdown: what no figure tells, of its data and of what it is bad at.
    """
    bundle = read_bundle(folder)
    for one in evaluations:
        if one.weights_sha256 != bundle.weights_sha256:
            raise ValueError(f"the evaluation of {one.model} on {one.split} is not of these weights")
    # Markdown, not HTML: nothing to escape.
    page = Environment(
        loader=PackageLoader("trainer", "."), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("card.md")
    path = folder / CARD_FILE
    path.write_text(
        page.render(
            bundle=bundle,
            evaluations=evaluations,
            megabytes=(folder / bundle.weights_file).stat().st_size / 1e6,
            no_bird_below=NO_BIRD_BELOW,
            notes=notes.strip(),
        )
    )
    return path
