"""A scheme as the fields of a form: what stands in them, what its buttons do to the rows, and back to a scheme.

A row has a number of its own for as long as the form is open; its fields are called `points-3`, `kinds-3`. The order of
the rows is that of the values of `row`. Nothing here knows of the web: a form is whatever gives its fields' texts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic import ValidationError

from services.assessment.schemes.rules.fitting import unfit
from services.assessment.schemes.rules.points import hundredths
from services.assessment.schemes.rules.scheme import Scheme
from services.assessment.schemes.rules.words import MEASURES
from shared.documents import problem_said
from shared.errors import Invalid
from shared.evidence import KINDS
from shared.systems import System

SAVE, ADD, REMOVE, UP = "save", "add", "remove", "up"
EXAMPLE: Final = "（示例）"

EARNING: Final = frozenset({"share", "attendance", "per_item", "hours", "by_hand"})  # these may be a bonus
WHOLE: Final = frozenset({"beyond", "full_at", "hours", "missing_at_least"})
# The fields of each measure, in the order of the page, with their labels.
PARTS: Mapping[str, Mapping[str, str]] = {
    "share": {"points": "满分"},
    "attendance": {"points": "满分", "full_at": "出勤率达到百分之几得满分"},
    "per_item": {"each": "每次几分", "points": "最高几分", "beyond": "超过几次以后才计分"},
    "hours": {"hours": "全年应满几小时", "points": "满分", "pro_rata": "按哪类活动应开展的月数折算"},
    "by_hand": {"points": "最高几分", "by": "由谁录入"},
    "deduct": {"each": "每缺一次扣几分", "points": "最多扣几分"},
    "veto": {"missing_at_least": "缺几次就否决"},
}
# What an indicator is worth, in a line.
WORTH: Mapping[str, str] = dict.fromkeys(("share", "attendance", "hours"), "满分 {points} 分") | {
    "per_item": "每次 {each} 分，最高 {points} 分",
    "by_hand": "最高 {points} 分",
    "deduct": "每缺一次扣 {each} 分，最多扣 {points} 分",
    "veto": "缺 {missing_at_least} 次就否决",
}
# What may stay empty: left out, or what the shape says by itself.
OPTIONAL: Final = frozenset({"full_at", "beyond", "pro_rata"})
OF_SCHEME: Mapping[str, str] = {
    "name": "方案名称",
    "version": "版本",
    "year_from": "从哪一年起适用",
    "year_to": "适用到哪一年",
    "points": "基础指标满分",
    "total_cap": "总分上限",
    "bonus_cap": "加分合计上限",
    "excellent": "优秀分数线",
    "competent": "称职分数线",
    "excellent_percent": "优秀比例（%）",
}
YEARS: Final = frozenset({"year_from", "year_to", "excellent_percent"})  # whole numbers
WORDS: Final = frozenset({"name", "version"})  # no figures
DIGITS_MAX: Final = 9
GRADES: Final = frozenset({"excellent", "competent"})


class Typed(Protocol):
    """A form that came in."""

    def text(self, name: str, default: str = "") -> str:
        """The text of a field."""
        ...

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        ...


class Misfits(Invalid):
    """What does not hold together: each field with its sentence."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("请检查方案的内容。")
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator in the form: the number of its fields, its measure, and what stands in each field."""

    number: int
    measure: str
    values: Mapping[str, Any]

    @property
    def parts(self) -> Mapping[str, str]:
        """The fields of its measure with their labels."""
        return PARTS[self.measure]

    @property
    def said(self) -> str:
        """What it is worth, in a line."""
        filled = {part: self.values.get(part) for part in self.parts}
        missing = any(f"{{{part}}}" in WORTH[self.measure] and not filled[part] for part in filled)
        return "分值未填" if missing else WORTH[self.measure].format_map(filled)


def rows_of(scheme: Scheme) -> list[Row]:
    """The rows of a form that begins with a scheme."""
    return [Row(number, one["measure"], one) for number, one in enumerate(scheme.as_data()["indicators"])]


def fields_of(scheme: Scheme) -> dict[str, Any]:
    """The other fields of a form that begins with a scheme, which is no longer the example then."""
    data = scheme.as_data()
    name = scheme.name.replace(EXAMPLE, "") or scheme.name
    return {name: value for name, value in (data | data["grades"]).items() if name in OF_SCHEME} | {"name": name}


def rows_typed(typed: Typed) -> list[Row]:
    """The rows of a form that came in, after what its button does: one more, one fewer, one moved up, or nothing."""
    numbers = [int(each) for each in dict.fromkeys(typed.all("row")) if _is_number(each)]
    done, _, where = typed.text("do").partition("-")
    at = numbers.index(int(where)) if _is_number(where) and int(where) in numbers else None
    if done == ADD:
        numbers.append(max(numbers, default=-1) + 1)
    elif done == REMOVE and at is not None:
        del numbers[at]
    elif done == UP and at:
        numbers[at - 1], numbers[at] = numbers[at], numbers[at - 1]
    rows = [_row(typed, number) for number in numbers]
    if done == ADD:
        rows[-1] = _blank(numbers[-1], _measure(typed.text("add")), _new_key([row.values["key"] for row in rows]))
    return rows


def base_typed(rows: Sequence[Row]) -> int:
    """What the base indicators are worth together by now, in hundredths; what is no figure counts nothing."""
    return sum(_worth(row) for row in rows if row.measure in EARNING and not row.values.get("bonus"))


def scheme_typed(typed: Typed) -> Scheme:
    """The scheme that a form holds; or Misfits, with a sentence at each field."""
    rows = rows_typed(typed)
    texts = {name: typed.text(name) for name in OF_SCHEME if typed.text(name)}
    whole = {name: text if name in WORDS else _figure(name in YEARS, text) for name, text in texts.items()}
    data = {name: value for name, value in whole.items() if name not in GRADES} | {
        "key": typed.text("scheme_key"),
        "applies_to": "leader",
        "over_base": bool(typed.text("over_base")),
        "grades": {name: whole.get(name) for name in GRADES},
        "indicators": [_indicator(row) for row in rows],
    }
    try:
        scheme = Scheme.model_validate(data)
    except ValidationError as wrong:
        raise Misfits(dict(_flaw(dict(each), rows) for each in reversed(wrong.errors(include_url=False)))) from None
    if flaw := unfit(scheme):
        at = [each.key for each in scheme.indicators].index(flaw[0])
        raise Misfits({f"kinds-{rows[at].number}": flaw[1]})
    return scheme


def _row(typed: Typed, number: int) -> Row:
    measure = _measure(typed.text(f"measure-{number}"))
    values = {name: typed.text(f"{name}-{number}") for name in ("key", "name", "bonus", *PARTS[measure])}
    return Row(number, measure, values | {"kinds": typed.all(f"kinds-{number}")})


def _blank(number: int, measure: str, key: str) -> Row:
    return Row(
        number, measure, {"name": "", "bonus": "", "kinds": []} | dict.fromkeys(PARTS[measure], "") | {"key": key}
    )


def _measure(text: str) -> str:
    return text if text in MEASURES else "share"


def _new_key(taken: Sequence[str]) -> str:
    """A key of letters only that no other row has."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return next(key for a in letters for b in letters if (key := f"item_{a}{b}") not in taken)


