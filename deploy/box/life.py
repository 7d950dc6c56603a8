"""A box's life: one process runs it for a folder; every other one finds it there, or starts one for itself."""

import fcntl
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from deploy.box.programs import COMMANDS, SWEEP, WEB, WORKER, Commands, listen
from deploy.box.stack import Stack, end_survivors
from deploy.box.state import AlreadyRunning, Box, BoxRefusal, PortInUse, locked, prepare_folder, tighten, unseen
from deploy.box.watch import Say
from deploy.embedded.children import DoesNotStart

HOST, PORT, PORTS_TRIED = "127.0.0.1", 8000, 100
STARTING_SECONDS = 120  # the first start makes the database; an upgrade may take a while
LOCK, USERS = "box.lock", "box.users"
NEXT_STEP = "还没有人能登录。下一步：另开一个终端，在这里运行 xiaozu setup，用它打印的设置码在网页上设置。"


def say(text: str) -> None:
    """One line for the person at the terminal."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def serve(
    data: Path, *, host: str = HOST, port: int | None = None, commands: Commands = COMMANDS, say: Say = say
) -> None:
    """Run the box of a folder until a signal ends it: SIGTERM, SIGHUP or Ctrl-C."""
    with suppress(KeyboardInterrupt, _Ended), _started(data, commands, host=host, port=port, say=say) as stack:
        wait_for_a_signal(stack.attend)
    say("小组已停止。")


def wait_for_a_signal(attend: Callable[[], None]) -> None:
    """Let the box serve, and attend to what is asked of it, until somebody wants it to end; a signal raises."""
    while not _Signals.came:
        time.sleep(0.5)  # signal.pause() would sleep on when the signal comes just before it
        attend()
    raise _Ended(128 + _Signals.came)


def running(data: Path) -> Box | None:
    """The box that runs for this folder, waited for while it is starting."""
    data = data.absolute()
    deadline = time.monotonic() + STARTING_SECONDS
    while (data / LOCK).exists() and time.monotonic() < deadline:
        with locked(data / LOCK) as free:
            if free:
                return None
        if (found := Box.read(data)) and _is_alive(found.pid):
            return found
        time.sleep(0.05)
    return None


@contextmanager
def box(
    data: Path,
    *,
    web: bool = False,
    work: bool = False,
    migrate: bool = True,
    commands: Commands = COMMANDS,
    say: Say = say,
) -> Iterator[Box]:
    """The running box of a folder, or one started for as long as the block runs; settings lead to it.

    `web` and `work` say what the block needs besides the two servers; `migrate` brings the database of a box started
    here up to date. Where the settings name a database already, that one is meant, and nothing is started.
    """
    if os.environ.get("XIAOZU_DATABASE_URL"):
        yield _named_by_settings(data)
        return
    data = data.absolute()
    with _users(data) as found:
        if found and (found.serves or not web) and (found.works or not work):
            with _settings_of(found):
                yield found
            return
    if found:
        say(f"等待另一条命令（进程 {found.pid}）结束……")
        with locked(data / LOCK, fcntl.LOCK_EX):
            pass
    wanted = {WEB: web, WORKER: work, SWEEP: work}
    chosen = {name: command for name, command in commands.items() if wanted[name]}
    with _started(data, chosen, migrate=migrate, say=say) as stack, _settings_of(stack.box):
        yield stack.box


# -- starting


@contextmanager
def _started(
    data: Path, commands: Commands, *, host: str = HOST, port: int | None = None, migrate: bool = True, say: Say
) -> Iterator[Stack]:
    """A box of our own, from here to the end of the block."""
    data = data.absolute()
    prepare_folder(data)
    if tighten(data):
        say(f"数据文件夹 {data} 原来别的用户也能打开，现在已经关上：只有它的主人能看。")
    with _held(data), unseen(), _signals() as signals:
        if stale := Box.read(data):
            end_survivors(stale)
            (data / "box.json").unlink(missing_ok=True)
        listener = _listener(host, port, say) if WEB in commands else None
        stack = Stack(data, listener=listener, commands=commands, say=say)
        try:
            stack.start(migrate=migrate)
            if WEB in commands:
                stack.wait_until_it_serves()
                say(_greeting(stack.box))
                if stack.waits_for_set_up():
                    say(NEXT_STEP)
            yield stack
        except DoesNotStart as error:
            raise BoxRefusal(str(error)) from error
        finally:
            signals.then(stack.hurry)
            if WEB not in commands:
                _wait_for_users(data)
            stack.stop()
            if listener:
                listener.close()


@contextmanager
def _held(data: Path) -> Iterator[None]:
    """Be the one who runs this folder's box; a look by `running` holds the lock for a moment only."""
    for _ in range(20):
        with locked(data / LOCK) as ours:
            if ours:
                yield
                return
        time.sleep(0.02)
    found = running(data)
    where = found.url if found and found.url else "没有网页，正由另一条命令使用"
    pid = found.pid if found else "未知"
    msg = f"小组已经在运行：{where}（进程 {pid}，数据文件夹 {data}）。"
    raise AlreadyRunning(msg)


