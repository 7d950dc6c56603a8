"""Who was absent and why, out of free text: 张三（请假）、李四、王五外出；因病：赵六."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from shared.tables import compact, tidy
from shared.tables.cells import Cell
from shared.tables.folding import DOTS


class Reason(StrEnum):
    """Why somebody was not there. OTHER keeps what was written, if anything was."""

    LEAVE = "leave"
    ILL = "ill"
    AWAY = "away"
    AGED = "aged"
    UNEXCUSED = "unexcused"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AbsenceText:
    """A name in the list of absentees, the reason, its words (`stated`, empty where none stood) and the piece read."""

    name: str
    reason: Reason
    stated: str
    raw: str


@dataclass(frozen=True, slots=True)
class AbsencesRead:
    """The absentees of an activity; `typed` is a number that stood before them; `unread` are pieces without a sense."""

    absences: tuple[AbsenceText, ...] = ()
    typed: int | None = None
    unread: tuple[str, ...] = ()


MOST_NAMES = 500
UNREAD_SAID = 10
LONGEST_NAME, LONGEST_PAIR = 4, 200
LONGEST_REASON, LONGEST_RAW = 300, 600
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_NOBODY = re.compile(
    r"(?:无|没有|/|\\|-|—+|－|0|0人|零|〇|空|无人|否|未缺|无请假|无缺勤)"
    r"|(?:无|没有|没)(?:人员?|党员)?(?:缺席|请假|缺勤|未到)(?:人员|情况|者)?|(?:全体?(?:体?党员|员|部)?|全|均|都|人员)?(?:已|都|均)?"
    r"(?:全勤|到齐|到会|参加|出席|到场|到)|全员|全勤|(?:缺席|请假|未到)?(?:人员)?[:：]?(?:无|0人?|没有)"
)
_CODES: tuple[tuple[Reason, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (Reason.UNEXCUSED, r"无故|无正当|旷|未请假|没请假|没有请假|不请假|擅自|未说明"),
        (Reason.OTHER, r"照顾|照料|照看|陪护|陪同|陪|护理|探望|看望|产假|孕|哺乳|丧"),
        (Reason.AGED, r"年老|高龄|年迈|体弱|年事|行动不便|年纪大|年龄大"),
        (Reason.ILL, r"病|住院|就医|看医|手术|身体不适|身体原因|卧床|失能|瘫痪|体检|不舒服|治疗"),
        (Reason.OTHER, r"公差|出差|因公|开会|会议|培训|值班|值守|执勤|工作|上班|外出(?:学习|考察|办事|开会|参加)"),
        (Reason.AWAY, r"外出|务工|打工|在外|外地|流动|经商|县外|省外|不在家|不在村|未在家|未在村"),
        (Reason.LEAVE, r"假|因事|有事|家中|家里|事由|私事|个人原因"),
    )
)
_REASON_WORDS = (
    r"均|都|皆|因|请假|请|事假|病假|产假|病|生病|住院|就医|看病|手术|身体|卧床|外出|务工|打工|在外|在县|在省|在市|在家|外地|流动|经商|不在|未在"
    r"|年老|年迈|高龄|体弱|年事|行动|无故|无正当|旷|未请|没请|没有请|不请|擅自|出差|公差|公出|开会|培训|值班|执勤|上班|工作|有事|家中|家里|家有"
    r"|探亲|探望|看望|照顾|照看|照料|陪|缺席|未到|缺勤|到县|到市|到省|去县|去市|去省|去外|失能|瘫痪|丧|农忙|种地|收割|结婚|办事|孩子|未参加"
)
_GLUED = re.compile(f"([{HAN}·]{{2,20}}?)((?:{_REASON_WORDS}).*)", re.DOTALL)
_STARTS_REASON = re.compile(f"(?:{_REASON_WORDS})")
_INNER_REASON = re.compile(rf"(?<=.)(?=..)(?:{_REASON_WORDS})")
_NAME = re.compile(f"[{HAN}]{{2,4}}|[{HAN}]{{1,20}}(?:·[{HAN}]{{1,20}})+")
_LONG_NAME = re.compile(f"[{HAN}]{{5,20}}")
"""A name of another people without its dot; a word with a reason in it is none."""
_TITLE = re.compile(r"(?<=..)(?:同志|老师)$")
_THERE = r"[均都全已部体]{0,4}(?:到齐|到会|参会|参加|出席|到场|到了?|全勤)(?:会议|活动|学习)?[。.!！]?"
_REST = r"(?:的?(?:其余|其他|剩余|另外))?(?:的?(?:人员|党员|同志|成员|人)){0,2}"
_ALL_BUT = re.compile(rf"除了?(.{{1,200}}?)(?:等(?:\d{{1,3}}[名人])?)?(?:之外|以外|外)[，,、]?{_REST}{_THERE}")
_OTHERS = re.compile(
    rf"[，,。；;、 ]?(?:其余|其他|剩余|另外|除此之?外)(?:的?(?:人员|党员|同志|成员|人)){{0,2}}{_THERE}$"
)
LONGEST_TURN = 250
_LEADING = re.compile(r"[（(]([^（）()]{1,12})[）)]")
_REASON_BEFORE = re.compile(r"[（(]([^（）()]{1,12})[）)]")
_NUMBERING = re.compile(r"[①-⑳]|(?<![\d一-龥])(?:[（(]\d{1,2}[）)]|\d{1,2}[.．、)）](?!\d))")
_COUNTS = re.compile(r"[应实]到(?:会|人数)?[:：]?\d+[名人]?[，,。；;、\s]*")
_LINKED = re.compile(r"(?<=[假病出工席到])的?(?:党员|人员|同志)?(?:有|为|是)[:：]?")
_CAPTION = re.compile(
    r"^(?:共|其中|本次)?(?:缺席|未到会?|未参加|缺勤|请假缺席|缺席请假|应到未到|没到|没来)"
    r"(?:的?(?:人员|党员|名单|者|情况|及原因|姓名))*"
    r"(?:[（(]?共?(\d{1,4})[名人位个][）)]?)?(?:分别)?[是为有]?[:：]?"
)
_ETC = re.compile(r"等(?:(?:共|计)?(\d{1,4})[名人位])?$|(?<=.)[共计](\d{1,4})[名人位]$")
_COUNTED = re.compile(r"[（(]?共?(\d{1,4})[名人位][）)]?$|^共?(\d{1,4})[名人位]")
_PEOPLE = re.compile(r"(?<=..)的?(?:人员|党员|名单|同志|者)$")
_ALL = re.compile(r"^[均都皆]")
_NO_REASON = frozenset({"", "女", "男", "预备", "预备党员", "组长", "党小组长", "书记", "副组长"})
_CAUSE = frozenset({"原因", "事由", "理由"})
_NOT_A_WORD = _CAUSE | {"无", "没有", "其中", "另", "0人", "0"}
_LATER = re.compile(r"补学|补课|已通知|已告知|送学")
_PIECES = re.compile(
    r"(?P<bracket>[（(【\[][^）)】\]]*[）)】\]]?)|(?P<stop>[;；。\n]+)|(?P<comma>[,，])|(?P<blank> +)"
    r"|(?P<mark>[、/&+]+)|(?P<colon>[:：]|[—–~-]+)|(?P<word>[^（(【\[;；。\n,，、/&+ :：—–~-]+)|(?P<other>.)"
)


@dataclass(slots=True)
class _Entry:
    """A name being read, with the words of its reason so far."""

    name: str
    stated: str = ""
    raw: str = ""


@lru_cache(maxsize=4_096)
def reason_of(stated: str) -> Reason:
    """The code of a reason in words."""
    plain = compact(stated)
    return next((reason for reason, pattern in _CODES if pattern.search(plain)), Reason.OTHER)


def _turned(text: str) -> str:
    """The usual turns made plain: 除张三外全到 → 张三; （事假）张三 → 事假：张三; what is said of the others goes."""
    if len(text) <= LONGEST_TURN and (but := _ALL_BUT.fullmatch(compact(text))):
        text = but[1]
    elif len(text) <= LONGEST_TURN:
        text = _OTHERS.sub("", text)
    leading = _LEADING.match(text)
    if leading and not text.endswith(("）", ")")) and not leading[1].isdecimal():
        text = _REASON_BEFORE.sub(r"；\1：", text).strip("；")
    return text


@lru_cache(maxsize=4_096)
def read_absences(text: str) -> AbsencesRead:
    """The absentees in a free text."""
    plain = _turned(tidy(text).translate(DOTS))
    if not plain or _NOBODY.fullmatch(compact(plain).rstrip("。.!！")):
        return AbsencesRead()
    return _Reading(plain).read()


class _Reading:
    """One pass over the pieces of a text."""

    def __init__(self, text: str, *, default: str = "", within: bool = False) -> None:
        plain = _LINKED.sub("：", _NUMBERING.sub(" ", _COUNTS.sub("", text)))
        self.pieces = _joined([(str(m.lastgroup), m[0]) for m in _PIECES.finditer(plain.strip(" ，,、"))])
        self.entries: list[_Entry] = []
        self.unread: list[str] = []
        self.typed: int | None = None
        self.default = default
        self.within = within  # brackets, in which nothing stands in brackets again
        self.for_all = False
        self.open_from = 0
        self.silent: list[_Entry] = []  # the entries since `open_from`, as far as they had no reason
        self.last = ""

    def read(self) -> AbsencesRead:
        """Everything found."""
        for place, (kind, text) in enumerate(self.pieces):
            following = self.pieces[place + 1][0] if place + 1 < len(self.pieces) else ""
            self.take(kind, text, following)
            if kind != "blank":
                self.last = kind
        found = tuple(AbsenceText(e.name, reason_of(e.stated), e.stated, e.raw) for e in self.entries)
        return AbsencesRead(found, self.typed, tuple(self.unread))

    def take(self, kind: str, text: str, following: str) -> None:
        """One piece."""
        match kind:
            case "stop":
                self.begin("")
            case "bracket":
                self.bracket(text)
            case "word":
                self.word(text, following)
            case "other":
                self.unread.append(text)

    def begin(self, default: str) -> None:
        """A new clause, whose names have a reason already where one stands before them."""
        self.default, self.open_from, self.silent = default, len(self.entries), []

    def add(self, *entries: _Entry) -> None:
        """Names, as many as a list of people can have; what is more is not read."""
        taken = entries[: MOST_NAMES - len(self.entries)]
        self.entries += taken
        self.silent += [entry for entry in taken if not entry.stated]
        self.unread += [entry.name for entry in entries[len(taken) :]][:1]

    def open(self) -> list[_Entry]:
        """The names of the clause that have no reason yet."""
        self.silent = [entry for entry in self.silent if not entry.stated]
        return self.silent

    def word(self, text: str, following: str) -> None:
        """A name, a reason, both in one, or a caption."""
        text = self.counted(text)
        if caption := _CAPTION.match(text):
            self.typed = int(caption[1]) if caption[1] else self.typed
            text = text[caption.end() :]
        self.for_all = self.for_all or text in _CAUSE
        if not text or text in _NOT_A_WORD or _LATER.search(text):
            return
        if LONGEST_NAME < len(text) <= LONGEST_PAIR and (pair := _pair(text)):
            for part in pair:
                self.word(part, following)
        elif _STARTS_REASON.match(text):
            self.reason(text, following)
        elif glued := _glued(text):
            self.add(_Entry(_TITLE.sub("", glued[1]), raw=text))
            self.state_open(glued[2])
        elif _NAME.fullmatch(name := _TITLE.sub("", text)) or _long_name(name):
            self.add(_Entry(name, self.default, text))
        else:
            self.unread.append(text)

    def counted(self, text: str) -> str:
        """The text without a number of people, which is remembered."""
        for pattern in (_ETC, _COUNTED):
            if found := pattern.search(text):
                numbers = [n for n in found.groups() if n]
                self.typed = (self.typed or 0) + int(numbers[0]) if numbers else self.typed
                text = text[: found.start()] + text[found.end() :]
        return text

    def reason(self, text: str, following: str) -> None:
        """A reason by itself: before names (请假：…), after one (张三：请假) or after several (均因病)."""
        text = _PEOPLE.sub("", text)
        if following == "colon" or (following == "bracket" and not self.open()):
            self.begin(text)
        elif self.last == "colon" and not self.for_all and self.entries and not self.entries[-1].stated:
            self.state(self.entries[-1], text)
        elif self.open():
            self.state_open(text)
        elif self.entries:
            self.state(self.entries[-1], f"{self.entries[-1].stated}、{text}"[:LONGEST_REASON])
        else:
            self.default = text

    def bracket(self, text: str) -> None:
        """A reason in brackets behind a name; names in brackets behind a reason; a number."""
        inside = self.counted(text.strip("（(【[）)】] "))
        if self.default and len(self.entries) == self.open_from and not self.within:
            nested = _Reading(inside, default=self.default, within=True)
            self.add(*(_Entry(e.name, e.stated, e.raw) for e in nested.read().absences))
            self.unread += nested.unread
            self.begin("")
        elif inside in _NO_REASON or not self.entries:
            return
        elif _ALL.match(inside):
            self.state_open(inside)
        else:
            entry = self.entries[-1]
            entry.stated, entry.raw = inside, f"{entry.raw}{text}"

    def state_open(self, stated: str) -> None:
        """A reason for every name of the clause that has none yet."""
        for entry in self.open():
            self.state(entry, stated)

    def state(self, entry: _Entry, stated: str) -> None:
        """Write down a reason."""
        entry.stated = _ALL.sub("", stated[:LONGEST_REASON])
        if stated not in entry.raw:
            entry.raw = f"{entry.raw}{stated}"[:LONGEST_RAW]


def _glued(text: str) -> re.Match[str] | None:
    """A name with its reason right behind; a single character is not taken for a reason, it may end a name."""
    found = _GLUED.fullmatch(text)
    return found if found and len(found[2]) > 1 else None


def _long_name(text: str) -> bool:
    return bool(_LONG_NAME.fullmatch(text)) and not _INNER_REASON.search(text)


def _pair(text: str) -> tuple[str, str] | None:
    """张三和李四 apart, but never 李和平."""
    for found in re.finditer(r"[和及与]", text):
        left, right = text[: found.start()], text[found.end() :]
        whole = _glued(right) or (_NAME.fullmatch(right) and not _INNER_REASON.search(right))
        if _NAME.fullmatch(left) and whole:
            return left, right
    return None


def _joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pieces with names that were spread by blanks put together: 李 强 → 李强, 李 强 王 芳 → 李强, 王芳."""
    joined: list[tuple[str, str]] = []
    place = 0
    while place < len(pieces):
        run = _spread_run(pieces, place)
        if len(run) > 1:
            size = 2 if len(run) % 2 == 0 else len(run)
            joined += [("word", "".join(run[n : n + size])) for n in range(0, len(run), size)]
        elif run and len(joined) > 1 and joined[-1][0] == "blank" and _lacks_one(joined[-2]):
            joined[-2:] = [("word", joined[-2][1] + run[0])]
        else:
            joined.append(pieces[place])
        place += max(1, 2 * len(run) - 1)
    return joined


def _spread_run(pieces: list[tuple[str, str]], place: int) -> list[str]:
    """The single characters from here on that only blanks part."""
    run: list[str] = []
    while place < len(pieces) and pieces[place][0] == "word" and re.fullmatch(f"[{HAN}]", pieces[place][1]):
        run.append(pieces[place][1])
        if place + 1 >= len(pieces) or pieces[place + 1][0] != "blank":
            break
        place += 2
    return run


def _lacks_one(piece: tuple[str, str]) -> bool:
    """Whether a character that stands alone behind a word belongs to it."""
    return piece[0] == "word" and bool(re.fullmatch(f"[{HAN}]{{2}}", piece[1])) and not _STARTS_REASON.match(piece[1])


def listed_names(cell: Cell) -> tuple[str, ...]:
    """The names in a list of those present."""
    return tuple(absence.name for absence in read_absences(cell.text).absences)


def pieces_unread(read: AbsencesRead) -> Iterator[str]:
    """What could not be made sense of, short enough for a sentence."""
    yield from (piece[:20] for piece in read.unread[:UNREAD_SAID])
