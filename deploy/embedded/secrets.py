"""Secrets that an installation makes for itself once: one JSON file, readable by its owner only."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def url_safe() -> str:
    """256 random bits that may stand in an address."""
    return secrets.token_urlsafe(32)


class Secrets:
    """Secrets by name, each made when it is first asked for."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def get(self, name: str, make: Callable[[], str] = url_safe) -> str:
        """The secret of that name."""
        kept = self._read()
        if name not in kept:
            kept[name] = make()
            self._write(kept)
        return kept[name]

    def has(self, name: str) -> bool:
        """Whether there is a secret of that name yet."""
        return name in self._read()

    def _read(self) -> dict[str, str]:
        if not self.file.exists():
            return {}
        found: dict[str, str] = json.loads(self.file.read_text())
        return found

    def _write(self, kept: dict[str, str]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(kept, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self.file)
