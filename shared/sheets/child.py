"""A program of its own that parses one untrusted workbook from stdin and prints its cells as JSON.

It is run apart because a five-kilobyte file with one cell in the last corner of a sheet makes the parser ask for half a
terabyte and abort its process; here that is a child with a ceiling on memory and time. It imports no project code.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from math import isfinite
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY = 1536 * 1024 * 1024
SECONDS = 60
SHEETS, COLUMNS = 200, 256


def plain(value: Any) -> Any:  # noqa: ANN401
    """A cell's value as JSON can hold it; dates and times as a pair."""
    if isinstance(value, datetime):
        return ["datetime", value.replace(tzinfo=None).isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, time):
        return ["time", value.isoformat()]
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return None if value == "" else value


def sheet(workbook: CalamineWorkbook, name: str, visible: bool, rows_left: int) -> dict[str, Any]:  # noqa: FBT001
    """One sheet's rows from A1 on, and its merged ranges."""
    found = workbook.get_sheet_by_name(name)
    height = found.end[0] + 1 if found.end else 0
    if height > rows_left:
        raise OverflowError
    rows = found.to_python(skip_empty_area=False) if height else []
    return {
        "name": name,
        "visible": visible,
        "rows": [[plain(value) for value in row[:COLUMNS]] for row in rows],
        "merged": found.merged_cell_ranges or [],
    }


def parsed(data: bytes, most_rows: int) -> dict[str, Any]:
    """The whole workbook, or the word for why not."""
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets: list[dict[str, Any]] = []
        for meta in workbook.sheets_metadata[:SHEETS]:
            if meta.typ == SheetTypeEnum.WorkSheet:
                visible = meta.visible == SheetVisibleEnum.Visible
                sheets.append(sheet(workbook, meta.name, visible, most_rows - sum(len(s["rows"]) for s in sheets)))
    except PasswordError:
        return {"refused": "locked"}
    except OverflowError:
        return {"refused": "long"}
    except (CalamineError, ValueError, OSError):
        return {"refused": "broken"}
    return {"sheets": sheets}


def limit(what: int, most: int) -> None:
    """Set a ceiling for this process, never above the one that it was given."""
    hard = resource.getrlimit(what)[1]
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def main() -> None:
    """Read stdin, print one JSON object."""
    limit(resource.RLIMIT_AS, MEMORY)
    limit(resource.RLIMIT_CPU, SECONDS)
    limit(resource.RLIMIT_CORE, 0)
    answer = parsed(sys.stdin.buffer.read(), int(sys.argv[1]))
    json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
