"""A notice of the office's own: written, previewed, sent, read and receipted; corrected, withdrawn; nobody else sees it."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from services.notify.circulars import actions, queries, writers
from services.notify.circulars.models import Circular
from services.notify.circulars.queries.receipts import receipt_lines
from services.notify.circulars.schemas import ReceiptLine, Written
from services.notify.messages.actions import keep_notices
from shared import work
from shared.db import unit
from shared.errors import Conflict, Invalid, NotYours, OutOfOrder, OutOfReach
from shared.roles import Role

ASKED = {
    "title": "关于报送学习情况的通知",
    "body": "请各支部按时报送。\n联系人：镇党建办。",
    "posts": ["secretary", "leader"],
}


@pytest.fixture
def organiser(town):
    return town.actor("organiser", (Role.ORGANISER, "清河镇"))


@pytest.fixture
def written(town, organiser):
    """A draft of the township to secretaries and leaders of two branches, a receipt wanted."""

    def write(actor=organiser, units=("东村", "西村"), **changed):
        asked = {
            **ASKED,
            "units": [town.units.get(name, 999_999) for name in units],
            "wants_receipt": True,
            "due_on": "2100-01-08",
        }
        with unit("notify", actor) as session:
            return actions.write(session, actor, Written.model_validate({**asked, **changed}, strict=False)).id

    return write


@pytest.fixture
def send(organiser):
    """A draft goes out as its preview said."""

    def go(circular_id, actor=organiser):
        with unit("notify", actor) as session:
            told = len(queries.recipients(session, queries.circular(session, actor, circular_id)))
            actions.send(session, actor, circular_id, recipients=told)

    return go


def test_it_goes_to_the_posts_of_the_ticked_units_each_once_and_says_who_stands_in(
    written, send, rest, rows, organiser
):
    made = written(units=("东村", "西村", "南村"))
    with unit("notify", organiser) as session:
        preview = queries.recipients(session, queries.circular(session, organiser, made))
    assert [(each.unit, each.post, each.people, each.instead) for each in preview] == [
        ("东村", "secretary", ["first"], False),
        ("南村", "secretary", ["organiser"], True),
        ("西村", "secretary", ["second"], False),
        ("东村一组", "leader", ["leader"], False),
        ("南村一组", "leader", ["organiser"], True),
        ("西村一组", "leader", ["second"], True),
    ]

    send(made)
    rest()

    told = rows("select title, body, link, kind, wants_acknowledgement as asks from notify.message order by id")
    assert len(told) == 6
    assert told[0].title == "关于报送学习情况的通知"
    assert told[0].body == "清河镇发来通知“关于报送学习情况的通知”。请在2100年1月8日前回执。全文和附件请登录系统查看。"
    assert {(each.link, each.kind, each.asks) for each in told} == {(f"/notify/circulars/{made}", "formal", True)}
    waits = rows("select due_on::text, post from office.todo where kind = 'notify.acknowledge' and closed_at is null")
    assert (
        sorted((each.due_on, each.post) for each in waits)
        == [("2100-01-08", "leader")] * 3 + [("2100-01-08", "secretary")] * 3
    )


def test_one_button_gives_the_receipt_for_the_post_and_nobody_else_is_asked(written, send, rest, rows, town):
    made = written()
    send(made)
    rest()
    leader = town.actor("leader", (Role.LEADER, "东村一组"))
    with unit("notify", leader) as session:
        assert actions.give_receipt(session, leader, made) == 1
        assert actions.give_receipt(session, leader, made) == 0

    assert len(rows("select from office.todo where kind = 'notify.acknowledge' and closed_at is null")) == 3
    outsider = town.actor("outsider", (Role.ORGANISER, "别的镇"))
    with unit("notify", outsider) as session, pytest.raises(OutOfReach):
        actions.give_receipt(session, outsider, made)


def test_a_draft_is_seen_by_its_office_alone(written, town):
    made = written()
    for name, post in (("first", Role.SECRETARY), ("outsider", Role.ORGANISER), ("committee", Role.COMMITTEE)):
        place = {"first": "东村", "outsider": "别的镇", "committee": "清河镇"}[name]
        actor = town.actor(name, (post, place))
        with unit("notify", actor) as session, pytest.raises(OutOfReach):
            queries.circular(session, actor, made)


def test_a_secretary_records_the_slips_of_his_own_branch_alone_and_never_his_own(written, send, rest, rows, town):
    made = written()
    send(made)
    rest()
    secretary = town.actor("first", (Role.SECRETARY, "东村"))
    today = rows("select office.today() as day")[0].day
    with unit("notify", secretary) as session:
        lines = queries.lines(session, secretary, queries.circular(session, secretary, made))
        assert [(line.unit, line.person) for line in lines] == [("东村", "first"), ("东村一组", "leader")]
        with pytest.raises(NotYours):
            actions.record_on_paper(session, secretary, made, [lines[0].message_id], today)
        done = actions.record_on_paper(session, secretary, made, [lines[1].message_id], today)
        assert len(done) == 1
        with pytest.raises(Conflict):
            actions.record_on_paper(session, secretary, made, [lines[1].message_id], today)
    other = rows(
        "select id from notify.message m where title not like '（代%%' and person_id = %s", town.people["second"]
    )
    with unit("notify", secretary) as session, pytest.raises((NotYours, OutOfReach)):
        actions.record_on_paper(session, secretary, made, [other[0].id], today)
    assert len(rows("select from office.happening where fact = 'ReceiptRecorded'")) == 1
    assert len(rows("select from office.todo where kind = 'notify.acknowledge' and closed_at is null")) == 3


def test_what_is_withdrawn_is_said_so_and_waits_and_leaves_no_more(written, send, rest, rows, organiser):
    made = written()
    send(made)
    rest()
    with unit("notify", organiser) as session:
        actions.withdraw(session, organiser, made, reason="时间有变。")
    rest()

    assert not rows("select from office.todo where kind = 'notify.acknowledge' and closed_at is null")
    inbox = rows("select title from notify.message where replaced_by is null order by id")
    assert {row.title for row in inbox} == {
        "（已撤回）关于报送学习情况的通知",
        "（代西村一组）（已撤回）关于报送学习情况的通知",
    }
    assert not rows(
        "select from notify.delivery where state = 'ready' and message_id in"
        " (select id from notify.message where replaced_by is not null)"
    )
    with unit("notify", organiser) as session, pytest.raises(OutOfOrder):
        actions.withdraw(session, organiser, made, reason="再撤回一次。")


def test_a_correction_goes_to_the_same_and_stands_in_the_place_of_the_first(here, written, send, organiser):
    town, rest, rows = here.town, here.rest, here.rows
    made = written()
    send(made)
    rest()
    with unit("notify", organiser) as session:
        later = actions.begin_correction(session, organiser, made).id
        assert actions.begin_correction(session, organiser, made).id == later
        asked = {**ASKED, "title": "关于报送的通知（新）", "wants_receipt": True, "due_on": "2100-02-01"}
        asked |= {"units": [town.units["南村"]], "posts": ["deputy"]}
        actions.change(session, organiser, later, Written.model_validate(asked, strict=False))
    send(later)
    rest()

    inbox = rows("select title, unit_id from notify.message where replaced_by is null order by id")
    assert [row.title for row in inbox if "代" not in row.title] == ["（更正）关于报送的通知（新）"] * 3
    assert town.units["南村"] not in {row.unit_id for row in inbox}
    waits = rows("select due_on::text as day from office.todo where kind = 'notify.acknowledge' and closed_at is null")
    assert [row.day for row in waits] == ["2100-02-01"] * 4
    assert [row.stage for row in rows("select stage from notify.circular order by id")] == ["corrected", "sent"]


def test_a_unit_dissolved_and_a_post_filled_between_writing_and_sending_are_seen_first(here, written, organiser, send):
    town, rest, rows, execute = here.town, here.rest, here.rows, here.execute
    made = written()
    execute("update office.unit set dissolved_on = office.today() where id = %s", town.units["西村"])
    with unit("notify", organiser) as session, pytest.raises(Conflict, match="西村已经撤销"):
        actions.send(session, organiser, made, recipients=4)
    execute("update office.unit set dissolved_on = null where id = %s", town.units["西村"])
    execute("update office.unit set dissolved_on = office.today() where id = %s", town.units["西村一组"])
    with unit("notify", organiser) as session, pytest.raises(Conflict, match="现在是3个"):
        actions.send(session, organiser, made, recipients=4)
    send(made)
    rest()
    assert len(rows("select from notify.message")) == 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": "请打13800012345"}, "不能写手机号"),
        ({"body": "长" * 10_001}, "正文最多10000个字，现在有10001个字"),
        ({"body": "张三 11010119900101123X"}, "身份证号"),
        ({"due_on": None}, "请填写回执的截止日期"),
        ({"due_on": "2001-01-01"}, "截止日期已经过了"),
        ({"posts": ()}, "请勾选通知哪些职务"),
        ({"meets": "branch_branch_meeting"}, "请填写会议日期"),
        ({"meets": "other", "meets_on": "2100-01-01", "meets_at": "晚上七点半"}, "19:30"),
        ({"meets": "group_study", "meets_on": "2100-01-01", "posts": ["secretary"]}, "请同时通知党小组长"),
        ({"units": ["别处"]}, "不在您的管理范围内"),
    ],
)
def test_what_cannot_be_told_so_is_refused_with_what_to_do(written, changed, said):
    with pytest.raises(Invalid, match=said):
        written(**changed)


def test_ten_thousand_characters_with_signs_of_templates_arrive_as_they_were_written(written, send, rest, rows):
    body = ("<b>{unit} %1$s %s {0}</b>" * 500)[:10_000]
    made = written(title="100%的{支部}", body=body)
    send(made)
    rest()
    assert rows("select body from notify.circular")[0].body == body
    assert rows("select title from notify.message order by id")[0].title == "100%的{支部}"


def test_what_is_withdrawn_before_anybody_was_told_is_told_to_nobody(written, send, rest, rows, organiser):
    made = written()
    send(made)
    with unit("notify", organiser) as session:
        actions.withdraw(session, organiser, made, reason="写错了。")
    rest()
    assert not rows("select from notify.message")
    assert not rows("select from office.todo where closed_at is null")


def test_whoever_takes_up_the_post_gives_the_receipt_and_is_reminded_of_its_own_day(here, written, send, client):
    made = written(units=("东村",), posts=["secretary"], due_on="2025-03-10")
    send(made)
    here.rest()
    here.execute(
        "update office.post set person_id = %s where unit_id = %s and kind = 'secretary'",
        here.town.people["second"],
        here.town.units["东村"],
    )
    with unit("notify") as session:
        keep_notices(session)
    here.rest()

    second = here.town.actor("second", (Role.SECRETARY, "东村"))
    gone = client("first").post(f"/circulars/{made}/receipts", headers={"idempotency-key": "gone"})
    assert gone.json() == {"receipts": 0}
    waits = here.rows(
        "select due_on::text as day from office.todo where kind = 'notify.acknowledge' and closed_at is null"
    )
    assert [row.day for row in waits] == ["2025-03-10"]
    with unit("notify", second) as session:
        assert actions.give_receipt(session, second, made) == 1
    assert not here.rows("select from office.todo where kind = 'notify.acknowledge' and closed_at is null")


def test_a_vacant_post_has_not_given_its_receipt_and_owes_it_once_somebody_holds_it(here, written, send, organiser):
    made = written(units=("东村",), posts=["leader"], due_on="2025-03-10")
    send(made)
    held = "update office.post set ends_on = office.today() where unit_id = any (%s)"
    everywhere = [here.town.units[name] for name in ("清河镇", "东村", "东村一组")]
    here.execute(held, everywhere)  # nobody is left, nor anybody in his stead
    here.rest()

    def stands() -> tuple[queries.Count, list[ReceiptLine]]:
        with unit("notify", organiser) as session:
            found = queries.circular(session, organiser, made)
            return queries.counts(session, [found])[made], receipt_lines(session, organiser, made)

    count, (line,) = stands()
    assert (count.told, count.waiting) == (1, 1)
    assert (line.vacant, line.waits, line.people, line.came) == (True, True, [], "没有人收到：等有人任职再送")
    with unit("notify", organiser) as session, pytest.raises(OutOfOrder, match="没有人能回执"):
        actions.record_on_paper(session, organiser, made, [line.message_id], date(2025, 3, 3))
    book = CalamineWorkbook.from_filelike(BytesIO(writers.receipts_book([line], {}))).get_sheet_by_index(0).to_python()
    assert dict(zip(book[2], book[3], strict=True))["姓名"] == "空缺"

    here.execute(
        "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'leader', office.today())",
        here.town.people["second"],
        here.town.units["东村一组"],
    )
    with unit("notify") as session:
        keep_notices(session)
    here.rest()
    count, (line,) = stands()
    assert (count.waiting, line.vacant, line.people) == (1, False, ["second"])
    second = here.town.actor("second", (Role.LEADER, "东村一组"))
    with unit("notify", second) as session:
        assert actions.give_receipt(session, second, made) == 1
    count, (line,) = stands()
    assert (count.waiting, line.waits, line.came) == (0, False, "已回执")


def test_what_was_his_until_the_post_was_filled_he_records_on_paper_for_who_holds_it_now(
    here, written, send, organiser
):
    made = written(units=("南村",), posts=["secretary"], due_on="2025-03-10")
    send(made)
    here.rest()
    here.execute(
        "insert into office.post (person_id, unit_id, kind, starts_on) values (%s, %s, 'secretary', office.today())",
        here.town.people["second"],
        here.town.units["南村"],
    )
    with unit("notify") as session:
        keep_notices(session)
    here.rest()

    today = here.rows("select office.today() as day")[0].day
    with unit("notify", organiser) as session:
        (line,) = receipt_lines(session, organiser, made)
        assert (line.people, line.waits, line.his) == (["second"], True, False)
        assert len(actions.record_on_paper(session, organiser, made, [line.message_id], today)) == 1
        assert [each.came for each in receipt_lines(session, organiser, made)] == ["纸质回执"]


def test_of_what_is_withdrawn_no_letter_leaves_within_another_either(written, send, rows, organiser, execute):
    made = written(units=("南村",), wants_receipt=False)
    send(made)
    work.drain("notify.hear")
    letters = [row.id for row in rows("select id from notify.delivery where channel = 'mail' and state = 'ready'")]
    assert len(letters) == 2
    execute("update notify.delivery set state = 'suppressed', within = %s where id = %s", *letters)

    with unit("notify", organiser) as session:
        actions.withdraw(session, organiser, made, reason="时间有变。")

    assert not rows("select from notify.delivery where channel = 'mail' and (state = 'ready' or within is not null)")


def test_times_on_paper_and_in_the_table_are_the_office_s(monkeypatch):
    early = datetime(2026, 1, 4, 23, 30, tzinfo=UTC)
    line = ReceiptLine.model_validate(
        {
            "message_id": 1,
            "unit": "东村",
            "post": "支部书记",
            "people": ["first"],
            "came": "已回执",
            "receipted_at": early,
            "paper_on": None,
            "waits": False,
            "late": False,
            "vacant": False,
            "his": False,
        }
    )
    book = CalamineWorkbook.from_filelike(BytesIO(writers.receipts_book([line], {})))
    head, first = book.get_sheet_by_name("全部").to_python()[2:4]
    assert dict(zip(head, first, strict=True))["回执时间"] == "2026-01-05 07:30"
    printed = {}
    monkeypatch.setattr(writers.press, "pdf", lambda _page, data, **_made: printed.update(data) or b"")
    notice = Circular(id=7, title="通知", body="按时报送。", sent_at=early, wants_receipt=False)
    writers.slips_pdf(notice, "清河镇", [], made_at=early)
    assert printed["posted"] == "2026年1月5日"


def test_whoever_takes_up_the_post_finds_what_was_told_to_it_before_and_no_other_post_s(here, written, send):
    made = written(units=("东村",), posts=["leader"], wants_receipt=False)
    send(made)
    here.rest()
    later = here.town.actor("second", (Role.LEADER, "东村一组"))
    other = here.town.actor("second", (Role.DEPUTY, "东村一组"))
    with unit("notify", later) as session:
        assert [each.id for each in queries.circulars(session, later, after=None, limit=9)] == [made]
        assert not queries.lines(session, later, queries.circular(session, later, made))
    with unit("notify", other) as session, pytest.raises(OutOfReach):
        queries.circular(session, other, made)
