"""The same marks in an .xls, as xlrd tells them: what is hidden, struck out, unseen, greyed, and formulas that failed.

What does not hold together tells nothing here: its values are read as well.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

from shared.sheets.looks import BLACK, NOTHING, WHITE, Look, Rgb
from shared.sheets.marks import MOST_COLUMNS, Greys, Marks
from shared.tables.cells import STRUCK

EMPTY, NUMBER_ERROR, BLANK = 0, 5, 6
"""Types of cells, as the library has them: nothing, an error, a look alone."""
NO_FILL, SOLID = 0, 1


def marks_of_old(source: bytes) -> dict[str, Marks] | None:
    """The marks of each sheet by its name; None where they cannot be told."""
    import xlrd  # noqa: PLC0415  few files are of that kind

    try:
        # What it has to say of a file goes nowhere: the output of this program is its answer.
        book = xlrd.open_workbook(file_contents=source, formatting_info=True, ragged_rows=True, logfile=StringIO())
        looks = [_look(book, form) for form in book.xf_list]
        return {sheet.name: _marks(book, sheet, looks) for sheet in book.sheets()}
    except MemoryError:
        raise
    # The library raises whatever it stumbles over in a file that does not hold together: there is no list.
    except Exception:  # noqa: BLE001
        return None


def _look(book: Any, form: Any) -> Look:  # noqa: ANN401  the library says nothing of its types
    font, ground = book.font_list[form.font_index], form.background
    paper = WHITE if ground.fill_pattern == NO_FILL else None
    if ground.fill_pattern == SOLID:
        paper = _colour(book, ground.pattern_colour_index, None)
    shown = book.format_map[form.format_key].format_str if form.format_key in book.format_map else ""
    ink = _colour(book, font.colour_index, BLACK)
    return Look(bool(font.struck_out), ink, paper, shows=shown != NOTHING)


def _colour(book: Any, number: int, automatic: Rgb | None) -> Rgb | None:  # noqa: ANN401
    """A colour of the palette; beyond it stand the automatic ones."""
    found = book.colour_map.get(number)
    return Rgb(*found) if found else automatic


def _marks(book: Any, sheet: Any, looks: list[Look]) -> Marks:  # noqa: ANN401
    """The marks of one sheet."""
    marks, greys = Marks(), Greys()
    marks.hidden = sorted(row for row, told in sheet.rowinfo_map.items() if told.hidden)
    marks.columns = sorted(at for at, told in sheet.colinfo_map.items() if told.hidden or not told.width)
    marks.columns = [at for at in marks.columns if at < MOST_COLUMNS]
    telling = {at for at, look in enumerate(looks) if not look.plain}
    rich = {row for row, _ in sheet.rich_text_runlist_map}
    for row in range(sheet.nrows):
        types, forms = sheet.row_types(row), sheet._cell_xf_indexes[row]  # noqa: SLF001  a method asks cell by cell
        if telling.isdisjoint(forms) and NUMBER_ERROR not in types and row not in rich:
            continue  # as of most rows, there is nothing to say of it
        for column, (kind, form) in enumerate(zip(types, forms, strict=True)):
            if kind in {EMPTY, BLANK}:
                continue
            greys.note(row, grey=looks[form].grey)
            mark = _error(sheet, row, column) if kind == NUMBER_ERROR else looks[form].mark
            if mark or _struck(book, sheet, row, column):
                marks.cells.append((row, column, mark or STRUCK))
    marks.greyed = greys.rows
    return marks


def _error(sheet: Any, row: int, column: int) -> str:  # noqa: ANN401
    from xlrd.biffh import error_text_from_code  # noqa: PLC0415

    return str(error_text_from_code[sheet.cell_value(row, column)])


def _struck(book: Any, sheet: Any, row: int, column: int) -> bool:  # noqa: ANN401
    """Whether every run of a text is struck out."""
    runs = sheet.rich_text_runlist_map.get((row, column), ())
    return bool(runs) and runs[0][0] == 0 and all(book.font_list[font].struck_out for _, font in runs)
