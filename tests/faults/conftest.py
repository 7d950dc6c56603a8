import os
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.box.state import secrets_of
from deploy.embedded.postgres import OWNER, Postgres
from deploy.embedded.valkey import Valkey
from tests.faults.stack import Stack, prepare
from tests.installed import copied, installed

__all__ = ["installed"]


@pytest.fixture(scope="module")
def own_postgres(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL that may be restarted under everybody."""
    data = copied(installed, tmp_path_factory.mktemp("own") / "data")
    server = Postgres(data / "postgres", secrets=secrets_of(data), durable=False)
    server.start()
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
