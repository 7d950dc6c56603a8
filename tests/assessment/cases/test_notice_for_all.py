"""The notice: whole for every member in its days, a part that says so afterwards, on paper, with or without 不称职."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from services.assessment.cases import queries
from services.assessment.cases.models import Case
from services.assessment.papers import actions as papers
from services.assessment.schemes.rules import Grade
from shared import office_settings
from shared.access import Actor
from shared.db import unit
from shared.errors import Invalid, NotYours, OutOfReach
from shared.office_settings import Key
from tests.assessment.conftest import Steps, Town

Sql = Callable[..., list[tuple]]
ALL = ["东村", "东村", "东村", "南村", "西村", "西村"]


@pytest.fixture
def member(town: Town, sql: Sql) -> Actor:
    """A member of a group who holds no post, with an account."""
    return with_account(town.actor("leader of 西村2组"), sql)


def with_account(actor: Actor, sql: Sql) -> Actor:
    number = actor.account_id
    sql(
        "insert into office.account (id, person_id, login, password_hash, first_password, failures) overriding system value"
        " values (%s, %s, %s, '', false, 0)"
        " on conflict do nothing",
        number,
        number,
        f"account{number}",
    )
    return actor


def seen(actor: Actor, cycle: int) -> tuple[list[str], str]:
    with unit("assessment", actor) as session:
        notice = queries.notice_of(session, actor, cycle)
        return [row.branch for row in notice.rows], notice.part


def test_in_its_days_every_member_reads_the_whole_and_an_outsider_nothing(
    town: Town, sql: Sql, member: Actor, move_to: Callable[..., None], noticed: int
):
    secretary = with_account(replace(town.leader("东村1组"), posts=town.secretary("东村").posts), sql)
    assert seen(member, noticed) == seen(secretary, noticed) == seen(town.organiser, noticed) == (ALL, "")
    outsider = with_account(town.outsider, sql)
    for stranger in (outsider, town.outsider, replace(outsider, posts=())):
        with pytest.raises(OutOfReach):
            seen(stranger, noticed)

    move_to(date(2025, 12, 9))  # after its last day

    assert seen(town.organiser, noticed) == (ALL, "")
    assert seen(secretary, noticed) == (["东村"] * 3, "东村")
    sql("update office.membership set ends_on = '2025-12-01' where person_id = %s", member.person_id)
    with pytest.raises(OutOfReach):
        seen(member, noticed)


def test_it_bears_the_name_that_the_township_had_when_it_was_published(
    town: Town, sql: Sql, member: Actor, move_to: Callable[..., None], noticed: int
):
    def names(actor: Actor) -> str:
        with unit("assessment", actor) as session:
            return queries.notice_of(session, actor, noticed).township

    sql("update office.unit set name = '清江镇' where id = %s", town.id)
    assert names(member) == names(town.organiser) == "清河镇"

    move_to(date(2025, 12, 9))
    assert names(town.organiser) == "清河镇"
    with unit("assessment", town.organiser) as session:
        papers_of = [
            papers.take_notice(session, town.organiser, noticed, form="pdf").name,
            papers.take_opinions(session, town.organiser, noticed, form="docx").name,
            papers.opinion_of(session, town.organiser, session.scalars(select(Case.id)).first()).title,
        ]
    assert [name.startswith("清河镇2025年度") for name in papers_of] == [True] * 3


def test_a_part_of_it_says_on_paper_of_which_branch_it_is(
    town: Town, sql: Sql, move_to: Callable[..., None], noticed: int
):
    move_to(date(2025, 12, 9))
    secretary = with_account(replace(town.leader("东村1组"), posts=town.secretary("东村").posts), sql)
    with unit("assessment", secretary) as session:
        printed = papers.take_notice(session, secretary, noticed, form="pdf")
        word = papers.take_notice(session, secretary, noticed, form="docx")

    assert printed.name == "清河镇2025年度党小组长考核结果公示（东村）.pdf"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(printed.data)).pages)
    assert "（东村）" in text.replace("\n", "")
    assert "不是公示全文" in text.replace("\n", "")
    assert "西村" not in text
    told = docx.Document(BytesIO(word.data))
    assert told.paragraphs[0].text == "关于2025年度党小组长考核结果的公示（东村）"
    assert [row.cells[0].text for row in told.tables[0].rows] == ["支部", "东村", "东村", "东村"]
    assert sql("select count(*) from office.happening where fact = 'ResultsTaken'") == [(2,)]


def test_it_names_whom_to_ring_and_leaves_out_who_is_incompetent_where_the_township_decided_so(
    town: Town, steps: Steps, sql: Sql, member: Actor, rated: int
):
    with unit("activities", town.organiser) as session:
        with pytest.raises(Invalid, match="电话"):
            office_settings.put(session, town.organiser, town.id, Key.NOTICE_PHONE, "找老王", reason="公示用。")
        office_settings.put(session, town.organiser, town.id, Key.NOTICE_PHONE, "0571-8765 4321", reason="公示用。")
    for case in steps.cases(rated)[1:]:
        steps.decide(case)
    steps.decide(steps.cases(rated)[0], Grade.INCOMPETENT, "研究决定。")
    steps.publish(rated)
    assert sql("select notice_phone, notice_incompetent from assessment.cycle") == [("0571-8765 4321", True)]
    assert len(seen(member, rated)[0]) == 6

    sql("update assessment.cycle set notice_incompetent = false")  # as it would have been published
    assert len(seen(member, rated)[0]) == len(seen(town.organiser, rated)[0]) == 5
    with pytest.raises(NotYours), unit("assessment", member) as session:
        papers.take_notice(session, member, rated, form="docx")
    with unit("assessment", town.organiser) as session:
        printed = papers.take_notice(session, town.organiser, rated, form="docx")
    assert any("联系电话：0571-8765 4321" in each.text for each in docx.Document(BytesIO(printed.data)).paragraphs)
