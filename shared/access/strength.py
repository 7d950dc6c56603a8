"""What is easy to guess: common, typed along the keyboard, or made of what everybody knows of its owner.

Judged by zxcvbn, with our own list of what people here choose (common.txt) and with what the office knows of him.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from zxcvbn_rs_py import Feedback, Warning, zxcvbn  # noqa: A004  its word for what is wrong

from shared.errors import Invalid

LENGTH_MIN = 10
SIGNS_MIN = 5
JUDGED = 64  # signs; what stands behind them makes it no weaker, and costs time
WORD_MIN = 3  # letters; shorter ones stand in everything
STRONG = 8.5  # powers of ten of guesses that it takes: two common words with a sign between are not enough

KEYS, AGAIN, RUN, DAY = (
    "键盘上挨着的键谁都会试",
    "重复同样的字符谁都会试",
    "连着的字母或数字谁都会试",
    "年份和日期谁都会试",
)
# What is wrong, by what zxcvbn found.
WARNINGS = (
    (Warning.StraightRowsOfKeysAreEasyToGuess, KEYS),
    (Warning.ShortKeyboardPatternsAreEasyToGuess, KEYS),
    (Warning.RepeatsLikeAaaAreEasyToGuess, AGAIN),
    (Warning.RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess, AGAIN),
    (Warning.SequencesLikeAbcAreEasyToGuess, RUN),
    (Warning.RecentYearsAreEasyToGuess, DAY),
    (Warning.DatesAreOftenEasyToGuess, DAY),
)
COMMON = "这是很多人都在用的密码，或者只改了一两个字"
PERSONAL = "里面有账号、姓名、生日或者村名，认识您的人会试"
GUESSED = "密码太容易猜到："
ADVICE = "请换一个，例如一句只有您自己知道的话的拼音。"


def check(password: str, login: str, known: Iterable[str]) -> None:
    """Refuse what is easy to guess; `known`: what others know of its owner besides his login, as he would type it."""
    if len(password) < LENGTH_MIN:
        raise Invalid(f"密码至少{LENGTH_MIN}位。", field="password")
    judged = password[:JUDGED].lower()
    own = [login.lower(), *(word.lower() for word in known if len(word) >= WORD_MIN or not word.isascii())]
    found = zxcvbn(judged, [*own, *common()])
    if len(set(password)) < SIGNS_MIN:
        raise Invalid(f"{GUESSED}{AGAIN}。{ADVICE}", field="password")
    if found.guesses_log10 < STRONG or own[0] in judged:
        raise Invalid(f"{GUESSED}{_why(judged, own, found.feedback)}。{ADVICE}", field="password")


def _why(judged: str, own: Iterable[str], feedback: Feedback | None) -> str:
    if any(word in judged for word in own if word):
        return PERSONAL
    return next((said for warning, said in WARNINGS if feedback and feedback.warning == warning), COMMON)


@lru_cache(maxsize=1)
def common() -> tuple[str, ...]:
    """What people here choose, the most common first."""
    lines = (Path(__file__).parent / "common.txt").read_text().splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def born_words(day: date) -> Iterator[str]:
    """A day of birth as people type it: 19780305, 780305, 0305."""
    whole = f"{day:%Y%m%d}"
    return iter((whole, whole[2:], whole[4:], f"{day.year}{day.month}{day.day}", f"{day.month}{day.day:02}"))


def name_words(key: str) -> Iterator[str]:
    """A name in pinyin as people type it, from how it is sorted: `lu xiaoming` gives luxiaoming, xiaoming, lu."""
    surname, _, given = key.replace("'", "").partition(" ")
    given = given.replace(" ", "")
    return iter((surname + given, given, given + surname, surname))


def place_words(key: str) -> Iterator[str]:
    """A village or township in pinyin as people type it, from how it is sorted: donglingcun, dongling."""
    whole = key.removesuffix("dangzhibu").removesuffix("zhibu")
    yield whole
    for kind in ("cun", "zhen", "xiang", "shequ"):
        if whole.endswith(kind):
            yield whole.removesuffix(kind)
