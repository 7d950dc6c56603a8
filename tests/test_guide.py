"""Every page has its guide, in words that hold: the figures are the township's, and the manual of a post is their sum."""

from pathlib import Path

import pytest

from services import activities, assessment, notify
from shared import guide
from shared.roles import Role
from shared.rulebase import effective
from shared.web.templates import TEMPLATES
from tests.browsing import Visitor
from tests.conftest import START

FOLDERS = [Path(house.__path__[0]) / "templates" for house in (activities, assessment, notify)] + [TEMPLATES]
BOOK = guide.read(FOLDERS)
FOR_ANYBODY = {
    "office/sign_in",
    "office/privacy",
    "trouble",
    "guide/manual",
    "guide/screen",
    "guide/words",
    "guide/card",
}
FOR_ANYBODY |= {"register/set_up_code", "register/set_up", "register/begun"}  # before anybody can sign in
A_SHEET = 900  # characters, with their headings, at the size that is printed
PAGES = {
    str(file.relative_to(folder)).removesuffix(".html")
    for folder in FOLDERS
    for file in folder.rglob("*.html")
    if "{% extends frame %}" in file.read_text(encoding="utf-8")
} - FOR_ANYBODY


def test_every_page_has_one_screen_of_the_guide_and_every_screen_is_of_a_page():
    named = [page for screen in BOOK.screens.values() for page in screen.pages]

    assert sorted(named) == sorted(PAGES)


@pytest.mark.parametrize("local", ["xiang", "zhen"])
def test_its_figures_and_sources_are_those_that_hold(local: str):
    rules = effective(START, local)
    for screen in BOOK.screens.values():
        said = [guide.figured(words, rules) for words in (screen.what, *screen.know, *(t.when for t in screen.tasks))]
        assert not any("{" in words for words in said), screen.name


def test_every_rule_that_is_cited_holds_somewhere():
    sets = [effective(START, local) for local in ("xiang", "zhen")]
    keys = {key for screen in BOOK.screens.values() for task in screen.tasks for key in task.rules}

    assert [key for key in keys if not any(guide.cited(key, rules) for rules in sets)] == []


def test_another_figure_of_the_township_is_shown_in_its_sentences():
    task = BOOK.screens["records"].tasks[0]

    assert guide.figured(task.when, effective(START, "xiang")) == "活动后 3 个工作日内"
    assert "《" in guide.cited("group_meeting.cadence", effective(START, "xiang"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_everybody_has_a_manual_of_what_he_does(role: Role):
    assert BOOK.manual(role)
    assert all(role in task.who for screen in BOOK.manual(role) for task in screen.tasks_of(role))


def test_words_and_cards_speak_by_the_rules_and_of_screens_that_there_are():
    rules, cards = effective(START, "xiang"), guide.cards_of(TEMPLATES).values()
    explained = guide.words_of(TEMPLATES)
    steps = [step for card in cards for part in card.parts for step in (card.lead, *part.steps)]

    assert len({each.word for each in explained}) == len(explained)
    assert {each.see for each in explained} - {""} <= set(BOOK.screens)
    assert not any("{" in guide.figured(each, rules) for each in (*steps, *(word.means for word in explained)))


def test_a_card_is_one_sheet_of_paper_with_the_townships_own_figures(visit):
    card = visit("diligent").get("/guide/cards/leader")

    assert card.title == "党小组长一页纸"
    assert "活动后 3 个工作日内提交" in card.text
    assert len(card.text) < A_SHEET
    visit("diligent").get("/guide/cards/auditor", 404)


def test_the_glossary_leads_to_where_a_word_is_met(visit):
    leader = visit("diligent")
    glossary = leader.get("/guide/words")

    assert "公示" in glossary.text
    assert leader.get("/guide").links().count("/guide/words") == 1
    for link in {link for link in glossary.links() if link.startswith("/guide/")}:
        leader.get(link)


def test_the_guide_is_a_link_away_and_the_manual_is_that_of_ones_post(visit):
    leader: Visitor = visit("diligent")
    month = leader.get("/activities/todos")
    screen = leader.get(next(link for link in month.links() if link.startswith("/guide/")))
    manual = leader.get("/guide")

    assert screen.title == "说明：待办"
    assert "活动后 3 个工作日内" in screen.text
    assert manual.title == "党小组长使用手册"
    assert "写记录" in manual.text
    assert "评定等次" not in manual.text
    assert "评定等次" in leader.get("/guide?role=committee").text
    leader.get("/guide/nothing", 404)
