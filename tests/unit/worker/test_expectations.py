"""A worker says by which sources it judges, and does not start with one that it can't read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared.metrics import exposition
from shared.range.source import RangeSourceBroken
from tests.support.processes import ROOT
from worker.expectations import judge_of
from worker.settings import WorkerSettings

SERVERS = {
    "s3_endpoint": "http://127.0.0.1:1", "s3_access_key": "x", "s3_secret_key": "x",
    "postgres_url": "postgresql://127.0.0.1:1/x", "amqp_url": "amqp://127.0.0.1:1/",
}  # fmt: skip


def settings(sources: str) -> WorkerSettings:
    return WorkerSettings(**SERVERS, range=sources)  # type: ignore[arg-type]


def test_without_a_source_there_is_no_judge() -> None:
    assert judge_of(settings("")) is None


def test_sources_are_told(tmp_path: Path) -> None:
    table = tmp_path / "garden.csv"
    table.write_text("species,place,month,records\nMallard,EE,,500\n")
    assert judge_of(settings(f"csv:{table}")) is not None
    assert b'birds_worker_range_info{source="garden.csv"} 1.0' in exposition()


def test_a_worker_does_not_start_with_a_broken_source(tmp_path: Path) -> None:
    table = tmp_path / "range.csv"
    table.write_text("species,place,month,records\nMallard,EE,13,500\n")
    with pytest.raises(RangeSourceBroken):
        judge_of(settings(f"csv:{table}"))
    environment = {f"BIRDS_{name.upper()}": value for name, value in SERVERS.items()}
    ended = subprocess.run(
        [sys.executable, "-m", "worker"],
        env={**os.environ, **environment, "BIRDS_RANGE": f"csv:{table}"},
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert f"{table}, line 2: '13' is no month" in ended.stdout + ended.stderr
