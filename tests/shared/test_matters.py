"""A matter, on small tables of these tests' own: whose it is, its clock, its hand-overs, and its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, ClassVar

import psycopg
import pytest
from sqlalchemy import DateTime, MetaData, create_engine
from sqlalchemy.orm import DeclarativeBase

from shared import clock, numbers, todos, waiting
from shared.access import Actor
from shared.db import NAMES, Session, unit
from shared.errors import Invalid, NotYours, OutOfOrder
from shared.events import Fact
from shared.matters import actions, columns, rules
from shared.matters.actions import Matters
from shared.matters.columns import HoldingColumns, MatterColumns, RemarkColumns
from shared.matters.rules import Holder
from shared.moves import Machine, Move
from shared.numbers import Series
from shared.roles import Role
from shared.web import Html, Pages, Signed, Unit, Viewed
from shared.web.templates import environment_of
from shared.workdays import Deadline, Workdays
from tests import applications
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import DONGLING, FIRST, XIHE, Town

SCHEMA = {"schema": "activities"}
OPENED, DUE, LATEST = date(2025, 3, 3), date(2025, 3, 14), date(2025, 3, 28)


class Stage(StrEnum):
    """A view: with whoever answers it, with the leader who tells it back, over."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Step(StrEnum):
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"


ANSWERS = frozenset({Role.SECRETARY, Role.ORGANISER})
MOVES = Machine(
    "view",
    start=Stage.OPEN,
    moves={
        (Stage.OPEN, Step.ANSWER): Move(Stage.ANSWERED, ANSWERS),
        (Stage.ANSWERED, Step.CLOSE): Move(Stage.CLOSED, frozenset({Role.LEADER})),
        (Stage.CLOSED, Step.REOPEN): Move(Stage.OPEN, frozenset({Role.LEADER})),
    },
)
WAITS: dict[str, tuple[str, Role] | None] = {
    Stage.OPEN: ("activities.view_answer", Role.SECRETARY),
    Stage.ANSWERED: ("activities.view_tell", Role.LEADER),
    Stage.CLOSED: None,
}


