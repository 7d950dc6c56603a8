"""What stood before and what stands after, as a line of the audit itself tells it. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

LONGEST = 60
# The grades, as assessment says them (a test holds them equal): the services do not see one another.
GRADES: Mapping[str, str] = {"excellent": "优秀", "competent": "称职", "incompetent": "不称职", "": "不予评定"}
NONE = "none"  # a sheet that proposes no grade


class Change(NamedTuple):
    """One thing that was otherwise before; what it is may be left to the line. Before may be empty: nothing stood."""

    what: str
    before: str
    after: str

    def said(self, longest: int | None = None) -> str:
        """`地点：村部 → 大院`; each side cut at `longest`."""
        sides = [_cut(each or "（空）", longest) for each in (self.before, self.after)]
        return f"{self.what}{'：' if self.what else ''}{' → '.join(sides)}"


def changes_told(fact: str, body: Mapping[str, object]) -> list[Change]:
    """What a fact tells of it."""
    if fact == "CaseDecided":
        return _graded(body)
    if fact == "PostChanged" and body.get("since"):
        return [Change("", *_spans(str(body["change"]), date.fromisoformat(str(body["since"]))))]
    if fact == "StandInChanged":
        since, last = (date.fromisoformat(str(body[name])) for name in ("since", "last_day"))
        return [Change("", "", f"{_day(since)}起，到{_day(last)}为止" if last >= since else "没有开始就已结束")]
    if fact == "TermChanged":
        first, last = (date.fromisoformat(str(body[name])) for name in ("on", "until"))
        return [Change("", "", f"{_day(first)}到{_day(last)}")]
    if {"before", "after"} <= body.keys() and body["before"] != body["after"]:
        return [Change("", str(body["before"]), str(body["after"]))]
    return []


def _graded(body: Mapping[str, object]) -> list[Change]:
    proposed, grade = str(body.get("proposed", "")), str(body.get("grade", ""))
    if not proposed:
        return []
    before = "没有建议" if proposed == NONE else f"建议{GRADES[proposed]}"
    return [Change("等次", before, f"评定{GRADES[grade]}" if grade else GRADES[grade])]


def _spans(change: str, since: date) -> tuple[str, str]:
    day = f"{_day(since)}起"
    if change == "stays":
        return (f"{day}免职", "继续任职")
    return ("未任", f"{day}任职") if change == "taken" else ("在任", f"{day}免职")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else f"{text[:longest]}…"
