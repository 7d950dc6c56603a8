"""A line to a server that can stand still: what was said waits on it, nothing is closed, and later it goes on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

HELD = 65536


class Wire:
    """Every connection that was made through one port of this machine."""

    def __init__(self, host: str, port: int) -> None:
        self.to = (host, port)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.flows = threading.Event()  # what is connected from now on
        self.flows.set()
        self.laid: list[threading.Event] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze_what_is_connected(self) -> None:
        """Whoever connects anew is still answered."""
        for flows in self.laid:
            flows.clear()

    def freeze(self) -> None:
        """Nobody is answered any more, and nobody is turned away."""
        self.flows.clear()
        self.freeze_what_is_connected()

    def thaw(self) -> None:
        """What waits goes on."""
        for flows in (self.flows, *self.laid):
            flows.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.door.accept()
                threading.Thread(target=self._lay, args=[near], daemon=True).start()

    def _lay(self, near: socket.socket) -> None:
        self.flows.wait()
        flows = threading.Event()
        flows.set()
        self.laid.append(flows)
        with near, socket.create_connection(self.to) as far:
            back = threading.Thread(target=_pump, args=[far, near, flows], daemon=True)
            back.start()
            _pump(near, far, flows)
            back.join()


def _pump(source: socket.socket, sink: socket.socket, flows: threading.Event) -> None:
    with suppress(OSError):
        while said := source.recv(HELD):
            flows.wait()
            sink.sendall(said)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wired(url: str) -> Iterator[tuple[Wire, str]]:
    """A wire to the server of an address, and the address that leads through it."""
    parts = urlsplit(url)
    wire = Wire(parts.hostname or "", parts.port or 5432)
    user, at, _ = parts.netloc.rpartition("@")
    try:
        yield wire, urlunsplit(parts._replace(netloc=f"{user}{at}127.0.0.1:{wire.door.getsockname()[1]}"))
    finally:
        wire.thaw()
        wire.door.close()
