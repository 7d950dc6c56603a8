"""The servers and programs of one box, in the order in which they start, and how they are watched and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from deploy.backup.timer import Timer
from deploy.box import probe
from deploy.box.code import OURS, Code, ordered, withdraw
from deploy.box.logins import Logins
from deploy.box.nursery import Nursery
from deploy.box.programs import COMMANDS, NURSERY, ROOT, SWEEP, WEB, WORKER, Commands, Program, answers, is_open
from deploy.box.room import Room
from deploy.box.state import Box, BoxRefusal, secrets_of
from deploy.box.strain import Report, Strain, memory_free
from deploy.box.watch import Ask, Say, Watched, Watcher
from deploy.embedded.children import DoesNotStart, as_login
from deploy.embedded.postgres import OWNER, Postgres
from deploy.embedded.valkey import Valkey

READY_SECONDS = 60
ASK_AGAIN_SECONDS = 1
OWNER_URL = "XIAOZU_MIGRATE_DATABASE_URL"


class Stack:
    """Everything that one box runs. A server that the settings name elsewhere is not started here."""

    def __init__(self, data: Path, *, listener: socket.socket | None, commands: Commands, say: Say) -> None:
        self.data = data
        self._say = say
        self._listener = listener
        self._commands = commands
        self._watcher: Watcher | None = None
        self._report: Report | None = None
        self._timer = Timer(data)
        secrets, log = secrets_of(data), data / "log"
        given = os.environ.get
        self._logins = Logins(data)
        self._postgres = None
        if not given("XIAOZU_DATABASE_URL"):
            self._postgres = Postgres(data / "postgres", secrets=secrets, log=log / "postgres.log")
        self._valkey = None
        if not given("XIAOZU_REDIS_URL"):
            self._valkey = Valkey(data / "valkey", secrets=secrets, log=log / "valkey.log", login=self._logins.broker)
        self._room = Room(data, only_read=self._only_read, say=say)
        self._nursery: Nursery | None = None
        self._programs: dict[str, Program] = {}
        self.box: Box

    # -- start

    def start(self, *, migrate: bool = True) -> None:
        """Servers first and side by side, then the migrations, then the programs."""
        withdraw(self.data)
        self._room.look()
        if self._logins.why_root:
            self._say(f"程序只能以 root 运行：{self._logins.why_root}。程序和数据请放在例如 /opt、/srv 下面。")
        for server in self._servers():
            server.launch()
        self.box = self._described()
        self._open_nursery()  # it loads while the servers start
        for server in self._servers():
            server.wait()
        if migrate:
            self._migrate()
        self.box.write()  # from here on, commands may use it
        self._start_programs()
        self._write_state()
        self._report = self._reporting()
        self._watch()

    def _watch(self) -> None:
        """Look after everything that runs, from now on."""
        assert self._report  # noqa: S101  it is there before anything is watched
        report = self._report
        self._watcher = Watcher(
            self._watched, asks=self._asks(), say=self._say, log=self.data / "log", replaced=report.replaced
        )
        self._watcher.also("查看磁盘", self._room.look)
        self._watcher.also("告知安全管理员", report.go_on)
        self._watcher.also("写入 box.json", self._write_state)
        if WEB in self._commands and self._postgres:
            self._watcher.also("每天的备份", lambda: self._timer.look(self._env()))
        self._watcher.start()
        for name in ("postgres", "valkey"):  # they have been waited for
            self._watcher.heard(name)

    def _open_nursery(self) -> None:
        """Where all programs are our own they are forked from one process that has loaded them."""
        ours = all(COMMANDS.get(name) is command for name, command in self._commands.items())
        if self._commands and ours and sys.platform == "linux":
            self._nursery = self._nursery_of(OURS)
            self._nursery.start()

    def _nursery_of(self, code: Code) -> Nursery:
        log = self.data / "log" / f"{NURSERY}.log"
        return Nursery(
            list(self._commands),
            env=self._env(),
            log=log,
            listener=self._listener,
            login=self._logins.programs,
            code=code,
        )

    def _start_programs(self) -> None:
        env = self._env()
        for name, command in self._commands.items():
            listener = self._listener if name == WEB else None
            log = self.data / "log" / f"{name}.log"
            self._programs[name] = Program(
                name, command, env=env, log=log, listener=listener, nursery=self._nursery, login=self._logins.programs
            )
            self._programs[name].start()

    def wait_until_it_serves(self) -> None:
        """Return when the web answers; give up when it keeps dying."""
        host, port = self._address()
        deadline = time.monotonic() + READY_SECONDS
        while not answers(port, host):
            if (self._watcher and self._watcher.deaths.get(WEB, 0) > 2) or time.monotonic() > deadline:  # noqa: PLR2004
                msg = f"网页没有启动，原因见 {self._programs[WEB].log}"
                raise BoxRefusal(msg)
            time.sleep(0.02)
        if self._watcher:
            self._watcher.heard(WEB)

    def waits_for_set_up(self) -> bool:
        """Whether nobody can sign in yet. The web is asked: this process has no client of the database."""
        host, port = self._address()
        return is_open(port, host, path="/setup")

    def _migrate(self) -> None:
        from deploy.migrate import fingerprint

        # Kept in the cluster, so that it is restored with it; saves a look, and a client library in this process.
        seen = self._postgres.own("xiaozu_migrated") if self._postgres else None
        brought = fingerprint()
        if seen and seen.read_text() == brought:
            return
        self._upgrade()
        if seen:
            seen.write_text(brought)

    def _upgrade(self) -> None:
        self._say("正在检查、建立或升级数据库……")
        # A process of its own: what it needs in memory is given back when it ends.
        done = subprocess.run(
            [sys.executable, "-m", "deploy.migrate"],
            env={**os.environ, **self._env(), OWNER_URL: self.box.migrate_database_url},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            **as_login(self._logins.programs),
        )
        if done.returncode:
            log = self.data / "log" / "migrate.log"
            log.write_text(done.stdout + done.stderr)
            msg = f"数据库升级没有成功，原因见 {log}"
            raise BoxRefusal(msg)

    # -- other code

    def attend(self) -> None:
        """Let other code take over where somebody has asked for it (`xiaozu upgrade`); nobody notices."""
        if not (self._nursery and self._watcher and (code := ordered(self.data))):
            return
        self._watcher.stop(READY_SECONDS)  # who ends now ends because he was asked to
        refused = ""
        try:
            self._hand_over(self._nursery, self._nursery_of(code))
        except DoesNotStart as error:
            refused = str(error)
            self._say(f"{code.root} 的程序没有接手，原来的照常运行：{refused}")
        else:
            self._say(f"现在运行的是 {code.root} 的程序。")
        finally:
            self._write_state(refused)
            withdraw(self.data)
            self._watch()

    def _hand_over(self, before: Nursery, after: Nursery) -> None:
        """One program after the other; where one does not come up, those that had moved go back."""
        moved: list[Program] = []
        leaving = after
        try:
            for program in self._programs.values():
                program.move(after)
                moved.append(program)
            self._nursery, leaving = after, before
        except DoesNotStart:
            for program in moved:
                _go_back(program, before)
            raise
        finally:
            leaving.stop()

    # -- stop

    def stop(self) -> None:
        """Callers first, then the workers, then the servers; each within a bounded time."""
        if self._watcher:
            self._watcher.stop(READY_SECONDS)
        self._timer.stop()
        if self._report:
            self._report.stop()
        programs = self._programs
        if WEB in programs:
            programs[WEB].stop()
        workers = [programs[name] for name in (WORKER, SWEEP) if name in programs]
        for program in workers:
            program.ask(signal.SIGTERM)
        for program in workers:
            program.stop()
        if self._nursery:
            self._nursery.stop()
        for server in reversed(self._servers()):
            server.stop()
        (self.data / "box.json").unlink(missing_ok=True)

    def hurry(self) -> None:
        """Whoever asks twice does not want to wait: the programs are ended, the servers still stop cleanly."""
        for program in self._programs.values():
            program.ask(signal.SIGKILL)

    # -- what it is

    def _only_read(self, wanted: bool) -> None:  # noqa: FBT001  a switch
        if self._postgres:
            self._postgres.only_read(wanted)

    def _servers(self) -> list[Postgres | Valkey]:
        return [server for server in (self._postgres, self._valkey) if server]

    def _watched(self) -> dict[str, Watched]:
        first: dict[str, Watched | None] = {"postgres": self._postgres, "valkey": self._valkey, NURSERY: self._nursery}
        return {name: one for name, one in first.items() if one} | dict(self._programs)

    def _env(self) -> dict[str, str]:
        """What leads a program to this box; one without rights has no home in root's."""
        return self.box.environment() | ({"HOME": str(self.data)} if self._logins.programs else {})

    def _address(self) -> tuple[str, int]:
        assert self._listener  # noqa: S101  asked only where there is a web
        host, port = self._listener.getsockname()[:2]
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104

    def _described(self) -> Box:
        given = os.environ.get
        database = self._postgres.url() if self._postgres else given("XIAOZU_DATABASE_URL", "")
        owner = self._postgres.url(OWNER) if self._postgres else given(OWNER_URL) or database
        servers = {"postgres": self._postgres, "valkey": self._valkey}
        ports = {name: server.port for name, server in servers.items() if server}
        url, addresses = "", []
        if self._listener:
            host, ports[WEB] = self._address()
            url = _web_url(host, ports[WEB])
            addresses = [url, *_on_the_net(self._listener.getsockname()[0], ports[WEB])]
        return Box(
            data=self.data,
            pid=os.getpid(),
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            database_url=database,
            migrate_database_url=owner,
            redis_url=self._valkey.url() if self._valkey else given("XIAOZU_REDIS_URL", ""),
            url=url,
            addresses=addresses,
            ports=ports,
        )

    def _reporting(self) -> Report:
        disk = Strain("disk", self._room.share_free)
        log = self.data / "log" / "tell.log"
        return Report([disk, Strain("memory", memory_free)], env=self._env(), log=log, login=self._logins.programs)

    def _asks(self) -> dict[str, Ask]:
        """How each is asked whether it is there: who serves has to answer, of the others it is seen."""
        asks = {name: _seeing(one, children=name != NURSERY) for name, one in self._watched().items()}
        said = {"postgres": probe.SSL_REQUEST, "valkey": probe.PING}
        asks |= {name: _asking("127.0.0.1", port, said[name]) for name, port in self.box.ports.items() if name in said}
        asks |= {name: self._getting_on(name) for name in (WORKER, SWEEP) if self._nursery and name in asks}
        if WORKER in asks and self._valkey:
            asks[WORKER] = _leaning(asks[WORKER], self._valkey, asks["valkey"])
        return asks | ({WEB: _asking(*self._address(), probe.HTTP)} if WEB in self._programs else {})

    def _getting_on(self, name: str) -> Ask:
        """Of our own programs it is not enough that they are awake."""
        assert self._nursery  # noqa: S101  only what it bears gives signs
        one, sign = self._programs[name], partial(self._nursery.signs.of, name)

        def ask(seconds: int) -> None:
            probe.see_awake(one.pid or 0, seconds=seconds, children=True)
            probe.hear(sign, seconds=seconds)

        return ask

    def _write_state(self, refused: str | None = None) -> None:
        """Let others know which processes there are, and of which code, where that is not written yet."""
        pids = {name: one.pid for name, one in self._watched().items() if one.pid}
        code = str(self._nursery.code.root) if self._nursery else ""
        described = replace(self.box, pids=pids, code=code)
        if refused is not None:
            described = replace(described, refused=refused)
        if described != self.box:
            described.write()
            self.box = described


