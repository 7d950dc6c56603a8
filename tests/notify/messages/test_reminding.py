"""What waits is reminded of from one place: before its day, after it, and to the township; each level once."""

from collections.abc import Callable, Iterable
from datetime import date
from threading import Thread
from types import SimpleNamespace

import pytest

from services.notify.messages.rules import RECIPIENTS
from shared import daily, waiting
from shared.db import unit
from shared.events import CaseNominated, CaseReturned
from shared.roles import Role
from shared.todos import KINDS, Thing

NOMINATE, RATE = "assessment.nominate", "assessment.rate"
DUE = date(2025, 12, 15)  # a Monday: five and one working days before it are the 8th and the 12th


@pytest.fixture
def began(here: SimpleNamespace) -> SimpleNamespace:
    """The first of December."""
    here.move_to(date(2025, 12, 1))
    return here


@pytest.fixture
def waits(began: SimpleNamespace) -> Callable[..., None]:
    """Things of the groups of 清河镇 wait: `waits("case:1", "东村一组")`."""

    def begin(
        subject: str, place: str, *, kind: str = NOMINATE, post: Role = Role.SECRETARY, due_on: date | None = DUE
    ) -> None:
        with unit("assessment") as session:
            waiting.begin_waiting(session, kind, post, [Thing(subject, began.town.units[place], due_on=due_on)])

    return begin


@pytest.fixture
def done() -> Callable[..., None]:
    """Things wait no more."""

    def close(*subjects: str, kind: str = NOMINATE) -> None:
        with unit("assessment") as session:
            waiting.close(session, kind, subjects)

    return close


@pytest.fixture
def said(here: SimpleNamespace) -> Callable[[Iterable[date]], list[tuple[int, str, str, str]]]:
    """On each of these days the machine wakes: day, who was told, by which telling, and the title."""

    def wake(days: Iterable[date]) -> list[tuple[int, str, str, str]]:
        newest, found = max((row.id for row in here.rows("select id from notify.message")), default=0), []
        for day in days:
            here.move_to(day)
            daily.post("notify")
            here.rest()
            new = here.rows(
                "select m.id, p.name, split_part(m.telling, ':', 1) as telling, m.title from notify.message m"
                " left join office.person p on p.id = m.person_id where m.id > %s order by m.id",
                newest,
            )
            lines = [(day.day, row.name, row.telling, row.title) for row in new]
            found += sorted(lines, key=lambda line: (line[2], line[1], line[3]))
            newest = max([newest, *(row.id for row in new)])
        return found

    return wake


def of_december(*days: int) -> list[date]:
    return [date(2025, 12, day) for day in days]


ALL = [date(2025, 12, day) for day in range(1, 32)]


def test_whoever_it_waits_for_is_reminded_before_and_after_then_the_next_and_the_township(began, waits, said):
    waits("case:1", "东村一组")
    waits("case:2", "东村一组")

    lines = said(ALL)

    assert [(day, who, telling) for day, who, telling, _ in lines] == [
        (8, "first", "near"),
        (12, "first", "near"),
        (16, "organiser", "above"),
        (16, "first", "late"),
        (22, "first", "reported"),
        (22, "organiser", "township"),
    ]
    assert lines[0][3] == "2名党小组长待提名，期限2025年12月15日"
    assert lines[2][3] == "1个单位有事逾期：2名党小组长待提名"


@pytest.mark.parametrize(
    ("woke", "lines"),
    [
        pytest.param([9], ["near"], id="past the first"),
        pytest.param([15], ["near"], id="past both, on the last day, which is not over"),
        pytest.param([17], ["above", "late"], id="past its day"),
        pytest.param([30], ["reported", "township"], id="past everything"),
        pytest.param([13, 14, 15], ["near"], id="woke on a day off: said on the next working day"),
    ],
)
def test_of_all_that_came_while_the_machine_was_away_only_the_highest_is_said(began, waits, said, woke, lines):
    waits("case:1", "东村一组")

    assert [telling for _, _, telling, _ in said(of_december(*woke))] == lines
    assert said(of_december(woke[-1], woke[-1])) == []


def test_nobody_is_reminded_of_what_is_done_or_begun_after_the_day_of_reminding(began, waits, done, said):
    waits("case:1", "东村一组")
    waits("case:2", "东村一组")
    done("case:1")

    assert [title for *_, title in said(of_december(8))] == ["1名党小组长待提名，期限2025年12月15日"]
    done("case:2")
    assert said(of_december(12)) == []
    began.move_to(date(2025, 12, 12))
    waits("case:3", "东村一组")
    assert [(day, telling) for day, _, telling, _ in said(of_december(15, 16))] == [(16, "above"), (16, "late")]


