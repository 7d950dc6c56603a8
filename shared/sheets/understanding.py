"""What is done with an untrusted file in a program of its own: it is read, and a pure reader makes sense of it.

Apart, because a five-kilobyte file with one cell in the last corner of a sheet makes the parser ask for half a terabyte
and abort its process, and because whatever else is slow about a file then holds nobody but that program.
"""

import gc
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from shared.errors import Invalid
from shared.sheets.reading import RawBook, book_in, refused, workbook_of
from shared.sheets.wire import lines_of

ANSWER = 32 * 2**20
"""Bytes."""


def understood(source: bytes, *, reader: str, name: str, asked: Mapping[str, Any]) -> bytes:
    """The answer as lines. `reader`: module:function, empty for the book itself; `name`: of the file."""
    gc.disable()  # what a large table is made into is needed until the end of this program: to look it over is vain
    try:
        book = book_in(source, name)
        return _together(lines_of(_read(book, reader, asked) if reader else book))
    except Invalid as refusal:
        raise Invalid(refusal.detail, field="file") from refusal


def _read(book: RawBook, named: str, asked: Mapping[str, Any]) -> Any:  # noqa: ANN401  whatever that reader makes
    module, _, function = named.partition(":")
    reader = getattr(import_module(module), function)
    hints = get_type_hints(reader)
    told = {name: TypeAdapter(hints[name]).validate_python(value) for name, value in asked.items()}
    return reader(workbook_of(book), **told)


def _together(lines: Iterable[bytes]) -> bytes:
    found, size = [], 0
    for line in lines:
        found.append(line)
        size += len(line)
        if size > ANSWER:
            raise refused("wordy")
    return b"".join(found)