def _go_back(program: Program, nursery: Nursery) -> None:
    """Let it be of that nursery again; where it does not come up at once, the watcher sees to it."""
    try:
        program.move(nursery)
    except DoesNotStart:
        program.belong(nursery)


def _asking(host: str, port: int, said: bytes) -> Ask:
    return lambda seconds: probe.ask(host, port, said, seconds=seconds)


def _seeing(one: Watched, *, children: bool) -> Ask:
    """The nursery's children are watched by themselves: one that stands still must not take the others with it."""
    return lambda seconds: probe.see_awake(one.pid or 0, seconds=seconds, children=children)


def _leaning(ask: Ask, on: Watched, line: Ask) -> Ask:
    """Whoever is silent because the other one is, or was just replaced, is not at fault: that one is seen to first."""

    def leaning(seconds: int) -> None:
        before = on.pid
        try:
            ask(seconds)
        except probe.Silence:
            if on.pid == before and _answers(line):
                raise

    return leaning


def _answers(line: Ask) -> bool:
    try:
        line(ASK_AGAIN_SECONDS)
    except probe.Silence:
        return False
    return True


def end_survivors(stale: Box) -> None:
    """End the programs that outlived a box which was killed; the servers see to their own predecessors."""
    import psutil

    sessions = {stale.pids.get(name) for name in (WEB, WORKER, SWEEP, NURSERY)}
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            # A number may have been lent to a stranger meanwhile; a stranger does not know our folder.
            if os.getsid(process.pid) in sessions and process.environ().get("XIAOZU_DATA") == str(stale.data):
                process.kill()


def _web_url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _on_the_net(host: str, port: int) -> list[str]:
    """Where others in the building reach a box that listens everywhere."""
    if host != "0.0.0.0":  # noqa: S104
        return []
    import psutil

    families = [address for addresses in psutil.net_if_addrs().values() for address in addresses]
    return [
        _web_url(address.address, port)
        for address in families
        if address.family == socket.AF_INET and not address.address.startswith("127.")
    ]
