"""A kind of evidence that nobody has built yet: a whole small topic here, and a leader's year scored by it.

The topic keeps people's views that were answered, and whether each answer was told back within five days. Everything
that it gives is what any topic gives: a line in the catalogue, its things in the counters, a part for what is owed,
its pages. Scheme, run, sheet, page, what-if and verification find it by themselves.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from deploy import doctor
from services.activities.evidence import actions as evidence
from services.activities.evidence import rules as registry
from services.assessment.cases import actions as cases
from services.assessment.cases import queries as cases_queries
from services.assessment.schemes import actions as schemes
from services.assessment.trials import actions as trials
from shared.access import SYSTEM
from shared.db import Session, unit
from shared.errors import Invalid, OutOfReach
from shared.evidence import KINDS, Kind
from shared.office_settings import Key, put
from shared.systems import System
from shared.web import Html, Pages, Signed, Unit
from tests import applications
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import DONGLING, FIRST, SECOND, Town

Visit = Callable[..., Visitor]
TOLD = "view_told"
THE_KIND = Kind(
    "答复反馈",
    System.WORKBOOK,
    "/activities/views/{id}",
    "/activities/views?unit_id={group_id}&year={year}",
    act="反馈",
    measure="件",
    called="activities.views_called",
    measures=frozenset({"share", "deduct"}),
)
TABLE = """
create table activities.view_of_people (id bigint generated always as identity primary key, group_id bigint not null,
  answered_on date not null, told_on date);
alter table activities.view_of_people enable row level security;
create policy reach on activities.view_of_people using
  (office.reaches_all() or group_id in (select office.reached()));
grant select, insert, update on activities.view_of_people to xiaozu_activities;
grant select on activities.view_of_people to xiaozu_keeper;
create function activities.views_called(views bigint[]) returns table(id bigint, kind text, held_on date)
  language sql stable security definer set search_path = activities, office, pg_temp as $$
    select v.id, 'view_told', v.told_on from view_of_people v where v.id = any (views)
      and (office.reaches_all() or v.group_id in (select office.reached())) $$;
grant execute on function activities.views_called(bigint[]) to xiaozu_assessment;
"""
COUNTED = f"""
    select group_id, '{TOLD}' as kind, told_on as on_day, 0 as present, 0 as expected, 0 as minutes, id
    from activities.view_of_people where told_on is not null"""
PART = """
    select life.g, count(*) as owed, count(*) filter (where told_on <= answered_on + 5) as met
    from life join activities.view_of_people v on v.group_id = life.g
      and v.answered_on >= life.founded and v.answered_on < life.dissolved
    where answered_on + 5 < :due_by
    group by life.g"""
SCHEME = """
key: views
name: 看反馈的方案
version: "1"
year_from: 2025
applies_to: leader
points: 100
indicators:
  - {{key: study, name: 学习, measure: share, kinds: [study], points: 60}}
  - {{key: told, name: 意见反馈, measure: {measure}, kinds: [view_told], points: 40{more}}}
"""


def tell_back(session: Session, group: int, answered: date, told: date | None) -> int:
    """The topic's own action: a view with its answer, told back or not yet; counted in the same transaction."""
    made = session.scalar(
        text(
            "insert into activities.view_of_people (group_id, answered_on, told_on) values (:g, :answered, :told)"
            " returning id"
        ),
        {"g": group, "answered": answered, "told": told},
    )
    if told:
        evidence.count(session, f"{COUNTED} and id = any(:ids)", [made])
    return made


pages = Pages(prefix="/views")


@pages.get("/{view_id}")
def view_page(actor: Signed, session: Unit, view_id: int) -> Html:
    """The topic's own page asks its own right."""
    found = session.execute(text("select told_on from activities.view_of_people where id = :id"), {"id": view_id})
    if found.one_or_none() is None or not actor.posts:
        raise OutOfReach
    return Html(f"<main>意见 {view_id}</main>")


