"""The book of wordings: every entry of the table as the office may read, change and try it.

In the office's hands a place is a Chinese word in braces, {期限}; in the code and in the database it is {due_on}.
"""

import re
from dataclasses import dataclass, fields
from datetime import date

from services.notify.messages.rules.recipients import RECIPIENTS
from services.notify.messages.rules.reminding import REMINDED_FACT, REMINDED_WORDS, REMINDING
from services.notify.messages.rules.telling import Storey, Telling
from services.notify.messages.rules.topics import HEADINGS, Topic
from services.notify.messages.rules.wording import in_words
from shared.errors import Invalid
from shared.events import CATALOGUE

TITLE_LENGTH_MAX, BODY_LENGTH_MAX = 60, 500

PLACE = re.compile(r"\{([^{}]*)\}")
# A letter carries no person and no address but that of the page: what reads like one is refused.
PRIVATE = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)|(?<![\w.+-])[\w.+-]+@[\w-]+\.\w")
ELSEWHERE = re.compile(r"https?://|www\.", re.IGNORECASE)

# What a place is called, and what stands there when a wording is tried: invented.
WORDS: dict[str, tuple[str, object]] = {
    "unit": ("收信单位", "示例村党支部"),
    "times": ("次数", 60),
    "about": ("所涉单位", "示例村党支部第一党小组"),
    "year": ("年度", 2025),
    "period": ("时段", "2025-11"),
    "due_on": ("期限", date(2025, 12, 15)),
    "ends_on": ("公示截止日", date(2025, 12, 31)),
    "on": ("生效日期", date(2026, 1, 10)),
    "waiting": ("待办数", 6),
    "units": ("支部数", 3),
    "sum": ("合计人数", 8),
    "why": ("原因", "磁盘空间不够。"),
    "what": ("待办事项", "3名党小组长待提名"),
    "which": ("没有办的单位", "示例村党支部、样板村党支部"),
}
FIGURES_TRIED = (4, 7, 1)


@dataclass(frozen=True)
class Entry:
    """One entry of the table with its fact, its places and the words for them."""

    fact: str
    telling: Telling
    words: dict[str, str]  # the place in the code → the word for people

    @property
    def key(self) -> tuple[str, str]:
        """What names it."""
        return self.fact, self.telling.name

    @property
    def topic(self) -> Topic:
        """Where it is found."""
        return HEADINGS[self.fact].topic

    @property
    def wanted(self) -> set[str]:
        """The places that a wording must keep: whatever the shipped one says, but for the recipient's own name."""
        return set(PLACE.findall(self.telling.title + self.telling.body)) - {"unit"}

    def for_people(self, wording: str) -> str:
        """A wording with Chinese words in its braces."""
        return PLACE.sub(lambda place: f"{{{self.words.get(place[1], place[1])}}}", wording)

    def from_people(self, title: str, body: str) -> tuple[str, str]:
        """What the office typed, checked, with the code's places in the braces; Invalid says what to do."""
        title, body = " ".join(title.split()), body.strip()
        for field, typed, most in (("title", title, TITLE_LENGTH_MAX), ("body", body, BODY_LENGTH_MAX)):
            _check(field, typed, most)
        read = self._read("title", title), self._read("body", body)
        if missing := self.wanted - set(PLACE.findall("".join(read))):
            kept = "、".join(f"{{{self.words[place]}}}" for place in self.words if place in missing)
            raise Invalid(f"请保留{kept}：原来的通知里写明了这些内容。", field="body")
        return read

    def _read(self, field: str, typed: str) -> str:
        places = {word: place for place, word in self.words.items()}
        unknown = [word for word in PLACE.findall(typed) if word not in places]
        if unknown or "{" in PLACE.sub("", typed) or "}" in PLACE.sub("", typed):
            what = f"不认识“{{{unknown[0]}}}”" if unknown else "花括号没有成对"
            known = "、".join(f"{{{word}}}" for word in places)
            raise Invalid(f"{what}。可以使用：{known}。", field=field)
        return PLACE.sub(lambda place: f"{{{places[place[1]]}}}", typed)

    def tried(self, wording: str) -> str:
        """A wording with invented names and figures in its places."""
        figures = {f"n{number}": figure for number, figure in enumerate(FIGURES_TRIED, start=1)}
        sample = {place: in_words(place, value) for place, (_, value) in WORDS.items()} | figures
        if self.telling.at is Storey.TOWNSHIP:
            sample["unit"] = "示例镇党委"
        return wording.format(**sample)


def _check(field: str, typed: str, most: int) -> None:
    """Neither empty nor too long, without a person and without an address."""
    name = {"title": "标题", "body": "正文"}[field]
    if not typed:
        raise Invalid(f"请填写{name}。", field=field)
    if len(typed) > most:
        raise Invalid(f"{name}最多{most}个字，现在有{len(typed)}个字，请精简。", field=field)
    if PRIVATE.search(typed):
        raise Invalid(f"{name}里不能写手机号、身份证号或者邮箱，请删去。", field=field)
    if ELSEWHERE.search(typed):
        raise Invalid(f"{name}里不用写网址：系统会附上办理页面的地址。", field=field)


def _of_units(names: set[str], telling: Telling) -> bool:
    """Whether each of its recipients has figures of his own unit."""
    return telling.at is Storey.BRANCH or (telling.at is Storey.GROUP and "groups" in names)


def _words_of(fact: str, telling: Telling) -> dict[str, str]:
    """The places that a wording of this entry may name."""
    if fact == REMINDED_FACT:
        return REMINDED_WORDS
    names = {"unit", "about", *(field.name for field in fields(CATALOGUE[fact]))}
    if "branches" in names:
        names |= {"units", "sum"}
    words = {place: word for place, (word, _) in WORDS.items() if place in names}
    gathers = any(entry.gathers for entry in RECIPIENTS[CATALOGUE[fact]])  # then only what gathers has figures
    named = fact in HEADINGS and (telling.gathers if gathers else _of_units(names, telling))
    figures = HEADINGS[fact].figures if named else ()
    return words | {f"n{number}": word for number, word in enumerate(figures, start=1)}


BOOK: dict[tuple[str, str], Entry] = {
    (fact, telling.name): Entry(fact, telling, _words_of(fact, telling))
    for fact, telling in [
        *((fact.__name__, telling) for fact, entries in RECIPIENTS.items() for telling in entries),
        *((REMINDED_FACT, telling) for telling in REMINDING.values()),
    ]
}
