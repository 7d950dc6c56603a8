"""What an auditor asks for: kinds of lines that several facts make, or some lines of one. Pure."""

from collections.abc import Mapping
from typing import NamedTuple


class Sought(NamedTuple):
    """A kind of lines: its word, its facts, and what is asked of them besides."""

    word: str
    facts: tuple[str, ...]
    differs: bool = False  # only where the grade is not the one that was proposed
    confirmed: bool = False  # only where it stood confirmed before


KINDS: Mapping[str, Sought] = {
    "posts": Sought("任职、免职和代行", ("PostChanged", "StandInChanged")),
    "grades": Sought("评定和建议不同的等次", ("CaseDecided",), differs=True),
    "corrections": Sought("更正已确认的记录", ("ActivityCorrected",), confirmed=True),
    "sign_ins": Sought("登录", ("SignedIn", "ActedIn")),
    "numbers": Sought("查看完整号码、按号码查人", ("NumberShown", "NumberSought", "GuestNumberShown")),
    "downloads": Sought("下载和导出", ("PaperTaken", "ResultsTaken", "OpinionTaken", "MarksTaken", "AuditTaken")),
}


def kinds_read(facts: tuple[str, ...] | None) -> list[tuple[str, str]]:
    """The kinds of which somebody reads at least one fact, with their words; None reads every fact."""
    return [(key, each.word) for key, each in KINDS.items() if facts is None or set(each.facts) & set(facts)]