@pytest.fixture
def topic(office: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The topic is there: its table, its line in the catalogue, its part, its page."""
    with psycopg.connect(office.owner_url) as connection:
        connection.execute(TABLE)
    monkeypatch.setitem(KINDS, TOLD, THE_KIND)
    monkeypatch.setattr(registry, "COUNTED", [*registry.COUNTED, COUNTED])
    monkeypatch.setattr(doctor, "COUNTED", registry.COUNTED)
    monkeypatch.setitem(registry.PARTS, TOLD, PART)
    with applications.more_pages("activities", pages):
        yield


@pytest.fixture
def year(topic: None, town: Town, move_to: Callable[..., None], settle: Callable[[], None]) -> int:
    """Three views of the first group: told in time, told late, and one whose five days are not over; its case."""
    move_to(date(2025, 11, 3))
    with unit("activities") as session:
        group = town.groups[DONGLING, FIRST]
        tell_back(session, group, date(2025, 3, 3), date(2025, 3, 5))
        tell_back(session, group, date(2025, 5, 5), date(2025, 6, 20))
        tell_back(session, group, date(2025, 11, 1), None)
    with unit("assessment") as session:
        schemes.store_scheme(session, SYSTEM, SCHEME.format(measure="share", more=""), township_id=town.id)
        cycle = cases.open_cycle(session, SYSTEM, township_id=town.id, year=2025).id
    with unit("assessment") as session:
        cases.start_run(session, SYSTEM, cycle)
    settle()
    return cycle


def case_of(sql: Callable[..., list[Any]], group: int) -> int:
    return sql("select id from assessment.leader_case where group_id = %s", group)[0][0]


@pytest.fixture
def sql(office: Database) -> Callable[..., list[Any]]:
    def ask(question: str, *values: Any) -> list[Any]:
        with psycopg.connect(office.owner_url) as connection:
            return connection.execute(question, values).fetchall()

    return ask


def test_a_new_kind_is_scored_explained_tried_and_verified(
    year: int, town: Town, visit: Visit, sql: Callable[..., list[Any]]
):
    case = case_of(sql, town.groups[DONGLING, FIRST])

    # The sheet: two owed by the day of the run, one of them met; with both views behind it.
    with unit("assessment") as session:
        _, items = cases_queries.explained(session, cases_queries.case_seen(session, SYSTEM, case).Case)
        told = next(item for item in items if item.key == "told")
    assert (told.figures["done"], told.figures["owed"], told.figures["met"], told.earned) == (2, 2, 1, 2000)
    assert told.why == "应反馈 2 件，按期反馈 1 件，得 20 分（满分 40 分）。"
    first, second = told.evidence[TOLD]

    # Its page: the figure opens the topic's own pages.
    page = visit("organiser").get(f"/assessment/cases/{case}")
    assert "2 件，应 2 件" in page.text
    assert "3月5日 答复反馈" in page.text
    assert {f"/activities/views/{first}", f"/activities/views/{second}"} <= set(page.links())
    assert visit("organiser").client.get(f"/activities/views/{first}").status_code == 200
    assert visit("outsider").client.get(f"/activities/views/{first}").status_code == 404

    # What if it were worth less: whoever had half of it moves by half of that.
    with unit("assessment") as session:
        trial = trials.try_changes(session, SYSTEM, year, {"told.points": "20", "study.points": "80"})
    row = next(row for row in trial.rows if row.case_id == case)
    assert (row.total_before, row.total_after) == (2000, 1000)

    # And the year computed again comes to the same, and the counters to the views.
    with unit("assessment") as session:
        assert cases.verify_cycle(session, SYSTEM, year).sound
    assert doctor.examine()["I1"] == doctor.OK


def test_where_nothing_of_the_new_kind_was_owed_it_is_left_out(year: int, town: Town, sql: Callable[..., list[Any]]):
    other = town.groups[DONGLING, SECOND]

    (items,) = sql(
        "select items from assessment.sheet s join assessment.leader_case c on c.id = s.case_id where c.group_id = %s",
        other,
    )[0]
    assert items["told"] is None


@pytest.mark.usefixtures("topic")
def test_a_scheme_scores_a_kind_only_as_the_house_says_that_it_may_be(town: Town):
    with (
        unit("assessment") as session,
        pytest.raises(Invalid, match="答复反馈只能按期开展的比例、只扣不加，不能按次计分"),
    ):
        counted = SCHEME.format(measure="per_item", more=", each: 1")
        schemes.store_scheme(session, SYSTEM, counted, township_id=town.id)


@pytest.mark.usefixtures("topic")
def test_a_kind_is_offered_where_its_system_is_on_and_what_is_taken_back_counts_no_more(
    town: Town, visit: Visit, sql: Callable[..., list[Any]], move_to: Callable[..., None]
):
    move_to(date(2025, 11, 3))
    assert "答复反馈" in visit("organiser").get("/assessment/schemes/new").text
    with unit("activities") as session:
        one, two = (
            tell_back(session, town.groups[DONGLING, FIRST], date(2025, 3, 3), date(2025, 3, 5)) for _ in range(2)
        )
        evidence.take_back(session, f"{COUNTED} and id = any(:ids)", [one])
    assert sql("select done[3], ids from activities.tally where kind = %s", TOLD) == [(1, [two])]
    with unit("activities") as session:
        evidence.take_back(session, f"{COUNTED} and id = any(:ids)", [two])
    assert sql("select count(*) from activities.tally where kind = %s", TOLD) == [(0,)]

    with unit("activities") as session:
        put(session, SYSTEM, town.id, Key.SYSTEMS, [System.ASSESSMENT], reason="先不用")
    assert "答复反馈" not in visit("organiser").get("/assessment/schemes/new").text


def test_every_kind_is_owed_by_the_rules_or_has_a_part_of_its_own():
    assert {kind for kind, known in KINDS.items() if not known.cadence} == registry.PARTS.keys()
    with pytest.raises(LookupError):
        registry.gives("study", PART)
