"""The product in containers, as a county runs it: built, brought up, set up, lived in, killed (`make containers`)."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

ROOT = Path(__file__).parent.parent
COMPOSE = ROOT / "deploy" / "compose"
PATIENCE_SECONDS = 600
HTTP, HTTPS = "18080", "18443"
NAME = "xiaozu-tried"
PROGRAMS = (
    *(f"{service}{kind}" for service in ("activities", "assessment", "notify") for kind in ("", "-worker")),
    "beat",
    "sweep",
)
MB_BEYOND_BASE = 350

engine = shutil.which("podman") or shutil.which("docker") or ""


def told(*words: str, check: bool = True) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def compose(*words: str) -> str:
    by = ["podman-compose"] if engine.endswith("podman") else [engine, "compose"]
    return told(*by, "-p", NAME, "-f", str(COMPOSE / "compose.yaml"), *words)


def until(true: Callable[[], Any]) -> Any:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (found := true()):
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(1)
    return found


def container(program: str) -> str:
    found = told(engine, "ps", "-a", "--format", "{{.Names}}", "--filter", f"label=com.docker.compose.project={NAME}")
    return next(
        name for name in found.split() if name.replace("_", "-").removesuffix("-1").endswith(f"tried-{program}")
    )


def pid(program: str) -> int:
    """Its first process, as this machine numbers it; 0 where there is none."""
    return int(told(engine, "inspect", "--format", "{{.State.Pid}}", container(program)))


def gets_on(program: str) -> bool:
    """Asked by the container's own probe: not every engine has somebody who asks it."""
    asked = ["8000"] if program in {"activities", "assessment", "notify"} else []
    words = [engine, "exec", container(program), "python", "-m", "deploy.alive", *asked]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """All of it, brought up from nothing; what it kept is thrown away afterwards."""
    assert engine, "no engine of containers is on this machine"
    os.environ |= {"GATEWAY_HTTP": HTTP, "GATEWAY_HTTPS": HTTPS}
    network = ["--network", "host", "-v", "/etc/ssl/certs:/etc/ssl/certs:ro"] if engine.endswith("podman") else []
    for target, image in (("xiaozu", "xiaozu"), ("gateway", "xiaozu-gateway")):
        told(
            engine, "build", *network, "-t", image, "--target", target, "-f", str(ROOT / "deploy/Dockerfile"), str(ROOT)
        )
    made = not (COMPOSE / ".secrets").exists()
    told("python3", "-m", "deploy.compose.secrets", str(COMPOSE / ".secrets"))
    compose("up", "-d")
    try:
        with httpx2.Client(base_url=f"https://127.0.0.1:{HTTPS}", verify=False, timeout=60) as client:
            until(lambda: all(gets_on(program) for program in PROGRAMS))
            yield client
    finally:
        compose("down", "-v")
        if made:
            shutil.rmtree(COMPOSE / ".secrets")


def size_mb(image: str) -> float:
    return int(told(engine, "image", "inspect", "--format", "{{.Size}}", image)) / 1e6


def test_the_image_is_small(installation: httpx2.Client) -> None:
    assert size_mb("xiaozu") - size_mb("docker.io/library/python:3.11-slim") <= MB_BEYOND_BASE


def test_one_origin_leads_to_the_three_services_and_only_over_https(installation: httpx2.Client) -> None:
    plain = httpx2.get(f"http://127.0.0.1:{HTTP}/sign-in", follow_redirects=False)

    assert (plain.status_code, plain.headers["location"][:8]) == (308, "https://")
    for service in ("activities", "assessment", "notify"):
        assert installation.get(f"/api/{service}/openapi.json").status_code == 200
    assert installation.get("/setup").status_code == 200


def test_it_is_set_up_by_the_code_that_a_container_prints(installation: httpx2.Client) -> None:
    said = json.loads(told(engine, "exec", container("activities"), "xiaozu", "setup", "--json"))

    page = installation.get("/setup").text
    key = page.split('name="key" value="')[1].split('"')[0]
    opened = installation.post(
        "/setup/codes",
        data={"key": key, "form": "set-up-code", "back": "/setup", "code": said["code"]},
        headers={"Origin": f"https://127.0.0.1:{HTTPS}"},
        follow_redirects=True,
    )

    assert opened.status_code == 200
    assert "制度" in opened.text


def test_whoever_is_killed_comes_back_and_nothing_is_lost(installation: httpx2.Client) -> None:
    for program in (*PROGRAMS, "redis", "postgres", "gateway"):
        killed = pid(program)
        os.kill(killed, signal.SIGKILL)  # not by the engine, which would take it for somebody's wish
        until(lambda program=program, killed=killed: pid(program) not in {0, killed})  # type: ignore[misc]

    until(lambda: all(gets_on(program) for program in PROGRAMS))
    until(lambda: installation.get("/api/notify/openapi.json").status_code == 200)
    told(engine, "exec", container("activities"), "xiaozu", "doctor")
