"""One person out of one row: each value read, what cannot be is said with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from services.activities.register.rules.caring import OF_CARES, CareRow, cares_in, lost_in, says
from services.activities.register.rules.elsewhere import names_guests
from services.activities.register.rules.identity import IdNumber, Sex, WrongNumber, read_id_number
from services.activities.register.rules.more import SAID, more_in
from services.activities.register.rules.person_names import PRIVATE, is_name, person_name
from services.activities.register.rules.posts import (
    Hindrance,
    Kind,
    NoMember,
    PostHeld,
    PostsRead,
    hindrances_in,
    kind_in,
    posts_in,
    says_gone,
    says_left,
    schooling_in,
)
from shared.tables import Line, Placed, Precision, Problem, ReadDate, Unreadable, compact, read_date
from shared.tables.dates import shown
from shared.tables.units import no_unit, nothing, split_unit

_IN_GOOD_STANDING = frozenset(
    {"正常", "在册", "是", "有效", "正式", "正式党员", "预备党员", "预备", "1", "01", "无", "/", "-", "—"}
)
_PHONE = re.compile(r"(?:\+?86)?(1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7})")
_IS_LOST = frozenset({"是", "√", "有", "失联", "已失联", "1"})
_LOST = re.compile(r"(?<![未没])(?<!没有)失联|失去联系|下落不明")
OF_TENURE, OF_STANDING = frozenset({"held_on", "held_until"}), frozenset({"standing", "away"})
OF_LOST, OF_MORE = frozenset({"lost", "lost_on", "lost_kind", "tried"}), frozenset(SAID)
PROBATION = timedelta(days=366)
OF_AGE = 18


class Tenure(NamedTuple):
    """Since when, and until when, a row says that its posts are held."""

    since: ReadDate | None = None
    until: ReadDate | None = None


NOT_SAID = Tenure()


@dataclass(frozen=True, slots=True)
class PersonRow(Placed):
    """A member as the roster has it. Dates without a day are the first of what was written; see the precisions."""

    sheet: str
    row: int
    name: str
    branch: str
    group: str | None
    kind: Kind
    sex: Sex | None = None
    born_on: date | None = None
    born_precision: Precision = Precision.DAY
    id_number: str | None = None
    phone: str | None = None
    education: str | None = None
    joined_on: date | None = None
    joined_precision: Precision = Precision.DAY
    full_on: date | None = None
    posts: tuple[PostHeld, ...] = ()
    other_posts: tuple[str, ...] = ()
    tenure: Tenure = NOT_SAID  # of what he holds
    circumstances: tuple[Hindrance, ...] = ()
    remark: str = ""
    lost: str = ""  # the words by which contact with him is lost
    lost_on: date | None = None
    lost_told: dict[str, str] = field(default_factory=dict)  # how he is lost, by the keys of care.SAID
    deputy: str = ""  # of his group, where the row of its leader names one
    more: Mapping[str, str] = field(default_factory=dict)  # by the keys of more.SAID
    cares: tuple[CareRow, ...] = ()  # that he is out, or in need
    guessed: frozenset[str] = frozenset()  # of branch, group and kind: what the row itself does not say
    places: str = ""

    @property
    def where(self) -> str:
        """The cell of the name, as in D12."""
        return self.cell("name")


class RowReader:
    """Reads one line; gathers its problems."""

    def __init__(self, line: Line, *, today: date, question: str = "") -> None:
        self.line = line
        self.today = today
        self.question = question
        self.problems: list[Problem] = []
        self.number: IdNumber | None = None
        self.left: tuple[str, str] | None = None  # the cell and the words by which somebody is on the roll no more
        self.guessed = frozenset(_from_around(line))

    def say(self, key: str, sentence: str, *, fatal: bool = True) -> None:
        """Note a problem at the cell of a field."""
        self.problems.append(Problem(self.line.sheet, self.line.address(key), sentence, self.line.row, fatal))

    def read(self) -> PersonRow | None:
        """The person, or None where a problem forbids it."""
        name, notes = self.name()
        self.gone(notes)
        self.number = number = self.id_number()
        joined, full = self.joined()
        kind = self.kind(notes, joined, full)
        born_on, born_precision = self.born(number, joined)
        posts = self.posts(notes)
        if any(problem.fatal for problem in self.problems) or kind is None:
            return None
        line = self.line
        person = partial(PersonRow, line.sheet, line.row, name, line.branch, line.group or None, kind)
        return person(
            sex=self.sex(number, notes),
            born_on=born_on,
            born_precision=born_precision,
            id_number=number.number if number else None,
            phone=self.phone(),
            education=schooling_in(line.text("education")),
            joined_on=joined.on if joined else None,
            joined_precision=joined.precision if joined else Precision.DAY,
            full_on=full.on if full else None,
            posts=posts.held,
            other_posts=posts.others,
            circumstances=self.circumstances(notes),
            remark=line.text("remark"),
            lost=self.lost(),
            guessed=self.guessed,
            places=line.places("name"),
            **self.further(posts),
        )

    def further(self, posts: PostsRead) -> dict[str, Any]:
        """What few tables have columns for: they are asked for none of it, row after row."""
        line, found = self.line, dict[str, Any]()
        if line.layout.has_any(OF_TENURE):
            found["tenure"] = self.tenure(held=bool(posts.held))
        if line.layout.has_any(OF_LOST):
            found |= {"lost_on": self.lost_on(), "lost_told": lost_in(line)}
        if not nothing(deputy := line.text("deputy")):
            found["deputy"] = person_name(deputy)[0]
        if line.layout.has_any(OF_MORE):
            found["more"] = more_in(line)
        if line.layout.has_any(OF_CARES):
            found["cares"] = tuple(cares_in(line))
        return found

    def posts(self, notes: str) -> PostsRead:
        """Those in their column, behind the name, or over it, as in a list of leaders (组长姓名); others are not kept.

        They are of his branch, which must be named unless a file of numbers has none.
        """
        if not self.line.branch and ("branch" in self.line.layout.columns or self.number is None):
            self.say("branch", "没有写所在党支部")
        behind = notes if "长" in notes or "书" in notes else ""
        over = "党小组长" if "组长" in self.line.layout.heading_of("name") else ""
        found = posts_in("、".join(filter(None, (self.line.text("post"), behind, over))))
        if found.others:
            self.say("post", f"“{shown('、'.join(found.others))}”不是党小组或支部的职务，没有记入", fatal=False)
        return found

    def tenure(self, *, held: bool) -> Tenure:
        """Since when and until when; a doubt about the day of no post is not worth a warning."""
        return Tenure(self.dated("held_on", fatal=False, quiet=not held), self.dated("held_until", fatal=False))

    def leaver(self) -> PersonRow | None:
        """Whom the row of somebody who left means; None where that cannot be read."""
        name, _ = person_name(self.line.text("name"))
        if not is_name(name):
            return None
        born_on, born_precision = self.born(self.number, None)
        return PersonRow(
            sheet=self.line.sheet,
            row=self.line.row,
            name=name,
            branch=self.line.branch,
            group=self.line.group or None,
            kind=Kind.FULL,
            born_on=born_on,
            born_precision=born_precision,
            id_number=self.number.number if self.number else None,
            guessed=self.guessed,
            places=self.line.places("name"),
        )

    def name(self) -> tuple[str, str]:
        """The name, with what stood in brackets."""
        text = self.line.text("name")
        name, notes = person_name(text)
        if nothing(name):
            self.say("name", "没有填姓名")
        elif PRIVATE.search(name):
            said = "姓名里有自造的字，别处显示不出来；请用输入法打出这个字（生僻字可在国家生僻字库里查到），再导入"
            self.say("name", said)
        elif not is_name(name):
            self.say("name", f"“{shown(text)}”不像一个人的姓名，请填写完整的中文姓名")
        return name, notes

    def gone(self, notes: str) -> None:
        """Whoever is on the roll no more is not read as a member: whether he left is the register's own act."""
        written = (("name", notes), *((key, self.line.text(key)) for key in ("kind", "standing", "remark")))
        for key, text in written:
            if text and says_gone(text):
                said = f"写着“{shown(text)}”，已不在册，没有读入；系统里还在册的，请在名册里办理去世、转出或出党"
                self.say(key, said)
                self.left = self.line.address(key), text
                return

    def id_number(self) -> IdNumber | None:
        """The number, where it can be right."""
        if nothing(self.line.text("id_number")):
            return None
        try:
            found = read_id_number(self.line.cell("id_number"), today=self.today)
        except WrongNumber as wrong:
            self.say("id_number", str(wrong))
            return None
        if found and found.was_old:
            self.say("id_number", "15 位的旧身份证号已换算成 18 位，请核对", fatal=False)
        return found

    def dated(self, key: str, *, fatal: bool = True, quiet: bool = False) -> ReadDate | None:
        """The date of a field; a doubt about it is a warning, unless `quiet`."""
        if nothing(self.line.text(key)):
            return None
        cell = self.line.stands(key)
        try:
            found = read_date(cell, latest=self.today)
        except Unreadable as why:
            self.say(key, f"{_LABELS[key]}{why}", fatal=fatal)
            return None
        if found.doubt and not quiet:
            self.say(key, f"{_LABELS[key]}{found.doubt}", fatal=False)
        if found.on > self.today:
            self.say(key, f"{_LABELS[key]}在今天以后，请核对", fatal=False)
        return found

    def joined(self) -> tuple[ReadDate | None, ReadDate | None]:
        """When the member was admitted, and when made full."""
        joined, full = self.dated("joined"), self.dated("full", fatal=False)
        if joined is None and nothing(self.line.text("joined")) and "joined" in self.line.layout.columns:
            self.say("joined", "没有填入党时间", fatal=False)
        if joined and full and full.on < joined.on:
            self.say("full", "转正时间早于入党时间，请核对", fatal=False)
        return joined, full

    def kind(self, notes: str, joined: ReadDate | None, full: ReadDate | None) -> Kind | None:
        """Full or probationary; worked out, with a warning, where the roster does not say."""
        try:
            stated = kind_in(self.line.text("kind"), question=self.question)
        except NoMember as why:
            self.say("kind", str(why))
            return None
        if stated:
            return stated
        if "预备" in notes:
            return Kind.PROBATIONARY
        if full and full.on <= self.today:
            return Kind.FULL
        return self.guessed_kind(joined, full)

    def guessed_kind(self, joined: ReadDate | None, full: ReadDate | None) -> Kind:
        """What somebody new is taken for; of whom the register knows, it stays what it is."""
        self.guessed |= {"kind"}
        young = joined is not None and full is None and joined.on > self.today - PROBATION
        guessed = Kind.PROBATIONARY if young else Kind.FULL
        if "kind" in self.line.layout.columns:
            label = "预备党员" if guessed is Kind.PROBATIONARY else "正式党员"
            self.say("kind", f"没有填党员类别：新登记的按入党时间当作{label}，已登记的不变", fatal=False)
        return guessed

    def born(self, number: IdNumber | None, joined: ReadDate | None) -> tuple[date | None, Precision]:
        """The birth date: the number's where there is one."""
        written = self.dated("born", fatal=number is None, quiet=number is not None)
        if number and written and not written.doubt and not written.covers(number.born_on):
            self.say("born", "出生日期与身份证号不一致，以身份证号为准", fatal=False)
        on = number.born_on if number else written.on if written else None
        if on and joined:
            self.age_at(on, joined)
        return on, Precision.DAY if number or not written else written.precision

    def age_at(self, born_on: date, joined: ReadDate) -> None:
        """Nobody joins before being born; before 18 is doubtful."""
        if joined.on.year < born_on.year:
            self.say("joined", "入党时间早于出生日期")
        elif joined.on.year - born_on.year < OF_AGE:
            self.say("joined", "入党时还不满 18 岁，请核对", fatal=False)

    def sex(self, number: IdNumber | None, notes: str) -> Sex | None:
        """What the roster says, or the number."""
        text = compact(self.line.text("sex")) or ("女" if notes == "女" else "")
        written = _SEXES.get(text)
        if written is None and not nothing(text):
            self.say("sex", f"性别“{shown(text)}”看不懂，请写男或女", fatal=False)
        if number and written and number.sex != written:
            self.say("sex", "性别与身份证号不一致，请核对", fatal=False)
        return written or (number.sex if number else None)

    def phone(self) -> str | None:
        """The first number in the cell."""
        text = self.line.text("phone")
        if nothing(text):
            return None
        if plain := _PHONE.fullmatch(text):
            return plain[1]
        parts = [re.sub(r"[\s\-—()（）]", "", part) for part in re.split(r"[/、,，;；\n]", text)]
        found = [match[1] for part in parts if (match := _PHONE.fullmatch(part))]
        if not found:
            self.say("phone", "联系电话不像一个电话号码，没有记入", fatal=False)
        elif len([part for part in parts if part]) > 1:
            self.say("phone", "写了几个电话，只记了第一个", fatal=False)
        return found[0] if found else None

    def lost(self) -> str:
        """What says that contact with him is lost; it is proposed beside the file, and changes nothing by itself."""
        if not (self.line.text("remark") or self.line.layout.has_any(OF_LOST)):
            return ""
        answer = self.line.text("lost")
        silent = nothing(answer)  # then its day, or how he is lost, says so as well
        for key in ("lost", "lost_on", "lost_kind", "remark") if silent else ("lost", "remark"):
            if not (text := self.line.text(key)):
                continue
            if _says_lost(key, text):
                self.say(key, "写着失联：这一行照常读入，失联在下面“文件写着失联的”里勾选登记", fatal=False)
                return text
        return ""

    def lost_on(self) -> date | None:
        """Since when, where a whole day is written."""
        found = self.dated("lost_on", fatal=False)
        return found.on if found and found.precision is Precision.DAY else None

    def circumstances(self, notes: str) -> tuple[Hindrance, ...]:
        """Why the member is not expected, from the remark and the column of those away."""
        remark = self.line.text("remark")
        if not (remark or notes or self.line.layout.has_any(OF_STANDING)):
            return ()
        if (standing := self.line.text("standing")) and compact(standing) not in _IN_GOOD_STANDING:
            said = f"党籍状态写着“{shown(standing)}”，这里没有改动；需要改变的，请在名册里办理"
            self.say("standing", said, fatal=False)
            self.left = self.line.address("standing"), standing
        if remark and (says_left(remark) or names_guests(remark)):
            self.say("remark", f"备注写着“{shown(remark)}”，请确认是否还在册", fatal=False)
        found = dict.fromkeys((*hindrances_in(remark), *hindrances_in(notes)))
        away = compact(self.line.text("away"))
        if not away:
            return tuple(found)
        if away in {"是", "√", "有", "流动"} or Hindrance.AWAY in hindrances_in(away):
            found[Hindrance.AWAY] = None
        return tuple(found)


def _says_lost(key: str, text: str) -> bool:
    """Whether a cell says that contact is lost: whatever stands as its day, or as how; a word of it elsewhere."""
    if key in {"lost_on", "lost_kind"}:
        return says(text)
    plain = compact(text)
    return (key == "lost" and plain in _IS_LOST) or bool(_LOST.search(plain))


def _from_around(line: Line) -> Iterator[str]:
    """Of branch and group: what a row leaves blank in a column that is there, so that it was taken from around it."""
    columns, branch_text = line.layout.columns, line.text("branch")
    if "branch" in columns and no_unit(branch_text):
        yield "branch"
    if "group" in columns and no_unit(line.text("group")) and not split_unit(branch_text)[1]:
        yield "group"


_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE, "男性": Sex.MALE, "女性": Sex.FEMALE}
_LABELS = {"joined": "入党时间", "full": "转正时间", "born": "出生日期"}
_LABELS |= {"held_on": "任职时间", "held_until": "任职结束时间"}
