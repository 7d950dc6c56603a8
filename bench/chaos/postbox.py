"""The mail server of the trials: takes everything, and notes when each letter came: `seconds message-id` a line."""

import asyncio
import re
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import ClassVar, TextIO

from bench.sink import Mailbox, serve

NUMBER = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)


class Postbox(Mailbox):
    """One connection; a letter has come when it has come whole, whatever became of whoever brought it."""

    book: ClassVar[TextIO]

    def answer(self, line):
        if self.reading and (said := NUMBER.search(line)):
            self.book.write(f"{time.time():.3f} {said[1].decode()}\n")
            self.book.flush()
        return super().answer(line)


def arrivals(book):
    """{message id: the moments at which it came}."""
    came = defaultdict(list)
    for line in Path(book).read_text().splitlines():
        at, number = line.split(" ", 1)
        came[number].append(float(at))
    return dict(came)


if __name__ == "__main__":
    with Path(sys.argv[2]).open("a") as Postbox.book:
        asyncio.run(serve(int(sys.argv[1]), Postbox))
