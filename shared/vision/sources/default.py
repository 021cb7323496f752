"""The model that Birds comes with; `scripts/default-model` makes it."""

from importlib import resources
from pathlib import Path

from shared.vision.refs import DEFAULT_MODEL


def default_model() -> Path:
    """The folder of its bundle, in the package."""
    return Path(str(resources.files("shared.vision").joinpath("models", DEFAULT_MODEL)))
