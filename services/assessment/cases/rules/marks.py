"""What a person types of a leader's year: how it is read from a form, and from the office's own sheet. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.assessment.schemes.rules import ByHand, hundredths, written
from shared.errors import Invalid
from shared.shapes import half_width
from shared.tables import Cell, Sheet, Workbook, compact
from shared.tables.aside import said_of
from shared.tables.seen import as_seen, unseen_said

BRANCH_WORDS: Final = ("党支部", "支部", "所在党支部")
GROUP_WORDS: Final = ("党小组", "小组", "所在党小组")
PERSON_WORDS: Final = ("党小组长", "姓名", "组长")
BASIS: Final = "依据"
SCANNED_ROWS: Final = 20
"""The heading stands within so many rows from the top."""
OTHER_SHEET: Final = "没有找到表头：表里应当有“党小组长”一列，和方案里手工录入的项目。可以先下载空表，填好再上传。"


class Mistyped(Invalid):
    """What was typed does not fit: each field with its sentence."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("请检查填写的评分，改好再保存；还没有保存任何一项。")
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A leader in a sheet that was handed in; `cells`: what stands under each heading, `at`: the first cell."""

    branch: str
    group: str
    person: str
    basis: str
    at: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class SheetOfMarks:
    """What was understood of a file: its leaders, in the order of its rows; what was not read, as sentences."""

    rows: list[SheetRow]
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listed:
    """A leader of a year as a sheet may name him."""

    case_id: int
    branch: str
    group: str
    person: str


def field_of(what: str, case_id: int, key: str) -> str:
    """The name of a field of the form: `points-7-survey`."""
    return f"{what}-{case_id}-{key}"


def points_typed(text: str, indicator: ByHand) -> int:
    """Hundredths from what was typed for an indicator; Invalid where it is no figure, or more than it is worth."""
    try:
        points = figure(text)
    except ValueError:
        raise Invalid(f"{indicator.name}应为 0 到 {written(indicator.points)} 之间的数，最多两位小数。") from None
    refuse_beyond(points, indicator)
    return points


def figure(text: str) -> int:
    """Hundredths from what somebody wrote, in whatever width and with or without 分; ValueError where it is none."""
    return hundredths(str(half_width(text)).strip().removesuffix("分").strip())


def says(text: str, points: int) -> bool:
    """Whether what stands in a sheet is the same: 9.50 is 9.5."""
    try:
        return figure(text) == points
    except ValueError:
        return False


def refuse_beyond(points: int, indicator: ByHand) -> None:
    """No more than the indicator is worth."""
    if points > indicator.points:
        raise Invalid(f"{indicator.name}最高 {written(indicator.points)} 分，填的是 {written(points)} 分。")


# --- from the office's own sheet ---


def read_marks(book: Workbook) -> SheetOfMarks:
    """The leaders of the first sheet that has a heading with their names, as whoever looks at it sees them."""
    for asked in book.sheets:
        sheet = as_seen(asked)
        for at, row in enumerate(sheet.rows[:SCANNED_ROWS]):
            headings = [compact(cell.text) for cell in row]
            if _first(headings, PERSON_WORDS) is not None:
                read = _read(sheet, headings, [each for each in sheet.rows[at + 1 :] if _named(headings, each)])
                hidden = unseen_said(asked, at)
                return SheetOfMarks(read.rows, [hidden, *read.unread] if hidden else read.unread)
    raise Invalid(OTHER_SHEET, field="file")


def _read(sheet: Sheet, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> SheetOfMarks:
    """The rows that are seen whole; a hidden row, and a cell that does not count, is named."""
    found = SheetOfMarks([])
    for row in rows:
        if row[0].row in sheet.hidden:
            found.unread.append(f"{row[0].address}：这一行在表格里是隐藏的，没有读入；要读入请先取消隐藏。")
            continue
        marked = [cell for heading, cell in zip(headings, row, strict=True) if heading and cell.mark]
        found.unread.extend(f"{cell.address}：{said_of(cell)}，没有读入。" for cell in marked)
        plain = [Cell(None, "", cell.row, cell.column) if cell.mark else cell for cell in row]
        if _named(headings, plain):
            found.rows.append(_row(headings, plain))
    return found


def _first(headings: Sequence[str], words: Iterable[str]) -> int | None:
    return next((headings.index(word) for word in words if word in headings), None)


def _text(headings: Sequence[str], row: Sequence[Cell], words: Iterable[str]) -> str:
    at = _first(headings, words)
    return "" if at is None else compact(row[at].text)


def _named(headings: Sequence[str], row: Sequence[Cell]) -> bool:
    """Whether it is the row of somebody: a total, or whoever signs under the list, has no group."""
    return bool(_text(headings, row, PERSON_WORDS)) and bool(_text(headings, row, GROUP_WORDS))


def _row(headings: Sequence[str], row: Sequence[Cell]) -> SheetRow:
    basis = _first(headings, [BASIS])
    return SheetRow(
        branch=_text(headings, row, BRANCH_WORDS),
        group=_text(headings, row, GROUP_WORDS),
        person=_text(headings, row, PERSON_WORDS),
        basis="" if basis is None else row[basis].text,
        at=row[0].address,
        cells={heading: cell.text for heading, cell in zip(headings, row, strict=True) if heading and cell.text},
    )


def heading_of(indicator: ByHand) -> str:
    """The heading of its column in the sheet that is handed out."""
    return f"{indicator.name}（最高{written(indicator.points)}分）"


def filled_from(
    sheet: SheetOfMarks, leaders: Sequence[Listed], indicators: Sequence[ByHand]
) -> tuple[dict[str, str], list[str]]:
    """What a sheet puts into the fields of the form, and what of it was not understood, as sentences.

    A leader is found by his name and group, and by his branch where the sheet has one.
    """
    fields: dict[str, str] = {}
    problems = list(sheet.unread)
    for row in sheet.rows:
        found = [one for one in leaders if _is_meant(row, one)]
        if len(found) != 1:
            why = "名单里没有这名党小组长" if not found else "名单里有两名，请在表里写明党支部"
            problems.append(f"{row.at}：{row.person}（{row.group}），{why}。")
            continue
        for indicator in indicators:
            if text := _under(row, indicator):
                fields[field_of("points", found[0].case_id, indicator.key)] = text
                fields[field_of("basis", found[0].case_id, indicator.key)] = row.basis
    if not fields and not problems:
        problems.append("表里没有要录入的评分：请核对表头的项目名称和方案是否一致。")
    return fields, problems


def left_as_typed(
    fields: Mapping[str, str], there: Mapping[tuple[int, str], int], leaders: Sequence[Listed]
) -> tuple[dict[str, str], list[str]]:
    """The fields without what stands already (hundredths by case and key); what differs from it, as sentences."""
    names = {one.case_id: one.person for one in leaders}
    kept, problems = dict(fields), []
    for (case_id, key), points in there.items():
        text = kept.pop(field_of("points", case_id, key), "")
        kept.pop(field_of("basis", case_id, key), None)
        if text and not says(text, points) and case_id in names:
            problems.append(f"{names[case_id]}：表里是 {text}，已经录入 {written(points)} 分，没有改动。要改请更正。")
    return kept, problems


def _is_meant(row: SheetRow, one: Listed) -> bool:
    same = (compact(one.person), compact(one.group)) == (row.person, row.group)
    return same and row.branch in ("", compact(one.branch))


def _under(row: SheetRow, indicator: ByHand) -> str:
    names = (compact(indicator.name), compact(heading_of(indicator)))
    return next((row.cells[name] for name in names if name in row.cells), "")
