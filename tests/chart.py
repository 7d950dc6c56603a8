"""The chart for a cluster, linted, rendered and held against the schemas of Kubernetes, without one (`make chart`)."""

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator

CHART = Path(__file__).parent.parent / "deploy" / "helm"
SCHEMAS = Path(__file__).parent / "schemas"
CUSTOM = ("ScaledObject", "TriggerAuthentication", "PodMonitor", "PrometheusRule")
OLDEST = "1.27"  # of the chart's kubeVersion
WAYS = {
    "as it comes": [],
    "scaled": ["workers.scaling.enabled=true"],
    "watched": ["monitoring.enabled=true"],
    "bare": [
        "ingress.enabled=false",
        "networkPolicy.enabled=false",
        "disruption.enabled=false",
        "files.existingClaim=f",
    ],
    "placed": ["nodeSelector.disk=ssd", "imagePullSecrets[0].name=registry", "podAnnotations.team=party"],
}


@cache
def rendered(way: str) -> list[dict[str, Any]]:
    told = [word for value in WAYS[way] for word in ("--set", value)]
    made = subprocess.run(
        ["helm", "template", "county", str(CHART), *told], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return [one for one in yaml.safe_load_all(made.stdout) if one]


def pods(manifests: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in manifests:
        if one["kind"] in {"Deployment", "Job"}:
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


def test_helm_finds_nothing_to_say_against_it() -> None:
    said = subprocess.run(["helm", "lint", "--strict", str(CHART)], capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("version", [OLDEST, "newest"])
def test_everything_that_it_makes_fits_the_schemas(way: str, version: str) -> None:
    chosen = kubernetes_validate.latest_version() if version == "newest" else version
    for one in rendered(way):
        if one["kind"] in CUSTOM:
            schema = json.loads((SCHEMAS / f"{one['kind'].lower()}.json").read_text())
            Draft202012Validator(schema).validate(one)
        else:
            kubernetes_validate.validate(one, chosen, strict=True)


@pytest.mark.parametrize("way", WAYS)
def test_no_program_has_rights_or_anything_to_write_in_but_memory_and_files(way: str) -> None:
    for name, pod in pods(rendered(way)):
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"], name
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, name
            assert {mount["mountPath"] for mount in container["volumeMounts"]} <= {"/tmp", "/data"}, name
            assert container["resources"]["limits"]["memory"], name


def test_every_program_that_stays_is_probed_and_only_the_migration_owns() -> None:
    for name, pod in pods(rendered("as it comes")):
        (container,) = pod["containers"]
        told = {one["name"] for one in container["env"]}
        assert ("XIAOZU_MIGRATE_DATABASE_URL" in told) == ("migrate" in name), name
        assert ("livenessProbe" in container and "startupProbe" in container) == ("migrate" not in name), name


def test_what_is_secret_comes_from_the_secret_by_keys_that_the_values_explain() -> None:
    explained = (CHART / "values.yaml").read_text()
    for name, pod in pods(rendered("scaled")):
        for one in pod["containers"][0]["env"]:
            secret = one.get("valueFrom", {}).get("secretKeyRef")
            assert bool(secret) == any(word in one["name"] for word in ("URL", "KEY", "PASSWORD")) or (
                one["name"] == "XIAOZU_PUBLIC_URL"
            ), (name, one["name"])
            assert secret is None or secret["key"] in explained, (name, one["name"])


def test_each_address_of_the_house_leads_to_its_service() -> None:
    (ingress,) = (one for one in rendered("as it comes") if one["kind"] == "Ingress")
    services = {one["metadata"]["name"] for one in rendered("as it comes") if one["kind"] == "Service"}

    leads = {path["path"]: path["backend"]["service"]["name"] for path in ingress["spec"]["rules"][0]["http"]["paths"]}

    assert leads == {
        "/api/assessment": "county-assessment",
        "/assessment": "county-assessment",
        "/api/notify": "county-notify",
        "/notify": "county-notify",
        "/": "county-activities",
    }
    assert set(leads.values()) == services


def test_what_is_scaled_is_there_and_has_no_number_of_its_own() -> None:
    scaled = [one["spec"]["scaleTargetRef"]["name"] for one in rendered("scaled") if one["kind"] == "ScaledObject"]
    deployed = {one["metadata"]["name"]: one for one in rendered("scaled") if one["kind"] == "Deployment"}

    assert len(scaled) == 3
    assert all("replicas" not in deployed[name]["spec"] for name in scaled)