class Own(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class View(MatterColumns, Own):
    __tablename__ = "view"
    __table_args__ = (*columns.laws("view"), SCHEMA)


class ViewHolding(HoldingColumns, Own):
    __tablename__ = "view_holding"
    __table_args__ = (*columns.laws_of_holding("view_holding"), SCHEMA)


class ViewRemark(RemarkColumns, Own):
    __tablename__ = "view_remark"
    __table_args__ = (SCHEMA,)


@dataclass(frozen=True, kw_only=True)
class ViewMoved(Fact, catalogued=False):
    about: ClassVar[str] = "view_id"
    view_id: int
    what: str


VIEWS: Matters[View] = Matters(
    name="view",
    holding=ViewHolding,
    remark=ViewRemark,
    machine=MOVES,
    waits=WAITS,
    held=frozenset({Stage.OPEN}),
    ended=frozenset({Stage.CLOSED}),
    told=lambda row, what: ViewMoved(unit_id=row.unit_id, view_id=row.id, what=what),
    time_kind="activities.view_time",
)


@pytest.fixture
def people(office: Database, town: Town, monkeypatch: pytest.MonkeyPatch, move_to: Callable[..., None]) -> Any:
    """The tables are there, the day has come; who acts."""
    engine = create_engine(office.owner_url.replace("postgresql://", "postgresql+psycopg://"))
    Own.metadata.create_all(engine)
    engine.dispose()
    with psycopg.connect(office.owner_url) as connection:
        for table in ("view", "view_holding", "view_remark"):
            connection.execute(f"grant select, insert, update on activities.{table} to xiaozu_activities")
    kind = todos.Kind("{n} 条意见", "/activities/views/{id}", "/activities/views", "办理", weight=1)
    for name in ("view_answer", "view_tell", "view_time"):
        monkeypatch.setitem(todos.KINDS, f"activities.{name}", kind)
    monkeypatch.setitem(numbers.WORDS, "activities.view", "民")
    move_to(OPENED)

    def actor(name: str, *posts: tuple[Role, int]) -> Actor:
        return Actor(town.people[name], town.people[name], name, posts)

    return SimpleNamespace(
        leader=actor("孙勤", (Role.LEADER, town.groups[DONGLING, FIRST])),
        secretary=actor("陆明", (Role.SECRETARY, town.units[DONGLING])),
        neighbour=actor("江海", (Role.SECRETARY, town.units[XIHE])),
        organiser=actor("周岚", (Role.ORGANISER, town.id)),
        committee=actor("郑川", (Role.COMMITTEE, town.id)),
    )


@pytest.fixture
def view(people: Any, town: Town) -> int:
    """A view of the first group that waits for its secretary."""
    with unit("activities") as session:
        row = View(
            unit_id=town.groups[DONGLING, FIRST],
            township_id=town.id,
            holder_unit=town.units[DONGLING],
            holder_post=Role.SECRETARY,
        )
        series = Series(town.id, 2025, "activities.view")
        return actions.begin(session, people.leader, VIEWS, row, due=Deadline(DUE, False), series=series).id


def found(session: Session, number: int) -> View:
    return session.get_one(View, number, with_for_update=True)


def waits(actor: Actor) -> list[tuple[str, date | None]]:
    with unit("activities", actor) as session:
        return [
            (line.kind.removeprefix("activities.view_"), line.due_on)
            for line in waiting.lines_of(session, actor.account_id, actor.posts)
        ]


def test_a_matter_has_a_number_a_day_and_a_holder_on_whose_desk_it_stands(people: Any, view: int):
    with unit("activities") as session:
        row = found(session, view)
        assert (row.number, row.stage, row.opened_on, row.due_on) == ("民〔2025〕1号", "open", OPENED, DUE)
        assert [(each.holder_post, each.starts_on, each.ends_on) for each in actions.held(session, VIEWS, row)] == [
            ("secretary", OPENED, None)
        ]
    assert waits(people.secretary) == [("answer", DUE)]
    assert waits(people.neighbour) == waits(people.leader) == []


def test_only_its_holder_takes_it_further_and_what_is_over_waits_for_nobody(
    people: Any, view: int, move_to: Callable[..., None]
):
    with unit("activities") as session, pytest.raises(NotYours):
        actions.take(session, people.neighbour, VIEWS, found(session, view), Step.ANSWER)
    with unit("activities") as session, pytest.raises(NotYours, match="由支部书记办理"):
        actions.take(session, people.organiser, VIEWS, found(session, view), Step.ANSWER)

    with unit("activities") as session:
        actions.take(session, people.secretary, VIEWS, found(session, view), Step.ANSWER)
    assert (waits(people.secretary), waits(people.leader)) == ([], [("tell", None)])
    move_to(date(2025, 3, 20))
    with unit("activities") as session:
        row = found(session, view)
        actions.take(session, people.leader, VIEWS, row, Step.CLOSE, outcome="已解决")
        assert (row.ended_on, row.outcome) == (date(2025, 3, 20), "已解决")
        assert rules.days_late(row, date(2025, 9, 1)) == 6  # as it was on the day on which it ended
        with pytest.raises(OutOfOrder, match="已经在2025-03-20办结"):
            actions.hand_on(
                session, people.organiser, VIEWS, row, Holder(people.neighbour.posts[0][1], Role.SECRETARY), why="再转"
            )
    assert waits(people.leader) == []

    move_to(date(2025, 4, 1))
    with unit("activities") as session:
        row = found(session, view)
        actions.take(session, people.leader, VIEWS, row, Step.REOPEN)
        spans = [(each.starts_on, each.ends_on) for each in actions.held(session, VIEWS, row)]
        assert (row.ended_on, spans) == (None, [(OPENED, date(2025, 3, 20)), (date(2025, 4, 1), None)])
    assert waits(people.secretary) == [("answer", DUE)]


def test_a_hand_over_moves_the_desk_and_not_the_clock_and_goes_back_with_a_reason(
    people: Any, view: int, town: Town, move_to: Callable[..., None]
):
    there = Holder(town.units[XIHE], Role.SECRETARY)
    move_to(date(2025, 3, 5))
    with unit("activities") as session:
        row = found(session, view)
        with pytest.raises(Invalid, match="转交的原因"):
            actions.hand_on(session, people.secretary, VIEWS, row, there, why=" ")
        actions.hand_on(session, people.secretary, VIEWS, row, there, why="路在那边")
    assert (waits(people.secretary), waits(people.neighbour)) == ([], [("answer", DUE)])

    move_to(date(2025, 3, 10))
    with unit("activities") as session, pytest.raises(NotYours):
        actions.give_back(session, people.secretary, VIEWS, found(session, view), why="不是他的事")
    with unit("activities") as session:
        row = found(session, view)
        actions.give_back(session, people.neighbour, VIEWS, row, why="不在我村地界")
        assert (row.due_on, row.returned_why) == (DUE, "不在我村地界")
        shares = rules.shares(actions.held(session, VIEWS, row), date(2025, 3, 12), Workdays())
    assert {share.holder.unit_id: share.working_days for share in shares} == {
        town.units[DONGLING]: 4,
        town.units[XIHE]: 3,
    }
    assert waits(people.secretary) == [("answer", DUE)]


def test_what_came_back_is_whose_it_was_and_giving_back_is_no_hand_over(people: Any, view: int, town: Town):
    there = Holder(town.units[XIHE], Role.SECRETARY)
    with unit("activities") as session:
        row = found(session, view)
        for _ in range(rules.HANDED_ON_MOST):
            actions.hand_on(session, people.secretary, VIEWS, row, there, why="路在那边")
            actions.give_back(session, people.neighbour, VIEWS, row, why="不在我村地界")
            with pytest.raises(OutOfOrder, match="没有可以退回的单位"):
                actions.give_back(session, people.secretary, VIEWS, row, why="不归我管")
        with pytest.raises(OutOfOrder, match="请组织委员指定"):
            actions.hand_on(session, people.secretary, VIEWS, row, there, why="路在那边")


def test_what_has_wandered_enough_is_designated_by_the_township_for_good(people: Any, view: int, town: Town):
    here, there = (Holder(town.units[name], Role.SECRETARY) for name in (DONGLING, XIHE))
    with unit("activities") as session:
        row = found(session, view)
        actions.hand_on(session, people.secretary, VIEWS, row, there, why="转")
        with pytest.raises(Invalid, match="现在就由这里办理"):
            actions.hand_on(session, people.neighbour, VIEWS, row, there, why="转")
        actions.hand_on(session, people.neighbour, VIEWS, row, here, why="转")
        with pytest.raises(OutOfOrder, match="请组织委员指定"):
            actions.hand_on(session, people.secretary, VIEWS, row, there, why="转")
        actions.hand_on(session, people.organiser, VIEWS, row, there, why="指定")
        with pytest.raises(OutOfOrder, match="指定办理的，不能再转交"):
            actions.hand_on(session, people.neighbour, VIEWS, row, here, why="转")
        for strange in (Holder(town.groups[DONGLING, FIRST], Role.SECRETARY), Holder(10**6, Role.SECRETARY)):
            with pytest.raises(Invalid):
                actions.hand_on(session, people.organiser, VIEWS, row, strange, why="转")


def test_more_time_is_asked_for_once_and_granted_by_the_next_storey(people: Any, view: int):
    until = date(2025, 3, 21)
    with unit("activities") as session:
        row = found(session, view)
        with pytest.raises(Invalid, match="2025-03-28以前"):
            actions.ask_for_time(session, people.secretary, VIEWS, row, date(2025, 4, 30), latest=LATEST, why="等料")
        actions.ask_for_time(session, people.secretary, VIEWS, row, until, latest=LATEST, why="等料")
    assert (waits(people.organiser), waits(people.secretary)) == ([("time", None)], [("answer", DUE)])
    with unit("activities") as session, pytest.raises(NotYours, match="延期由组织委员决定"):
        actions.grant_time(session, people.secretary, VIEWS, found(session, view))
    with unit("activities") as session:
        row = found(session, view)
        actions.grant_time(session, people.organiser, VIEWS, row)
        assert (row.due_on, rules.last_day(row), row.asked_until) == (DUE, until, None)
        with pytest.raises(OutOfOrder, match="只能延期一次"):
            actions.ask_for_time(session, people.secretary, VIEWS, row, LATEST, latest=LATEST, why="再等")
        with pytest.raises(OutOfOrder, match="没有等待决定的"):
            actions.grant_time(session, people.organiser, VIEWS, row)
    assert (waits(people.organiser), waits(people.secretary)) == ([], [("answer", until)])


def test_time_that_was_refused_leaves_the_day_and_a_day_that_has_passed_is_not_moved(
    people: Any, view: int, move_to: Callable[..., None]
):
    with unit("activities") as session:
        row = found(session, view)
        actions.ask_for_time(session, people.secretary, VIEWS, row, LATEST, latest=LATEST, why="等料")
        actions.refuse_time(session, people.organiser, VIEWS, row, why="不用等")
        assert (row.extended_to, row.asked_until, row.asked_why) == (None, None, None)
    assert (waits(people.organiser), waits(people.secretary)) == ([], [("answer", DUE)])
    move_to(date(2025, 3, 17))
    with unit("activities") as session, pytest.raises(OutOfOrder, match="已过"):
        actions.ask_for_time(session, people.secretary, VIEWS, found(session, view), LATEST, latest=LATEST, why="晚了")


def test_where_the_post_is_vacant_the_next_of_the_list_acts_and_never_grants_himself_time(
    people: Any, view: int, office: Database
):
    with psycopg.connect(office.owner_url) as connection:
        connection.execute(
            "update office.post set ends_on = %s where person_id = %s", [OPENED, people.secretary.person_id]
        )
    with unit("activities") as session:
        row = found(session, view)
        actions.ask_for_time(session, people.organiser, VIEWS, row, LATEST, latest=LATEST, why="没有书记")
        with pytest.raises(NotYours, match="应当回避"):
            actions.grant_time(session, people.organiser, VIEWS, row)
        actions.remark(session, people.organiser, VIEWS, row, " 已到现场 ")
        assert [each.said for each in actions.remarks(session, VIEWS, row)] == ["已到现场"]
        with pytest.raises(Invalid, match="写明内容"):
            actions.remark(session, people.organiser, VIEWS, row, "")


# --- how it is shown ---

PAGE = """{% extends frame %}
{% from "matter.html" import day_tag, matter_facts, holders, remarks, hand_on, give_back, ask_for_time, decide_on_time, say with context %}
{% block title %}意见{% endblock %}
{% block main %}<h1>意见</h1>{{ day_tag(matter, late) }}{{ matter_facts(matter, "东岭村党支部书记") }}
{{ hand_on(here, [("5:secretary", "西河村党支部书记")]) }}{{ give_back(here) }}{{ ask_for_time(here, matter, latest) }}
{% if matter.asked_until %}{{ decide_on_time(here, matter) }}{% endif %}{{ say(here) }}
{{ holders([("东岭村党支部书记", matter.opened_on, 3, "")]) }}{{ remarks([("陆明", at, "已到现场")]) }}{% endblock %}"""
pages = Pages(prefix="/views")


@pages.get("/{number}")
def shown(view: Viewed, actor: Signed, session: Unit, number: int) -> Html:
    """A view with everything that may be done with it."""
    row = session.get_one(View, number)
    known = environment_of(view.request)
    values = {"matter": row, "here": f"/activities/views/{number}", "latest": LATEST, "at": clock.now(session)}
    return Html(known.from_string(PAGE).render(view=view, frame="frame.html", late=2, **values))


def test_a_page_of_a_matter_is_made_of_the_macros_and_works_without_script(
    people: Any, view: int, visit: Callable[..., Visitor]
):
    with unit("activities") as session:
        row = found(session, view)
        actions.ask_for_time(session, people.secretary, VIEWS, row, date(2025, 3, 21), latest=LATEST, why="等料")

    with applications.more_pages("activities", pages):
        page = visit("dongling").get(f"/activities/views/{view}")

    for said in (
        "民〔2025〕1号",
        "逾期 2 天",
        "2025年3月14日",
        "申请延期到2025年3月21日：等料",
        "3 个工作日",
        "已到现场",
    ):
        assert said in page.text
    sent = {
        form.get("id"): form.action for form in page.root.forms if (form.action or "").startswith("/activities/views")
    }
    below = {"hand-over": "hand-overs", "give-back": "returns", "ask-time": "extensions", "remark": "remarks"}
    below |= {"grant-time": "extensions/grants", "refuse-time": "extensions/refusals"}
    assert sent == {name: f"/activities/views/{view}/{address}" for name, address in below.items()}
    labelled = {label.get("for") for label in page.root.iter("label")}
    fields = [
        each for form in page.root.forms if form.get("id") in below for each in form.iter("input", "textarea", "select")
    ]
    assert all(each.get("id") in labelled for each in fields if each.get("type") != "hidden")
