"""A mail server that takes everything, counts it, and forgets it. One process, so that its CPU can be counted."""

import asyncio
import json
import smtplib
import sys
from collections import Counter
from typing import ClassVar

END = b"\r\n.\r\n"
ANSWERS = {
    b"EHLO": b"250-sink\r\n250 PIPELINING",  # as every mail server in use
    b"HELO": b"250 sink",
    b"MAIL": b"250 ok",
    b"RSET": b"250 ok",
    b"NOOP": b"250 ok",
    b"DATA": b"354 go on",
    b"QUIT": b"221 bye",
}


class Mailbox(asyncio.Protocol):
    """One connection. `XSEEN` tells what has come in since the last `XNEW`, whoever brought it."""

    seen: ClassVar[Counter[bytes]] = Counter()

    def connection_made(self, transport):
        self.transport, self.buffer, self.to, self.reading = transport, b"", b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        self.buffer += data
        answers = b""
        while True:
            line, found, rest = self.buffer.partition(END if self.reading else b"\r\n")
            if not found:
                break
            self.buffer = rest
            answers += self.answer(line) + b"\r\n"
        if answers:
            self.transport.write(answers)

    def answer(self, line):
        if self.reading:
            self.reading = False
            self.seen[self.to] += 1
            return b"250 taken"
        verb = line[:4].upper()
        if verb == b"RCPT":
            self.to = line[8:].strip(b" <>")
            return b"250 ok"
        if verb in {b"XSEE", b"XNEW"}:
            return self.counted(forget=verb == b"XNEW")
        self.reading = verb == b"DATA"
        return ANSWERS.get(verb, b"502 what")

    def counted(self, *, forget):
        figures = {"letters": self.seen.total(), "addresses": len(self.seen)}
        if forget:
            self.seen.clear()
        return b"250 " + json.dumps(figures).encode()


class Seen:
    """The client's side: what the sink has taken."""

    def __init__(self, port):
        self._line = smtplib.SMTP("127.0.0.1", port, timeout=30)

    def forget(self):
        self._line.docmd("XNEW")

    @property
    def letters(self):
        return self._figures()["letters"]

    @property
    def addresses(self):
        return self._figures()["addresses"]

    def _figures(self):
        return json.loads(self._line.docmd("XSEEN")[1])


async def serve(port, mailbox=Mailbox):
    """Take letters until this process is ended."""
    server = await asyncio.get_running_loop().create_server(mailbox, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