def _listener(host: str, port: int | None, say: Say) -> socket.socket:
    if port is not None:
        try:
            return listen(host, port)
        except OSError as error:
            msg = f"不能在 {host} 的 {port} 端口上提供网页：{_reason(error)}。请换一个端口（--port）。"
            raise PortInUse(msg) from error
    for candidate in range(PORT, PORT + PORTS_TRIED):
        with suppress(OSError):
            listener = listen(host, candidate)
            if candidate != PORT:
                say(f"{PORT} 端口已被占用，改用 {candidate}。")
            return listener
    return listen(host, 0)


def _reason(error: OSError) -> str:
    import errno

    known = {
        errno.EADDRINUSE: "端口已被占用",
        errno.EACCES: "没有权限（1024 以下的端口要管理员）",
        errno.EADDRNOTAVAIL: "本机没有这个地址",
    }
    return known.get(error.errno or 0, str(error))


def _greeting(box: Box) -> str:
    return f"小组已启动：{'  '.join(box.addresses)}（数据文件夹 {box.data}；按 Ctrl-C 停止）"


# -- ending


class _Ended(SystemExit):
    """A signal asked us to end."""


class _Signals:
    """The first signal ends the block; what later ones do is said by `then`."""

    came = 0  # the first one's number: what it raised is lost where Python was just clearing up after some object

    def __init__(self) -> None:
        self._later: Callable[[], None] | None = None

    def then(self, later: Callable[[], None]) -> None:
        self._later = later

    def __call__(self, number: int, _: FrameType | None) -> None:
        _Signals.came = number
        if self._later:
            self._later()
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            raise _Ended(128 + number)


@contextmanager
def _signals() -> Iterator[_Signals]:
    """SIGTERM, SIGHUP (unless we are to survive it) and Ctrl-C end the block in order, not the process at once."""
    chosen = _Signals()
    _Signals.came = 0
    if threading.current_thread() is not threading.main_thread():
        yield chosen
        return
    numbers = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, chosen) for number in numbers}
    try:
        yield chosen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# -- using


@contextmanager
def _users(data: Path) -> Iterator[Box | None]:
    """The running box, kept from ending while we use it; None when there is none."""
    if running(data) is None:
        yield None
        return
    with locked(data / USERS, fcntl.LOCK_SH):
        yield running(data)  # again: it may have ended before we said that we use it


def _wait_for_users(data: Path) -> None:
    with locked(data / USERS, fcntl.LOCK_EX):
        (data / "box.json").unlink(missing_ok=True)


@contextmanager
def _settings_of(found: Box) -> Iterator[None]:
    """Lead this process's settings to the box, and away from it afterwards."""
    with led_by(found.environment()):
        yield


@contextmanager
def led_by(new: Mapping[str, str]) -> Iterator[None]:
    """Settings of this process for as long as the block runs."""
    before = {name: os.environ.get(name) for name in new}
    os.environ.update(new)
    _forget_what_was_read()
    try:
        yield
    finally:
        _forget_what_was_read()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _forget_what_was_read() -> None:
    """Settings and connections are kept once read; only what has been imported can have read them."""
    if database := sys.modules.get("shared.db"):
        if database.engine.cache_info().currsize:
            database.engine().dispose()
        database.engine.cache_clear()
    if settings := sys.modules.get("shared.settings"):
        settings.settings.cache_clear()


def _named_by_settings(data: Path) -> Box:
    given = os.environ.get
    database = given("XIAOZU_DATABASE_URL", "")
    owner = given("XIAOZU_MIGRATE_DATABASE_URL") or database
    return Box(data.absolute(), os.getpid(), "", database, owner, given("XIAOZU_REDIS_URL", ""))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
