"""What deploy/ says agrees with the code, and with the schemas of those who read it."""

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from prometheus_client import REGISTRY

from scripts.checks.defences import REMOVALS, ROOT
from shared.broker.topology import DEAD_QUEUE, queue_name
from shared.records import Lane

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES_VERSION = "1.31"  # the oldest that is still maintained by cloud providers
OURS = re.compile(r"\bbirds_\w+")
SUFFIX = re.compile(r"_(bucket|count|sum|total|info)$")


def manifests() -> list[dict[str, Any]]:
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [
        one
        for file in files
        if file.name != "kustomization.yaml"
        for one in yaml.safe_load_all(file.read_text())
    ]


@pytest.mark.parametrize("manifest", manifests(), ids=lambda one: f"{one['kind']} {one['metadata']['name']}")
def test_kubernetes_would_take_it(manifest: dict[str, Any]) -> None:
    if manifest["apiVersion"].startswith("keda.sh/"):
        assert manifest["kind"] in ("ScaledObject", "TriggerAuthentication")  # its schema is in no registry
        return
    kubernetes_validate.validate(manifest, KUBERNETES_VERSION, strict=True)


def test_every_manifest_is_in_the_kustomization() -> None:
    listed = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["resources"]
    assert {*listed, "kustomization.yaml"} == {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")}


def test_workers_scale_on_the_queues_that_there_are() -> None:
    [scaled] = [one for one in manifests() if one["kind"] == "ScaledObject"]
    watched = [trigger["metadata"]["queueName"] for trigger in scaled["spec"]["triggers"]]
    assert sorted(watched) == sorted(queue_name(lane) for lane in Lane)
    assert scaled["spec"]["minReplicaCount"] == 0


def test_dashboard_and_alerts_ask_for_metrics_that_there_are() -> None:
    for module in ("api.metrics", "api.duties.dead_letters", "shared.ledger.statements", "worker.metrics"):
        import_module(module)
    known = {metric.name for metric in REGISTRY.collect()}
    texts = [
        (DEPLOY / "monitoring" / "alerts.yml").read_text(),
        (DEPLOY / "monitoring" / "grafana" / "dashboards" / "birds.json").read_text(),
    ]
    asked = {SUFFIX.sub("", name) for text in texts for name in OURS.findall(text)}
    assert asked
    assert asked <= {SUFFIX.sub("", name) for name in known}
    assert DEAD_QUEUE in texts[0]


def test_the_dashboard_shows_what_it_promises() -> None:
    dashboard = json.loads((DEPLOY / "monitoring" / "grafana" / "dashboards" / "birds.json").read_text())
    titles = " ".join(panel["title"] for panel in dashboard["panels"]).lower()
    for wanted in (
        "queue depth",
        "photos answered",
        "batch fill",
        "stage",
        "failures by code",
        "interactive",
    ):
        assert wanted in titles


def test_only_the_door_and_the_storage_are_published_to_the_network() -> None:
    services = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text())["services"]
    open_to_all = {
        name
        for name, service in services.items()
        for port in service.get("ports", [])
        if not str(port).startswith("127.0.0.1:")
    }
    assert open_to_all == {"proxy", "minio"}


def test_no_secret_is_in_the_environment_of_a_container() -> None:
    services = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text())["services"]
    for name, service in services.items():
        for variable in service.get("environment", {}):
            assert not re.search(r"(PASSWORD|SECRET|KEY|_URL)$", variable), (name, variable)


def test_no_container_is_restarted_for_what_it_waits_for() -> None:
    checks = re.findall(r"^HEALTHCHECK .*\n +CMD (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    asked = [path for check in checks for path in re.findall(r"/(?:health|ready)\w*", check)]
    assert asked == ["/healthz", "/healthz", "/health"]


def test_images_are_pinned() -> None:
    services = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text())["services"]
    for service in services.values():
        assert "build" in service or re.search(r":[\w.-]*\d", service["image"]), service["image"]


def test_the_tests_of_defences_exist() -> None:
    """deploy/SECURITY.md promises them."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "deploy" / "SECURITY.md").read_text())
    assert len(named) > 30
    for path, test in named:
        assert f"def {test}(" in (ROOT / path).read_text(), (path, test)


def test_the_defences_that_are_taken_away_stand_where_they_are_said_to() -> None:
    for removal in REMOVALS:
        assert removal.what in (ROOT / removal.file).read_text(), removal
