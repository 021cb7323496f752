"""Settings come from the environment, from secrets, and where both are silent from the running stack."""

import json
import sys
from pathlib import Path

import pytest

from shared import settings, stack_settings
from shared.local_stack import LocalStackError
from shared.settings import ObjectStoreSettings
from shared.stack_settings import settings_or_stack


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ObjectStoreSettings.model_fields:
        monkeypatch.delenv(f"BIRDS_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "elsewhere" / ".venv"))


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    said = {
        "s3_endpoint": "http://stack:1",
        "s3_access_key": "stack",
        "s3_secret_key": "stack",
        "url": "http://x",
    }
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "stack.json").write_text(json.dumps(said))
    return tmp_path / "data"


def test_the_stack_answers_where_the_environment_is_silent(
    stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIRDS_S3_ENDPOINT", "http://env:2")
    found = settings_or_stack(ObjectStoreSettings, stack)
    assert (found.s3_endpoint, found.s3_access_key.get_secret_value()) == ("http://env:2", "stack")


def test_a_secret_comes_before_the_stack(
    stack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "birds_s3_secret_key").write_text("hidden")
    for module in (settings, stack_settings):
        monkeypatch.setattr(module, "SECRETS", secrets)
    found = settings_or_stack(ObjectStoreSettings, stack)
    assert (found.s3_secret_key.get_secret_value(), found.s3_endpoint) == ("hidden", "http://stack:1")


def test_what_nobody_says_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match="BIRDS_S3_ENDPOINT"):
        settings_or_stack(ObjectStoreSettings, tmp_path / "empty")


def test_a_stack_that_cannot_be_read_is_named(stack: Path) -> None:
    (stack / "stack.json").write_text("{")
    with pytest.raises(LocalStackError, match=r"stack\.json"):
        settings_or_stack(ObjectStoreSettings, stack)
