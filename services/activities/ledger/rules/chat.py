"""The roll of a meeting as it comes out of a chat (接龙): 1. 张三 到, 2. 李四 请假 外出. Nothing is guessed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.activities.ledger.rules.absences import Reason, reason_of
from services.activities.ledger.rules.attendance import Absence
from services.activities.ledger.rules.matching import near_names, plain_name
from shared.tables import compact, tidy

MOST_LINES = 500
LONGEST_LINE = 200
NAMED_AT_MOST = 10
_NUMBER = re.compile(r"\d{1,3}(?:[.、．)）:：]|\s)")
_AROUND = " ,，.。、;；:：!！~～-—()（）[]【】@"
_AWAY = re.compile(r"[不没未无](?:能|来|到|去|法|在|参加|出席)|来不|去不|到不|缺席|请|假|临时有事")
_THERE = re.compile(
    r"(?:已|准时|按时|能|可以|会|本人){0,2}(?:到|到了|到会|到场|签到|参加|出席|收到|在|来|打卡|报到|\+?1|[√✓✔☑])"
)


@dataclass(slots=True)
class RollRead:
    """Who said that he was there, who was not and why, whom it does not name, and a sentence for each unread line."""

    present: set[int] = field(default_factory=set)
    absent: dict[int, Absence] = field(default_factory=dict)
    unnamed: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_roll(text: str, members: Mapping[int, str]) -> RollRead:
    """A chat's list against the members of a roll (id → name). Somebody named twice is as he said last."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for person_id, name in members.items():
        by_name[plain_name(name)].append(person_id)
    found = RollRead()
    for line in _lines(text):
        _take(found, line, by_name)
    found.unnamed = [each for each in members if each not in found.present and each not in found.absent]
    return found


def _lines(text: str) -> Iterator[str]:
    """What each one wrote: the numbered lines where there are some, else every line; titles stand above those."""
    lines = [tidy(line)[:LONGEST_LINE] for line in text.splitlines()[:MOST_LINES]]
    numbered = [line for line in lines if _NUMBER.match(line)]
    for line in numbered or [line for line in lines if not line.startswith("#")]:
        head = _NUMBER.match(line)
        if plain := (line[head.end() :] if head else line).strip(_AROUND):
            yield plain


def _take(found: RollRead, line: str, by_name: Mapping[str, list[int]]) -> None:
    """One line: the longest name that begins it, and what he says of himself."""
    plain = compact(line).translate({ord("•"): "·", ord("．"): "·"})
    name = max((name for name in by_name if plain.startswith(name)), key=len, default="")
    if not name:
        first = re.split(r"[\s,，:：]", line, maxsplit=1)[0][:20]
        near = near_names(first, by_name)
        asked = f"，是不是{'或'.join(f'“{each}”' for each in near)}？" if near else ""
        found.problems.append(f"名单里没有“{first}”{asked}")
    elif len(by_name[name]) > 1:
        found.problems.append(f"“{name}”有{len(by_name[name])}位同名的人，请在名单里点选")
    else:
        _state(found, by_name[name][0], name, plain[len(name) :].strip(_AROUND))


def _state(found: RollRead, person_id: int, name: str, said: str) -> None:
    found.present.discard(person_id)
    found.absent.pop(person_id, None)
    reason = reason_of(said) if said else Reason.OTHER
    if said and (_AWAY.search(said) or reason is not Reason.OTHER):
        found.absent[person_id] = Absence(reason, said)
    elif not said or _THERE.fullmatch(said):
        found.present.add(person_id)
    else:
        found.problems.append(f"“{name}”写的是“{said[:20]}”，看不出到没到，请在名单里点选")


def roll_said(read: RollRead, members: Mapping[int, str]) -> str:
    """What was understood of a chat's list, and what is left to look at; it is shown above the roll."""
    said = f"已按接龙填好名单：到会{len(read.present)}人，没到{len(read.absent)}人。"
    if read.present and read.unnamed:
        named = "、".join(members[each] for each in read.unnamed[:NAMED_AT_MOST])
        rest = "等" if len(read.unnamed) > NAMED_AT_MOST else ""
        said += f"没有接龙的{len(read.unnamed)}人先按“其他”填：{named}{rest}。"
    if read.problems:
        said += "；".join(read.problems[:NAMED_AT_MOST]) + "。"
    return said + "请核对名单，再提交一次。"
