"""What the processes of one run share: one server, and whatever is made once; who needs a thing first makes it."""

import fcntl
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from deploy.box.state import locked
from deploy.embedded.postgres import OWNER, Postgres
from tests.memory import roomy

Made = TypeVar("Made")
LENT = "postgres"


@dataclass(frozen=True)
class Shelf:
    """A folder of things that were made; `common` where other processes look there too."""

    folder: Path
    common: bool

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` returns, made by the first who asks; a copy of one's own for each who asks."""
        kept = self.folder / f"{name}.made"
        with locked(self.folder / f"{name}.lock", fcntl.LOCK_EX):
            if not kept.exists():
                kept.write_bytes(pickle.dumps(make()))
            made: Made = pickle.loads(kept.read_bytes())
            return made


@pytest.fixture(scope="session")
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Where this run keeps what it has made."""
    own = tmp_path_factory.getbasetemp()
    common = lent_to(request.config) is not None
    return Shelf(own.parent if common else own, common)


def lent_to(config: pytest.Config) -> tuple[str, str] | None:
    """The server of all processes of this run, where one process leads several: its owner's address, the password."""
    lent: tuple[str, str] | None = getattr(config, "workerinput", {}).get(LENT)
    return lent


class Leading:
    """Of the process that leads the others: it has the server that they use, from the first to the last."""

    def __init__(self) -> None:
        self.server: Postgres | None = None
        self.ended = ExitStack()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Before another process starts, it is told of the server."""
        if self.server is None:
            factory: pytest.TempPathFactory = node.config._tmp_path_factory
            self.server = self.ended.enter_context(started(factory))
        owner = self.server.url(OWNER, database="postgres")
        node.workerinput[LENT] = (owner, self.server._secrets.get("xiaozu_app"))

    def pytest_unconfigure(self) -> None:
        """The last has ended."""
        self.ended.close()


# Nobody reads anything twice of a database that is gone within seconds, and each sign-in is cheap.
FLEETING = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",
    "scram_iterations": "1",
}


@contextmanager
def started(factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL for tests."""
    with roomy(lambda: factory.mktemp("postgres")) as folder:
        server = Postgres(folder, durable=False, more=FLEETING)
        server.start()
        try:
            yield server
        finally:
            server.kill()
