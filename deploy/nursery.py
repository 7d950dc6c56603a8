"""The nursery of one box: it has loaded what web, worker and sweep need, and they are forked from it.

So the code is loaded once instead of three times, and stands in memory once: what a program never writes stays shared.
Called as `python -m deploy.nursery CONTROL SIGNS LISTENER NAME…` with three open descriptors (`-` where there is no
listener); in SIGNS the programs leave their signs of life (shared/pulse.py), in the order of their names.
An order on CONTROL is a JSON list of a program's name, with a descriptor for what it says, answered by the process id;
an empty one ends it.
The programs are its children, and end (in order, by SIGTERM) when it dies; it dies with the box.
"""

import ctypes
import gc
import json
import mmap
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

from shared import pulse
from shared.forks import end_with_parent

WEB, WORKER, SWEEP = "web", "worker", "sweep"
PR_SET_NAME = 15
SIZE_MAX = 65536


def main(control_fd: str, signs_fd: str, listener_fd: str, *names: str) -> None:
    """Load, then give birth as often as the box orders it, until the box hangs up."""
    control = socket.socket(fileno=int(control_fd))
    signs = mmap.mmap(int(signs_fd), pulse.size(len(names)))
    listener = None if listener_fd == "-" else socket.socket(fileno=int(listener_fd))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has ended is gone at once: the box looks for the number
    gc.disable()
    load(names)
    children: list[int] = []
    while order := json.loads((heard := socket.recv_fds(control, SIZE_MAX, 1))[0] or "null"):
        if not children:  # only now has the box a database to be sure of
            warm_up()
        (name,), (output,) = order, heard[1]
        pulse.keep(signs, names.index(name))  # as it is forked, it knows
        children.append(born(name, output, control, listener))
        os.close(output)
        control.send(str(children[-1]).encode())
    if order is not None:  # a farewell: whoever is still there has not heard it
        for child in children:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)


def load(names: Sequence[str]) -> None:
    """Import what the programs need, and what their libraries would only import once they run."""
    _load_without("structlog", "rich")  # which would only colour what goes to a file
    _load_without(
        "billiard.util", "cffi"
    )  # with which it parses C, 9 MiB in each child, to say one number to the kernel
    from deploy.houses import load as load_houses
    from deploy.houses import speak_softly
    from shared import queue
    from shared.settings import settings

    speak_softly()
    load_houses(settings().served)
    if WORKER in names:
        queue.prepare()
    if WEB in names:
        from deploy import web

        web.prepare()


def _load_without(module: str, other: str) -> None:
    """Import a library that would import another one, only because it is there."""
    sys.modules[other] = None  # type: ignore[assignment]
    import_module(module)
    del sys.modules[other]


def warm_up() -> None:
    """Do once what each program would do with its first transaction; then keep the collector away from all of it."""
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.orm import configure_mappers

    from deploy import sweep
    from shared import db, work
    from shared.settings import settings

    configure_mappers()
    with suppress(DBAPIError):  # each program waits for the database by itself
        for service in settings().served * 2:
            work.ready(service)
            sweep.seal()
    db.engine().dispose()
    gc.collect()
    gc.freeze()


def born(name: str, output: int, control: socket.socket, listener: socket.socket | None) -> int:
    """Fork a program; returns its number."""
    nursery = os.getpid()
    child = os.fork()
    if child:
        return child
    end_with_parent(signal.SIGTERM)
    if os.getppid() != nursery:  # it died before we asked
        os._exit(1)
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_NAME, f"xiaozu-{name}".encode())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    control.close()
    for one in (sys.stdout, sys.stderr):
        os.dup2(output, one.fileno())
    os.close(output)
    if listener and name != WEB:
        listener.close()
    gc.enable()
    _programs(listener)[name]()
    sys.exit()


def _programs(listener: socket.socket | None) -> dict[str, Callable[[], None]]:
    from deploy import sweep
    from shared import db, queue

    def web() -> None:
        from deploy.web import serve

        assert listener  # noqa: S101  the box opens it for the web
        serve(listener)

    def worker() -> None:
        db.give_signs()
        queue.answer_bells()

    def swept() -> None:
        db.give_signs()
        sweep.main()

    return {WEB: web, WORKER: worker, SWEEP: swept}


if __name__ == "__main__":
    main(*sys.argv[1:])
