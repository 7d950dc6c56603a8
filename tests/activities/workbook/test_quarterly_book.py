"""The quarterly book says what was confirmed, and nothing else; what did not apply is said."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader

from services.activities.workbook import outside, queries
from services.activities.workbook.rules.books import Book, Entry, Owed, Part, Quarter, totals_of
from shared.db import unit
from tests.town import DONGLING, FIRST, Doors, Town


def meeting(town: Town, day: date, **more) -> dict:
    absent = [{"person_id": town.people["许安"], "reason": "leave", "words": "家中有事"}]
    return {
        "group_id": town.groups[DONGLING, FIRST],
        "kind": "study",
        "held_on": day.isoformat(),
        "place": "村部会议室",
        "topic": "学习中央一号文件",
        "content": "逐条学习。",
        "minutes": 90,
        "chair_id": town.people["孙勤"],
        "recorder_id": town.people["白梅"],
        "absent": absent,
        "submitted": True,
        **more,
    }


@pytest.fixture
def group(doors: Doors, town: Town) -> int:
    """A group with two confirmed records of the first quarter and one that waits."""
    ids = [doors.diligent.post("activities/activities", meeting(town, date(2025, month, 20)))["id"] for month in (1, 2)]
    doors.dongling.post("activities/confirmations", {"activity_ids": ids})
    doors.diligent.post("activities/activities", meeting(town, date(2025, 3, 1), topic="还没有确认的会"))
    return town.groups[DONGLING, FIRST]


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def printed(person, group: int, year: int = 2025, quarter: int = 1) -> bytes:
    answer = person.ask("GET", f"activities/groups/{group}/books/{year}/{quarter}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content


def test_the_book_is_compiled_from_the_records_and_printed_in_chinese(doors: Doors, group: int):
    text = text_of(printed(doors.diligent, group))

    for said in (
        "党小组工作季度册",
        "东岭村党支部第一党小组",
        "2025年第1季度",
        "清溪镇",
        "孙勤",
        "1. 1月20日 集中学习",
        "2. 2月20日 集中学习",
        "村部会议室",
        "学习中央一号文件",
        "逐条学习。",
        "许安（家中有事）",
        "钱老根（年老体弱）",
        "陆明 3月3日",
        "合计 2 10 8 3",
    ):
        assert said in text, said


def test_a_quarter_of_an_ordinary_group_is_one_page_of_a4_with_every_word_on_it(doors: Doors, town: Town, group: int):
    """A record a month beside those that the rules ask for: six, with the words that people write."""
    words = "逐条学习中央一号文件，讨论本组今年的打算，明确每名党员联系的户。" * 4
    ids = [
        doors.diligent.post("activities/activities", meeting(town, date(2025, month, day), content=words))["id"]
        for month, day in ((1, 10), (1, 25), (2, 10), (2, 25))
    ]
    doors.dongling.post("activities/confirmations", {"activity_ids": ids})

    [page] = PdfReader(BytesIO(printed(doors.diligent, group))).pages

    size = [float(each) * 25.4 / 72 for each in (page.mediabox.width, page.mediabox.height)]
    assert size == pytest.approx([210, 297], abs=0.5)
    assert closed_up(page.extract_text()).count(closed_up(words)) == 4
    assert "全文见台账" not in page.extract_text()


KINDS = ("集中学习", "党小组会", "主题党日")


def full_book(records: int, *, members: int = 15, content: str = "") -> Book:
    """A book in which everything that is owed was done, twelve records and more; somebody is away each time."""
    names = [f"{family}建国" for family in "孙陆许宋白钱何姚田邹方石冯江于"[:members]]
    entries = [
        Entry(
            kind=KINDS[number % 3],
            day=f"2025年{4 + number % 3}月{1 + number % 28}日",
            place="村部二楼会议室",
            chair=names[0],
            recorder=names[1],
            topic=f"第{number}次：学习实施意见",
            content=content,
            hours="1.5",
            expected=members - 1,
            present=members - 3,
            absent=[(names[2], "外出务工未能返回"), (names[3], "家中有事")],
            apart=[(names[-1], "年老体弱")],
            guests=[],
            confirmed="陆明 2025年7月3日",
        )
        for number in range(1, records + 1)
    ]
    return Book(
        township="清溪镇",
        branch=DONGLING,
        group=FIRST,
        quarter="2025年第2季度",
        leaders=names[:1],
        members=members,
        made_on="2025年7月5日",
        waiting=0,
        owed=[Owed(kind, f"{month}月", 1, 1, "已完成") for month in (4, 5, 6) for kind in KINDS]
        + [Owed("组织生活会", "上半年", 1, 0, "未完成")],
        entries=entries,
        parts=[*(Part(name, records, records - 1) for name in names[:-1]), Part(names[-1], apart=records)],
        totals=totals_of(("study", members - 1, members - 3, 90) for _ in entries),
    )


def pages_of(book: Book) -> list[PageObject]:
    return list(PdfReader(BytesIO(outside.printed(book, made_at=datetime(2025, 7, 5, tzinfo=UTC)))).pages)


def closed_up(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("content", ["", "讨论了本组今年的打算。" * 4, "讨论了本组今年的打算。\n" * 150])
def test_a_full_quarter_is_one_page_whatever_was_written_and_what_is_cut_is_said(content: str):
    [page] = pages_of(full_book(12, content=content))

    said = closed_up(page.extract_text())
    for number in range(1, 13):
        assert f"第{number}次：学习实施意见" in said
    assert said.count("许建国（外出务工未能返回）、宋建国（家中有事）") == 12
    assert "各次都不计入应到：于建国（年老体弱）。" in said
    assert "4月、5月、6月已完成" in said
    assert "上半年未完成（应1次，已0次）" in said
    assert ("的内容只印开头，全文见台账" in said, said.count("…") >= 12) == (
        (True, True) if len(content) > 100 else (False, False)
    )


def test_more_than_a_page_holds_goes_on_over_the_next_with_its_heading():
    pages = pages_of(full_book(60, content="讨论了本组今年的打算。"))

    assert 2 <= len(pages) <= 4
    said = [closed_up(page.extract_text()) for page in pages]
    for page in said[1:]:
        assert page.startswith(f"{DONGLING}{FIRST}2025年第2季度党小组工作季度册（续）")
    assert all(f"第{number}次：学习实施意见" in "".join(said) for number in range(1, 61))
    assert "日期类别主题地点主持人记录人实/应到学时" in said[1]


def test_nothing_in_it_is_printed_smaller_than_nine_points():
    sizes: set[float] = set()

    def note(text: str, _: object, at: list[float], __: object, size: float) -> None:
        if text.strip():
            sizes.add(round(abs(at[3]) * size, 1))

    for page in pages_of(full_book(12, content="讨论了本组今年的打算。" * 30)):
        page.extract_text(visitor_text=note)

    assert min(sizes) >= 9


def test_what_is_not_confirmed_is_not_in_it_and_that_is_said(doors: Doors, group: int):
    text = text_of(printed(doors.dongling, group))

    assert "还没有确认的会" not in text
    assert "另有 1 条记录尚未确认，未列入本册" in text


def test_a_quarter_without_records_is_a_book_that_says_so(doors: Doors, group: int):
    assert "本季度没有已确认的活动记录" in text_of(printed(doors.diligent, group, 2024, 4))


def test_the_same_records_make_the_same_figures_as_the_counters(doors: Doors, group: int, town: Town):
    (tally,) = doors.dongling.get(f"activities/units/{group}/tallies", year=2025)
    with unit("activities") as session:
        from shared.access import SYSTEM

        book = queries.book(session, SYSTEM, group, Quarter(2025, 1))

    whole = book.totals[-1]
    assert (whole.held, whole.expected, whole.present) == (2, sum(tally["expected"]), sum(tally["present"]))
    assert {part.name: (part.expected, part.present, part.apart) for part in book.parts} == {
        **dict.fromkeys(("孙勤", "陆明", "宋平", "白梅"), (2, 2, 0)),
        "许安": (2, 0, 0),
        "钱老根": (0, 0, 2),
    }
    january = [each for each in book.owed if each.period == "1月"]
    assert {each.kind: (each.count, each.done, each.said) for each in january}["集中学习"] == (1, 1, "已完成")
    assert "未完成" in {each.said for each in january}


def test_what_a_group_founded_later_does_not_owe_is_said_to_be_not_applicable(doors: Doors, town: Town, move_to):
    founded = doors.organiser.post(
        f"activities/branches/{town.units[DONGLING]}/groups", {"name": "第三党小组", "founded_on": "2025-02-10"}
    )["id"]
    move_to(date(2025, 4, 2))

    text = text_of(printed(doors.organiser, founded))

    assert "不适用" in text
    assert "不作要求" in text


def test_the_book_of_a_group_is_nobody_elses(doors: Doors, group: int):
    for person in (doors.outsider, doors.member, doors.keeper, doors.xihe, doors.negligent):
        assert person.ask("GET", f"activities/groups/{group}/books/2025/1").status_code == 404


def test_a_quarter_knows_its_days_and_its_neighbours():
    last = Quarter.of(date(2025, 12, 31))

    assert last == (2025, 4)
    assert (last.starts_on, last.last_day) == (date(2025, 10, 1), date(2025, 12, 31))
    assert (last.after, last.before, Quarter(2025, 1).before) == ((2026, 1), (2025, 3), (2024, 4))


def test_totals_stand_in_the_order_of_the_kinds_with_the_sum_last():
    totals = totals_of([("lecture", 5, 5, 60), ("study", 10, 8, 90), ("study", 10, 9, 0)])

    assert [(total.kind, total.held, total.expected, total.present, total.hours) for total in totals] == [
        ("集中学习", 2, 20, 17, "1.5"),
        ("党课", 1, 5, 5, "1"),
        ("合计", 3, 25, 22, "2.5"),
    ]
