"""Readers that behave badly, for a program of its own to be called with."""

import os
from dataclasses import dataclass
from pathlib import Path

from shared.tables import Workbook


@dataclass(frozen=True)
class Seen:
    """What a reader saw."""

    words: list[str]


def for_ever(workbook: Workbook) -> Seen:
    while workbook:
        pass
    return Seen([])


def greedy(workbook: Workbook) -> Seen:
    return Seen([str(workbook) * 2**33])


def falls(workbook: Workbook) -> Seen:
    raise KeyError(workbook)


def prying(workbook: Workbook) -> Seen:
    return Seen(list(os.environ))


def writing(workbook: Workbook, *, where: str) -> Seen:
    try:
        Path(where).write_text("x" * 10_000)
    except OSError as error:
        return Seen([type(error).__name__])
    return Seen([])


def counting(workbook: Workbook, *, least: int) -> Seen:
    return Seen([cell.text for row in workbook.sheets[0].rows for cell in row if len(cell.text) >= least])


def wordy(workbook: Workbook) -> Seen:
    return Seen(["字" * 1_000] * 20_000)