@pytest.mark.parametrize(
    ("moved_to", "told"),
    [
        pytest.param(date(2025, 12, 22), [(15, "near"), (19, "near"), (23, "above"), (23, "late")], id="later"),
        pytest.param(date(2025, 12, 11), [(10, "near"), (12, "above"), (12, "late")], id="earlier"),
        pytest.param(date(2025, 12, 16), [(15, "near"), (17, "above"), (17, "late")], id="by a day: 5 stays said"),
    ],
)
def test_a_day_that_moves_takes_its_levels_along(began, waits, said, moved_to, told):
    waits("case:1", "东村一组")
    assert [(day, telling) for day, _, telling, _ in said(of_december(8, 9))] == [(8, "near")]

    waits("case:1", "东村一组", due_on=moved_to)

    lines = said(of_december(*range(9, 24)))
    assert [(day, telling) for day, _, telling, _ in lines if telling not in {"reported", "township"}] == told


def test_where_the_post_is_vacant_the_next_in_the_list_is_told_for_which_branch(began, waits, said):
    waits("case:1", "南村一组")

    assert said(of_december(8)) == [(8, "organiser", "near", "（代南村）1名党小组长待提名，期限2025年12月15日")]
    assert [(who, telling) for _, who, telling, _ in said(of_december(16, 22))] == [
        ("committee", "above"),
        ("organiser", "late"),
        ("organiser", "reported"),
        ("committee", "township"),
    ]


def test_branches_are_gathered_for_whoever_stands_over_them(began, waits, said):
    for number, place in enumerate(("东村一组", "西村一组", "西村一组")):
        waits(f"case:{number}", place)
    waits("case:9", "东村一组", kind=RATE, post=Role.COMMITTEE)

    late = [(who, title) for _, who, telling, title in said(of_december(16)) if telling in {"above", "late"}]

    assert late == [
        ("organiser", "1个单位有事逾期：1名党小组长待评定等次"),
        ("organiser", "2个单位有事逾期：3名党小组长待提名"),
        ("committee", "1名党小组长待评定等次，已经逾期"),
        ("first", "1名党小组长待提名，已经逾期"),
        ("second", "2名党小组长待提名，已经逾期"),
    ]


def test_the_office_decides_how_long_before_and_after(began, waits, said, execute):
    rules = [
        f'{{"key": "reminder.{key}", "title": "提醒", "value": {value}, "unit": "个工作日", "direction": "choice",'
        ' "article": "本乡镇", "source": "本乡镇", "mark": "L"}'
        for key, value in (("lead_working_days", "[3]"), ("late_working_days", 2), ("report_working_days", 3))
    ]
    body = f'{{"name": "zhen", "title": "本镇", "version": "2", "rules": [{", ".join(rules)}]}}'
    execute(
        "insert into office.rule_version (township_id, version, effective_from, body, reason)"
        " values (%s, '2', '2025-01-01', %s, '试')",
        began.town.units["清河镇"],
        body,
    )
    waits("case:1", "东村一组")

    assert [(day, telling) for day, _, telling, _ in said(ALL)] == [
        (10, "near"),
        (17, "above"),
        (17, "late"),
        (18, "reported"),
        (18, "township"),
    ]


def test_another_township_is_told_nothing(began, waits, said, client):
    waits("case:1", "东村一组")

    told = {who for _, who, _, _ in said(ALL)}

    assert told == {"first", "organiser"}
    assert client("outsider").get("/messages").json()["rows"] == []


@pytest.mark.parametrize("point", ["before_effect", "after_effect", "before_commit", "after_commit"])
def test_whoever_dies_at_it_says_it_once_all_the_same(began, waits, said, dies_at, point):
    waits("case:1", "东村一组")
    began.move_to(date(2025, 12, 8))
    daily.post("notify")
    dies_at(f"{point}@notify.remind_township")
    began.later(1)
    began.rest()

    assert began.rows("select count(*)::int as n from notify.message")[0].n == 1
    assert began.rows("select level from notify.reminded")[0].level == -5


# --- a message and its matter ---


def test_a_message_learns_that_its_matter_is_done_and_says_so(waits, done, said, client, visit):
    waits("case:1", "东村一组")
    waits("case:2", "东村一组")
    said(of_december(8))
    first = client("first")

    done("case:1")
    assert [row["done_at"] for row in first.get("/inbox").json()["rows"]] == [None]
    done("case:2")

    assert all(row["done_at"] for row in first.get("/inbox").json()["rows"])
    assert "已办结" in visit("first").get("/notify/").text