def _worth(row: Row) -> int:
    try:
        return hundredths(unicodedata.normalize("NFKC", str(row.values.get("points", ""))))
    except ValueError:
        return 0


def _figure(whole: bool, text: str) -> str | int:  # noqa: FBT001  a row of a table decides
    """A figure as the shape takes it: whole numbers as such, points as their text, wide digits as narrow ones."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return int(plain) if whole and _is_number(plain) else plain


def _is_number(text: str) -> bool:
    """A whole number that somebody may mean; what is longer stays a text, which the shape refuses at its field."""
    return text.isdecimal() and len(text) <= DIGITS_MAX


def _indicator(row: Row) -> dict[str, Any]:
    """A row as data of a scheme. A field that may stay empty and does is left out; any other has to be filled in."""
    values = {part: _figure(part in WHOLE, row.values[part]) for part in row.parts if row.values[part]}
    bonus = {"bonus": True} if row.measure in EARNING and row.values["bonus"] else {}
    named = {"key": row.values["key"], "name": row.values["name"], "measure": row.measure, "kinds": row.values["kinds"]}
    return named | values | bonus


def _flaw(error: Mapping[str, Any], rows: Sequence[Row]) -> tuple[str, str]:
    """The field of the form that a problem belongs to, and its sentence; it names the indicator where it is of one."""
    place = list(error["loc"])
    part = str(error.get("ctx", {}).get("field") or (place[-1] if place else ""))
    said = "请填写" if _is_empty(error) else problem_said(error)
    if place[:1] != ["indicators"]:
        return part, f"{said}。"
    if len(place) == 1:
        return "add", f"指标{said}。"
    row = rows[place[1]]
    name = row.values["name"] or f"第 {place[1] + 1} 项指标"
    if part == "kinds" and error["type"] == "too_short":
        said = "请至少勾选一类活动"
    return f"{part}-{row.number}", f"{name}：{said}。"


def _is_empty(error: Mapping[str, Any]) -> bool:
    return error["type"] in ("missing", "string_too_short") or error.get("input", "") is None


def kinds_offered(rows: Sequence[Row], on: Collection[System]) -> dict[str, str]:
    """The kinds of evidence to choose from: of the systems that are on, and what the scheme looks at already."""
    own = [kind for row in rows for kind in row.values.get("kinds", ())]
    offered = {kind: each.title for kind, each in KINDS.items() if each.system in on or kind in own}
    return offered | {kind: kind for kind in own if kind not in KINDS}
