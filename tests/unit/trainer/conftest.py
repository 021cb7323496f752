"""Drawings of three species, and a recipe that learns them in a second."""

from pathlib import Path

import pytest

from tests.unit.trainer.runs import RECIPE
from trainer.field_guide.dataset import Plan, make_field_guide


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "set"
    make_field_guide(folder, Plan(species=3, most=16, least=12, valid=4, test=2, no_birds=5, side=64))
    return folder


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path
