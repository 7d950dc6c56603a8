"""Servers in containers, for whoever has an engine: `XIAOZU_TEST_CONTAINERS=1`.

Each container is held by a process of its own (`python -m tests.engine postgres`), which prints its address and ends with
whoever started it: what the engine's client leaves open is an error in no test, and a run that is killed leaves nothing.
"""

import os
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from tests.memory import has_room

# The oldest that an installation may bring along; the wheels bring the newest.
POSTGRES_IMAGE, REDIS_IMAGE = "postgres:15", "redis:7"
DATA = "/var/lib/postgresql/data"
# Nobody reads anything twice of a database that is gone within seconds, and none outlives its machine.
FLEETING = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",
}
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "jit": "off"}


def container(stack: ExitStack, kind: str) -> str | None:
    """The address of a container of that kind, where the tests were told to and an engine answers.

    Args:
        stack: ends it.
        kind: `postgres` (a superuser's address) or `valkey`.
    """
    if os.environ.get("XIAOZU_TEST_CONTAINERS") != "1":
        return None
    command = [sys.executable, "-m", __name__, kind]
    held = stack.enter_context(
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, text=True)
    )
    stack.callback(held.communicate)  # closes what it reads, which is how it is told to end, and waits
    assert held.stdout is not None
    return held.stdout.readline().strip() or None


def hold(kind: str) -> None:
    """Start one, say where it is, and keep it until nobody listens any more."""
    if not _answers():
        return
    with _postgres() if kind == "postgres" else _valkey() as address:
        print(address, flush=True)
        sys.stdin.read()


@contextmanager
def _postgres() -> Any:
    from testcontainers.community.postgres import PostgresContainer

    made = PostgresContainer(POSTGRES_IMAGE, driver=None)
    if has_room():
        made.with_tmpfs_mount(DATA)
    made.with_command(["postgres", *(f"-c{name}={value}" for name, value in {**FLEETING, **CARELESS}.items())])
    with made:
        yield made.get_connection_url()


@contextmanager
def _valkey() -> Any:
    from testcontainers.community.redis import RedisContainer

    with RedisContainer(REDIS_IMAGE) as made:
        yield f"redis://{made.get_container_host_ip()}:{made.get_exposed_port(6379)}/0"


def _answers() -> bool:
    from docker import from_env
    from docker.errors import DockerException

    try:
        client = from_env(timeout=5)
    except DockerException:
        return False
    with closing(client):
        try:
            return bool(client.ping())
        except DockerException:
            return False


if __name__ == "__main__":
    hold(sys.argv[1])
