"""The hour of the daily backup, for the process that watches over a box: it loads nothing, and starts a child."""

import json
import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy.backup.keep import is_due
from deploy.embedded.children import Child, spawn

ROOT = Path(__file__).parent.parent.parent
ZONE = ZoneInfo("Asia/Shanghai")
LOOK_SECONDS = 60.0
SETTLED_SECONDS = 600.0  # whoever has just switched the machine on wants to work with it
AGAIN_SECONDS = 3600.0  # not more often, even where no note can be taken
PATIENCE_SECONDS = 10.0
OFF, USUAL = -1, 2
STATE = "backup.json"


class Timer:
    """Starts the backup of the day once its hour has come."""

    def __init__(self, data: Path, *, after: float = SETTLED_SECONDS) -> None:
        self._data = data
        self._child: Child | None = None
        self._look_at = time.monotonic() + after
        self._hour = _hour()

    def look(self, environment: dict[str, str]) -> None:
        """Start it where it is due; whoever calls may call often."""
        if self._hour == OFF or time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_SECONDS
        now = datetime.now(ZONE)
        if (self._child is None or self._child.exit_code is not None) and is_due(now, self._tried(now), self._hour):
            self._note(now)
            self._look_at += AGAIN_SECONDS
            command = [sys.executable, "-m", "deploy.backup", str(self._data)]
            env = {**os.environ, **environment}
            with suppress(OSError):  # a full disk ends no watcher
                self._child = spawn(command, env=env, log=self._data / "log" / "backup.log", cwd=ROOT)

    def stop(self) -> None:
        """End one that is under way; what it had made so far is taken away."""
        if self._child:
            self._child.stop(patience=PATIENCE_SECONDS)

    def _tried(self, now: datetime) -> datetime:
        """When the last one was begun; a new installation begins with the next hour."""
        with suppress(OSError, ValueError, KeyError):
            return datetime.fromisoformat(json.loads((self._data / STATE).read_text())["tried"])
        self._note(now)
        return now

    def _note(self, now: datetime) -> None:
        with suppress(OSError):  # on a full disk it is tried again, until there is room
            (self._data / STATE).write_text(json.dumps({"tried": now.astimezone(UTC).isoformat()}))


def _hour() -> int:
    """Of the settings, which the box itself does not load; what is no hour is said by whoever does."""
    with suppress(ValueError):
        return int(os.environ.get("XIAOZU_BACKUP_HOUR", "") or USUAL)
    return OFF
