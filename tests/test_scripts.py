"""Our scripts run in what villages and offices have: ES2019, as Chromium 78 and Safari 15 speak it."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parent.parent / "shared" / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*')
# What came later, as it is written: ES2020 and after, and what those browsers lack beside it.
LATER = {
    "optional chaining": r"\?\.(?!\d)",
    "a default for null": r"\?\?",
    "logical assignment": r"(\|\||&&)=",
    "private names": r"[.{;\s]#\w+\s*[=(;]",
    "numbers with signs between": r"\b\d+_\d",
    "big numbers": r"\b\d+n\b",
    "later methods": r"\.(at|replaceAll|replaceChildren|findLast|hasOwn|allSettled|any|structuredClone)\(",
    "later words of the language": r"\b(import\.meta|globalThis|static\s*\{)",
    "top-level await": r"^await\b",
}


def bare(script: str) -> str:
    """A script without what stands in quotes and comments; what a template computes stays."""
    return QUOTED.sub('""', script)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
@pytest.mark.parametrize("what", LATER)
def test_no_script_uses_what_older_browsers_cannot_read(script: Path, what: str):
    assert re.findall(LATER[what], bare(script.read_text()), re.MULTILINE) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_whoever_asks_by_which_button_a_form_was_sent_has_an_answer_of_his_own_too(script: Path):
    asked = re.findall(r"event\.submitter(?! \|\| \()", script.read_text())

    assert asked == []


@pytest.mark.parametrize("later", ["a?.b", "a ?? b", "a ||= b", "x.replaceAll('a')", "1_000", "10n"])
def test_what_came_later_is_seen(later: str):
    assert any(re.search(pattern, bare(later), re.MULTILINE) for pattern in LATER.values())
