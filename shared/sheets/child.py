"""A program of its own that reads one untrusted file and makes sense of it: asked on stdin, answered on stdout.

It is run apart because a five-kilobyte file with one cell in the last corner of a sheet makes the parser ask for half a
terabyte and abort its process, and because whatever else is slow about a file then holds nobody but this child. It
knows no secret, reaches no database, writes no file, and has a ceiling on memory and time.

Asked: a line of JSON (`reader` as module:function, the file's `name`, what else the reader is `asked`), then the file.
"""

import json
import resource
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

MEMORY = 1024**3
SECONDS = 40
TOO_MUCH = 3
"""The exit code of one that memory did not suffice for."""
ANSWER = 32 * 1024**2
"""Bytes."""


def limit(what: int, most: int) -> None:
    """Set a ceiling for this process, never above the one that it was given."""
    hard = resource.getrlimit(what)[1]
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def understood(asked: dict[str, Any], source: bytes) -> list[bytes]:
    """The lines of the answer."""
    from pydantic import TypeAdapter  # noqa: PLC0415  after the ceilings are set

    from shared.sheets.reading import book_in, refused, workbook_of  # noqa: PLC0415
    from shared.sheets.wire import lines_of  # noqa: PLC0415

    found = book_in(source, asked["name"])
    if asked["reader"]:
        module, _, function = asked["reader"].partition(":")
        reader = getattr(import_module(module), function)
        hints = get_type_hints(reader)
        told = {name: TypeAdapter(hints[name]).validate_python(value) for name, value in asked["asked"].items()}
        found = reader(workbook_of(found), **told)
    lines, size = [], 0
    for line in lines_of(found):
        lines.append(line)
        size += len(line)
        if size > ANSWER:
            raise refused("wordy")
    return lines


def main() -> None:
    """Read stdin, print the answer."""
    limit(resource.RLIMIT_AS, MEMORY)
    limit(resource.RLIMIT_CPU, SECONDS)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, 0)
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from shared.errors import Invalid  # noqa: PLC0415
    from shared.sheets.wire import REFUSED  # noqa: PLC0415

    asked = json.loads(sys.stdin.buffer.readline())
    try:
        lines = understood(asked, sys.stdin.buffer.read())
    except Invalid as refusal:
        lines = [REFUSED + b"\t" + json.dumps(refusal.detail).encode()]
    except MemoryError:
        sys.exit(TOO_MUCH)
    sys.stdout.buffer.writelines(lines)


if __name__ == "__main__":
    main()
