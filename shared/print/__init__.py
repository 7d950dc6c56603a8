"""Printing: a template of typst and plain data become an A4 PDF, the same bytes for the same data and moment.

It is made in a program of its own with a ceiling on memory and time: a slip in a template cannot hold the web.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.apart import Ceiling, Seats, Unfinished, apart
from shared.errors import Away

__all__ = ["pdf"]

PROGRAM = "shared.print.setting:printed"
CEILING = Ceiling(memory=2 * 2**30, seconds=30, answer=64 * 2**20, patience=30)
"""Its threads reserve far more memory than they use, which is some 100 MiB."""
SEATS = Seats(2, 6, 10.0, "现在打印的人太多，请稍后再试。")


def pdf(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The PDF of a template with its data.

    In the template `data` is the data; office.typ stands before it and sets the page, the fonts and the office's forms.
    `made_at` is written into the file as its date. Raises Away where it takes too long, or too many print.
    """
    said = json.dumps(data, ensure_ascii=False).encode()
    moment = int(made_at.timestamp())
    try:
        return apart(PROGRAM, said, ceiling=CEILING, seats=SEATS, template=str(template), made_at=moment)
    except Unfinished as ended:
        if ended.beyond:
            raise Away("打印没有完成，请稍后再试。") from None
        message = f"{template.name} was not printed: {ended.said}"
        raise RuntimeError(message) from None
