"""Servers that the environment names are used instead of embedded ones."""

from pathlib import Path

import pytest

from scripts.embedded.folder import Home
from scripts.embedded.servers.choice import choose_servers
from scripts.embedded.servers.postgres import EmbeddedPostgres
from scripts.embedded.servers.rabbitmq import EmbeddedRabbitMQ
from scripts.embedded.servers.s3 import EmbeddedS3

ELSEWHERE = {
    "BIRDS_POSTGRES_URL": "postgresql://me:secret@database/mine",
    "BIRDS_AMQP_URL": "amqp://me:secret@broker/mine",
    "BIRDS_S3_ENDPOINT": "https://storage",
    "BIRDS_S3_ACCESS_KEY": "access",
    "BIRDS_S3_SECRET_KEY": "secret",
    "BIRDS_S3_REGION": "eu-central-1",
    "BIRDS_S3_BUCKET": "mine",
}


def test_all_three_embedded(tmp_path: Path) -> None:
    choice = choose_servers(Home(tmp_path), {})
    assert [type(service) for service in [*choice.stores, *choice.broker]] == [
        EmbeddedPostgres,
        EmbeddedS3,
        EmbeddedRabbitMQ,
    ]


def test_all_three_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)
    choice = choose_servers(Home(tmp_path), ELSEWHERE)
    assert choice.stores == choice.broker == []
    assert choice.servers.environment == ELSEWHERE


def test_each_may_be_elsewhere(tmp_path: Path) -> None:
    choice = choose_servers(Home(tmp_path), {"BIRDS_AMQP_URL": "amqp://broker"})
    assert choice.broker == []
    assert choice.servers.amqp_url == "amqp://broker"
    assert choice.servers.amqp_management_url is None
    assert len(choice.stores) == 2


def test_incomplete_access_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BIRDS_S3_ENDPOINT", "https://storage")
    with pytest.raises(SystemExit):
        choose_servers(Home(tmp_path), {"BIRDS_S3_ENDPOINT": "https://storage"})
    assert "BIRDS_S3_SECRET_KEY" in capsys.readouterr().err
