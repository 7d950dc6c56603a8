"""The watcher of a box: whoever has died or has fallen silent is started again, and no error of its own ends it."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from deploy.box.probe import Silence
from deploy.embedded.children import DoesNotStart

WATCH_SECONDS = 0.25
STEADY_SECONDS = 60  # who has lived so long is forgiven its earlier deaths
LONGEST_PAUSE = 30.0
HUNG_SECONDS = 10  # who says nothing for so long is replaced
FIRST_WORD_SECONDS = 60  # an old machine under load needs so long until a program can say anything
ASK_SECONDS = 1.0

Say = Callable[[str], None]
Ask = Callable[[int], object]  # waits so many seconds at most, then raises Silence


class Watched(Protocol):
    """What can be started again."""

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        ...

    @property
    def pid(self) -> int | None:
        """Its process."""
        ...

    def start(self) -> None:
        """Come up."""
        ...

    def kill(self) -> None:
        """End at once, with everything that it started."""
        ...


class Ear:
    """Listens to one of them, in a thread of its own: silence takes time, and the others must not wait for it."""

    def __init__(self, one: Watched, ask: Ask, ending: threading.Event) -> None:
        self.hung: int | None = None  # the process that has fallen silent
        self._one, self._ask, self._ending = one, ask, ending
        self._heard: int | None = None

    def listen(self) -> None:
        """Ask again and again until the box ends."""
        while not self._ending.is_set():
            if self._one.alive and (pid := self._one.pid) not in {None, self.hung}:
                self._listen_to(pid)
            self._ending.wait(ASK_SECONDS)

    def heard(self) -> None:
        """It has answered somebody else."""
        self._heard = self._one.pid

    def _listen_to(self, pid: int | None) -> None:
        with suppress(Exception):  # what keeps us from asking says nothing about who is asked
            try:
                self._ask(HUNG_SECONDS if pid == self._heard else FIRST_WORD_SECONDS)
                self._heard = pid
            except Silence:
                self.hung = pid


class Troubles:
    """What goes wrong again and again is said once, and counted until it is over."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._counts: dict[str, int] = {}

    def tried(self, what: str, run: Callable[[], object]) -> None:
        """Run something that must not end whoever runs it."""
        try:
            run()
        except Exception as error:  # noqa: BLE001  whatever it was: the watcher goes on
            self._counts[what] = self._counts.get(what, 0) + 1
            if self._counts[what] == 1:
                self.say(f"{what} 没有成功：{error}。会一直重试。")
        else:
            if times := self._counts.pop(what, 0):
                self.say(f"{what} 已恢复正常（此前失败 {times} 次）。")

    def say(self, text: str) -> None:
        """Say a line, where there is still somebody to hear it."""
        with suppress(OSError, ValueError):  # a full disk, a closed terminal
            self._say(text)


class Watcher:
    """Looks at everything that a box runs, four times a second."""

    def __init__(
        self,
        watched: Callable[[], Mapping[str, Watched]],
        *,
        asks: Mapping[str, Ask],
        say: Say,
        log: Path,
        replaced: Callable[[str], None],
    ) -> None:
        self.deaths: dict[str, int] = {}
        self._watched, self._asks, self._log, self._replaced = watched, asks, log, replaced
        self._troubles = Troubles(say)
        self._duties: dict[str, Callable[[], object]] = {}
        self._ending = threading.Event()
        self._ears: dict[str, Ear] = {}
        self._due: dict[str, float] = {}
        self._alive_since: dict[str, float] = {}
        self._thread: threading.Thread | None = None

    def also(self, what: str, run: Callable[[], object]) -> None:
        """Something else to be done at each look; `what` names it where it does not succeed."""
        self._duties[what] = run

    def start(self) -> None:
        """Watch from now on."""
        for name, ask in self._asks.items():
            ear = self._ears[name] = Ear(self._watched()[name], ask, self._ending)
            threading.Thread(target=ear.listen, name=f"ear-{name}", daemon=True).start()
        watching = threading.Thread(target=self._watch, name="watcher", daemon=True)
        watching.start()
        self._thread = watching  # only now: a signal may come in between, and what never started cannot be waited for

    def heard(self, name: str) -> None:
        """It has answered somebody else: from now on its silence counts."""
        if name in self._ears:
            self._ears[name].heard()

    def stop(self, patience: float) -> None:
        """Start nothing any more."""
        self._ending.set()
        if self._thread:
            self._thread.join(patience)

    def _watch(self) -> None:
        while not self._ending.wait(WATCH_SECONDS):
            for name, one in self._watched().items():
                self._troubles.tried(f"照看 {name}", partial(self._look, name, one))
            for what, run in self._duties.items():
                self._troubles.tried(what, run)

    def _look(self, name: str, one: Watched) -> None:
        if one.alive and self._has_fallen_silent(name, one):
            self._troubles.say(f"{name}（进程 {one.pid}）{HUNG_SECONDS} 秒没有回答，已强制结束。")
            one.kill()
        if one.alive:
            self._due.pop(name, None)
            if time.monotonic() - self._alive_since.setdefault(name, time.monotonic()) > STEADY_SECONDS:
                self.deaths.pop(name, None)
        elif name not in self._due:
            self._alive_since.pop(name, None)
            self._due[name] = time.monotonic() + self._announce_death(name, one)
        elif self._due[name] <= time.monotonic() and not self._ending.is_set():
            del self._due[name]
            self._start_again(name, one)

    def _has_fallen_silent(self, name: str, one: Watched) -> bool:
        return name in self._ears and self._ears[name].hung == one.pid

    def _announce_death(self, name: str, one: Watched) -> float:
        """Say that something has died; returns the seconds to wait before it is started again."""
        deaths = self.deaths[name] = self.deaths.get(name, 0) + 1
        pause = min(0.25 * float(2 ** min(deaths - 1, 10)), LONGEST_PAUSE)
        self._troubles.say(f"{name}（进程 {one.pid}）意外结束，{pause:g} 秒后重新启动；日志 {self._log / name}.log")
        return pause

    def _start_again(self, name: str, one: Watched) -> None:
        try:
            one.start()
        except (DoesNotStart, OSError) as error:
            self._troubles.say(f"{name} 没有重新启动：{error}")
            return
        self._troubles.say(f"{name} 已重新启动（进程 {one.pid}）。")
        self._replaced(name)
