"""What a box says of itself to its keepers: disk and memory that get scarce, a program that had to be replaced."""

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from deploy.box.state import inherited
from deploy.embedded.children import Child, Login, spawn

ROOT = Path(__file__).parent.parent.parent
LOOK_SECONDS = 10.0
LOW, NEARLY, WELL = 0.10, 0.01, 0.12  # shares that are free; well again only with some more, or it would go to and fro
AGAIN_SECONDS = 30.0  # the database did not take it
PATIENCE_SECONDS = 5.0
MEMINFO = Path("/proc/meminfo")


class Strain:
    """How scarce one thing is: said when it gets worse, and when it is well again."""

    def __init__(self, name: str, share: Callable[[], float]) -> None:
        self.name = name
        self._share = share
        self._level = "well"

    def look(self) -> str:
        """`disk_low`, `disk_nearly_full`, `disk_well` where that is new; otherwise nothing."""
        free = self._share()
        level = "nearly_full" if free < NEARLY else "low" if free < LOW else "well" if free >= WELL else self._level
        if level == self._level or (self._level, level) == ("nearly_full", "low"):
            return ""
        self._level = level
        return f"{self.name}_{level}"


def memory_free() -> float:
    """The share of the memory that programs can still have; all of it where nothing is known."""
    with suppress(OSError, ValueError, KeyError):
        lines = dict(line.split(":", 1) for line in MEMINFO.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) / int(lines["MemTotal"].split()[0])
    return 1.0


class Report:
    """What is still to be told, each by a short process; what the database did not take is told again later."""

    def __init__(self, strains: list[Strain], *, env: Mapping[str, str], log: Path, login: Login | None = None) -> None:
        self._strains = strains
        self._env, self._log, self._login = {**inherited(), **env}, log, login
        self._waiting: dict[str, str] = {}
        self._telling: tuple[str, str, Child] | None = None
        self._looked = self._failed = -AGAIN_SECONDS

    def replaced(self, name: str) -> None:
        """A server or program was started again."""
        self._waiting[name] = "program_replaced"

    def go_on(self) -> None:
        """Look at what may be scarce, and tell what waits."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            for strain in self._strains:
                if change := strain.look():
                    self._waiting[strain.name] = change  # in the place of what is older
        if self._telling:
            self._hear(*self._telling)
        elif self._waiting and time.monotonic() - self._failed > AGAIN_SECONDS:
            part, change = self._waiting.popitem()
            command = [sys.executable, "-m", "deploy.box.tell", part, change]
            self._telling = part, change, spawn(command, env=self._env, log=self._log, cwd=ROOT, login=self._login)

    def stop(self) -> None:
        """Tell nothing any more; one that is still telling is ended with the box."""
        if self._telling:
            self._telling[-1].stop(patience=PATIENCE_SECONDS)
            self._telling = None

    def _hear(self, part: str, change: str, child: Child) -> None:
        if child.exit_code is None:
            return
        self._telling = None
        if child.exit_code:
            self._failed = time.monotonic()
            self._waiting.setdefault(part, change)
