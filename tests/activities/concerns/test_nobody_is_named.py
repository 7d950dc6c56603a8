"""There is no place for whoever spoke, in no column, shape or form; and words that name somebody are not kept."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel
from sqlalchemy import Text

from services.activities.concerns import actions, schemas
from services.activities.concerns.actions.keeping import WORDS
from services.activities.concerns.models import Concern, ConcernHolding, ConcernRemark, UsualAnswer
from services.activities.concerns.rules import cleaned, marks_in, says_nothing
from services.activities.concerns.schemas import Designation, Outside, Said
from shared.db import unit
from shared.errors import Invalid
from shared.events import CATALOGUE
from tests.activities.concerns.conftest import LAMP, People
from tests.town import XIHE

# Every column there is: each is about the matter, or an account or a post of whoever acts on it.
KNOWN = {
    Concern: {
        "id",
        "unit_id",
        "township_id",
        "number",
        "stage",
        "holder_unit",
        "holder_post",
        "opened_on",
        "due_on",
        "due_provisional",
        "asked_until",
        "asked_why",
        "asked_by",
        "extended_to",
        "returned_why",
        "ended_on",
        "outcome",
        "kind",
        "said",
        "urgent",
        "voices",
        "slip",
        "cell_id",
        "cell_lost",
        "past",
        "noted_by",
        "passed_on",
        "pass_due",
        "how",
        "result",
        "answer",
        "basis",
        "answered_on",
        "tell_due",
        "told_on",
        "told_form",
        "satisfied",
        "outside",
        "outside_number",
        "merged_into",
        "reopened_on",
        "new_facts",
        "asks_on",
        "holds",
        "refused_why",
        "ended_why",
        "cleared_on",
        "blackened_on",
    },
    ConcernHolding: {
        "id",
        "matter_id",
        "unit_id",
        "holder_unit",
        "holder_post",
        "designated",
        "came",
        "why",
        "handed_by",
        "starts_on",
        "ends_on",
    },
    ConcernRemark: {"id", "matter_id", "unit_id", "said", "said_by", "said_at"},
    UsualAnswer: {"id", "township_id", "kind", "result", "said", "written_on", "removed_on"},
}
SPEAKER = re.compile(r"person|speaker|source|reporter|member|phone|name|house|address|contact|citizen|who")
FACTS = ("ConcernMoved", "ConcernPhotoChanged", "ConcernWordsGone", "UsualAnswerChanged")
TEMPLATES = Path("services/activities/templates/concerns")


@pytest.mark.parametrize("table", KNOWN)
def test_no_column_is_for_whoever_spoke(table: type):
    assert {column.name for column in table.__table__.columns} == KNOWN[table]


def test_every_word_that_anybody_writes_can_be_taken_out_and_goes_in_the_end():
    words = {column.name for column in Concern.__table__.columns if isinstance(column.type, Text)}
    chosen = {"number", "stage", "holder_post", "outcome", "kind", "past", "result", "told_form", "satisfied", "holds"}
    assert words - chosen == set(WORDS)


def test_whom_it_is_about_stands_in_no_reason_for_which_it_is_sent_elsewhere(people: People):
    view = people.note()
    people.does(people.secretary, actions.accept, view)
    outside = Outside(outside="供电所，找王大爷", number="A-1")
    with pytest.raises(Invalid, match="王大爷"):
        people.does(people.secretary, actions.send_out, view, outside)
    people.does(people.secretary, actions.pass_up, view, Said(said="要乡镇协调。"))
    named = Designation(unit_id=people.town.units[XIHE], said="王大爷住在西河村。")
    with pytest.raises(Invalid, match="王大爷"):
        people.does(people.organiser, actions.designate, view, named)
    people.does(people.organiser, actions.designate, view, named.model_copy(update={"confirmed": True}))


def test_no_shape_no_field_and_no_fact_is_for_whoever_spoke():
    shapes = [each for each in vars(schemas).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    fields = {name for shape in shapes for name in shape.model_fields}
    told = {name for fact in FACTS for name in CATALOGUE[fact].__dataclass_fields__}
    forms = {name for page in TEMPLATES.glob("*.html") for name in re.findall(r'name="(\w+)"', page.read_text())}

    assert {name for name in fields | told | forms if SPEAKER.search(name)} == set()


@pytest.mark.parametrize("said", ["无", "一切正常", "本月没有意见。", "暂无", " 无 ！", "群众满意"])
def test_nothing_to_say_is_not_noted_and_is_a_fine_month(people: People, said: str):
    assert says_nothing(said)
    with pytest.raises(Invalid, match="没有人提意见是正常的"):
        people.note(said=said)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("张某家门口积水", "张某"),
        ("老李说水太小", "老李"),
        ("王大爷反映路灯不亮", "王大爷"),
        ("联系电话13812345678", "13812345678"),
        ("请打１３８ １２３４ ５６７８", "138 1234 5678"),
        ("一三八一二三四五六七八", "一三八一二三四五六七八"),
        ("身份证330102199001011234", "330102199001011234"),
        ("幸福路12号下水道堵了", "路12号"),
        ("3栋201漏水", "3栋201"),
    ],
)
def test_names_numbers_and_doors_are_found_and_taken_out(people: People, said: str, found: str):
    assert found in [mark.found for mark in marks_in(said)]
    with pytest.raises(Invalid, match="只记事，不记人"):
        people.note(said=said)
    assert marks_in(cleaned(said)) == []


@pytest.mark.parametrize("said", [LAMP, "2025年3月3日停水三天，1500户受影响。", "路灯坏了，老年人不方便。"])
def test_what_names_nobody_is_left_alone(said: str):
    assert marks_in(said) == []


def test_names_of_the_register_are_found_where_one_reaches_them_and_tell_nothing_of_others(people: People):
    with pytest.raises(Invalid, match="钱老根"):
        people.note(said="钱老根走路不方便。")
    people.note(said="贾真走路不方便。")  # of another branch: that he is in the register, nobody learns

    view = people.note(said="白梅开花的地方垃圾多。", confirmed=True)
    assert people.row(view).said == "白梅开花的地方垃圾多。"
    with pytest.raises(Invalid):
        people.note(said="请打13812345678。", confirmed=True)


def test_reasons_stand_on_the_matter_and_in_no_history(people: People):
    view = people.note()
    people.does(people.secretary, actions.give_back, view, Said(said="请写清楚是哪一盏灯。"))

    with unit("activities") as session:
        reasons = session.connection().exec_driver_sql(
            "select count(*) from office.happening where subject like 'concern:%%' and"
            " (reason is not null or body::text like '%%灯%%')"
        )
        assert reasons.scalar() == 0
    assert people.row(view).returned_why == "请写清楚是哪一盏灯。"