def test_a_later_message_on_the_same_matter_stands_in_the_place_of_the_one_before(began, waits, done, said, client):
    waits("case:1", "东村一组")
    said(of_december(8))
    waits("case:2", "东村一组")
    said(of_december(12, 16))

    first = client("first")
    shown = first.get("/inbox").json()["rows"]

    assert [row["title"] for row in shown] == ["2名党小组长待提名，已经逾期"]
    assert first.get("/inbox/unread").json()["unread"] == 1
    everything = client("organiser").get("/messages").json()["rows"]
    assert len([row for row in everything if row["unit_id"] == began.town.units["东村"]]) == 3


def test_a_message_that_asks_for_more_than_the_later_one_stays(began, waits, done, said, client):
    waits("case:1", "东村一组")
    waits("case:2", "东村一组", due_on=date(2025, 12, 15))
    said(of_december(8))
    waits("case:2", "东村一组", due_on=date(2025, 12, 22))
    said(of_december(12))

    shown = client("first").get("/inbox").json()["rows"]

    assert [row["title"] for row in shown] == [
        "1名党小组长待提名，期限2025年12月15日",
        "2名党小组长待提名，期限2025年12月15日",
    ]


@pytest.fixture
def returned(began, say, rest, waits) -> Callable[[], None]:
    """The nomination of 东村's first group was returned: it waits again, and the branch is told."""

    def back() -> None:
        waits("case:7", "东村一组")
        say(CaseReturned(unit_id=began.town.units["东村一组"], case_id=7, year=2025))
        rest()

    return back


def test_what_a_fact_asks_for_is_done_when_it_waits_no_more_and_is_replaced_when_it_waits_again(
    returned, done, client, visit
):
    first = client("first")
    returned()
    (told,) = first.get("/inbox").json()["rows"]
    assert told["done_at"] is None
    done("case:7")
    assert first.get("/inbox").json()["rows"][0]["done_at"]

    returned()

    (shown,) = first.get("/inbox").json()["rows"]
    assert (shown["done_at"], shown["replaced_by"]) == (None, None)
    assert first.get(f"/messages/{told['id']}").json()["replaced_by"] == shown["id"]
    assert "这件事以前的通知" in visit("first").get(f"/notify/messages/{shown['id']}").text
    assert "看后来的通知" in visit("first").get(f"/notify/messages/{told['id']}").text


def test_a_reminder_takes_the_place_of_what_was_told_before_on_the_same_matter(returned, said, client):
    returned()

    said(of_december(8))

    assert [row["fact"] for row in client("first").get("/inbox").json()["rows"]] == ["TodosReminded"]


def test_what_was_done_before_it_is_told_of_is_told_of_as_done(began, say, rest, client):
    say(CaseReturned(unit_id=began.town.units["东村一组"], case_id=7, year=2025))
    rest()

    assert client("first").get("/inbox").json()["rows"][0]["done_at"]


def test_a_line_of_the_day_is_done_with_the_last_of_what_it_tells_of(began, waits, done, client):
    review = {"kind": "assessment.review", "post": Role.ORGANISER}
    for case in (1, 2):
        waits(f"case:{case}", "东村一组", **review)
        began.say(CaseNominated(unit_id=began.town.units["东村一组"], case_id=case, year=2025))
    began.rest()
    organiser = client("organiser")

    done("case:1", kind="assessment.review")
    assert [row["done_at"] for row in organiser.get("/inbox").json()["rows"]] == [None]
    done("case:2", kind="assessment.review")

    assert all(row["done_at"] for row in organiser.get("/inbox").json()["rows"])


def test_what_a_telling_asks_for_is_something_that_waits_about_the_same_subject():
    asking = [(fact, telling) for fact, entries in RECIPIENTS.items() for telling in entries if telling.asks]

    assert asking
    for fact, telling in asking:
        assert telling.asks in KINDS, telling.name
        assert fact.about, f"{fact.__name__} says no subject"


def test_a_message_rests_when_two_close_its_last_two_matters_at_once(waits, done, said, client):
    waits("case:1", "东村一组")
    waits("case:2", "东村一组")
    said(of_december(8))

    with unit("assessment") as one:
        waiting.close(one, NOMINATE, ["case:1"])
        other = Thread(target=done, args=("case:2",))
        other.start()
        other.join(1)  # it waits for the first, or is done already
    other.join()

    assert all(row["done_at"] for row in client("first").get("/inbox").json()["rows"])
