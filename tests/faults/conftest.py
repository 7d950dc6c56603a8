import os
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.embedded.postgres import OWNER, Postgres
from deploy.embedded.valkey import Valkey
from deploy.migrate import upgrade_all
from tests.faults.stack import Stack, prepare


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL that may be restarted under everybody."""
    server = Postgres(tmp_path_factory.mktemp("postgres"), durable=False)
    server.start()
    upgrade_all(server.url(OWNER))
    yield server
    server.kill()


@pytest.fixture
def stack(own_postgres: Postgres, tmp_path: Path) -> Iterator[Stack]:
    """An installation without processes yet: a test starts the ones that it wants."""
    name = f"trial_{time.monotonic_ns()}"
    with psycopg.connect(own_postgres.url(OWNER, database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name} template xiaozu strategy file_copy")
    valkey = Valkey(tmp_path / "valkey")
    valkey.start()
    seed = int(os.environ.get("XIAOZU_TEST_SEED", time.time_ns() % 1_000_000))
    made = Stack(postgres=own_postgres, valkey=valkey, database=name, folder=tmp_path, seed=seed)
    prepare(made.owner_url)
    yield made
    made.close()
    valkey.kill()
