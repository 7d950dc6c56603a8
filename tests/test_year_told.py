"""Who was told what in the two walked years: reminders, notices, stand-ins, letters and their rows."""

from email import message_from_bytes
from email.header import decode_header, make_header
from types import SimpleNamespace

import psycopg
import pytest

from shared.settings import settings
from tests.conftest import Doors, TwoYears
from tests.town import DONGLING, NANPING, XIHE


@pytest.fixture
def seen(two_years: TwoYears) -> SimpleNamespace:
    return two_years.seen


# --- reminders ---


def test_each_branch_is_told_once_what_its_groups_still_owe(two_years: TwoYears, seen: SimpleNamespace):
    units = two_years.town.units
    told = {units[name]: [row for row in seen.duties if row["unit_id"] == units[name]] for name in (DONGLING, XIHE)}

    assert [len(rows) for rows in told.values()] == [1, 1]
    assert "2个党小组" in told[units[DONGLING]][0]["body"]
    assert "2024年3月29日" in told[units[DONGLING]][0]["body"]
    assert all(not row["stands_in"] for rows in told.values() for row in rows)
    assert len(seen.gaps) == 2


def test_a_branch_without_a_secretary_is_answered_for_by_the_township(two_years: TwoYears, seen: SimpleNamespace):
    vacant = [row for row in seen.duties if row["unit_id"] == two_years.town.units[NANPING]]

    assert len(vacant) == 2  # the township has two organisers
    assert all(row["stands_in"] and row["title"].startswith(f"（代{NANPING}）") for row in vacant)
    assert all("支部书记空缺" in row["body"] for row in vacant)


# --- the year-end ---


def test_every_branch_is_told_and_letters_wait_for_the_working_day(two_years: TwoYears, seen: SimpleNamespace):
    branches = {
        row["unit_id"] for row in seen.opened if not row["title"].endswith("请写本人总结")
    }  # which tells a leader
    assert branches == {two_years.town.units[name] for name in (DONGLING, XIHE, NANPING)}
    assert seen.letters_on_sunday == seen.letters_on_friday
    assert seen.letters_on_monday > seen.letters_on_sunday


def test_a_message_is_read_and_acknowledged_by_its_recipient_alone(seen: SimpleNamespace):
    before, after = seen.unread

    assert after == before - 1
    assert seen.acknowledged["read_at"]
    assert seen.acknowledged["acknowledged_at"]
    assert seen.acknowledged_by_another == 403
    assert [row["title"] for row in seen.unacknowledged] == ["1个单位有事逾期：1份通知待确认收到"]
    assert f"没有办的是：{XIHE}。" in seen.unacknowledged[0]["body"]


def test_who_is_late_is_reminded_and_nobody_else(two_years: TwoYears, seen: SimpleNamespace):
    units = two_years.town.units

    assert {row["unit_id"] for row in seen.near} == {units[XIHE], units[NANPING]}
    assert {row["title"].removeprefix(f"（代{NANPING}）") for row in seen.near} == {
        "2名党小组长待提名，期限2024年12月13日"
    }


# --- messages and letters ---


def test_every_letter_lies_in_the_folder_and_is_a_row(two_years: TwoYears, afterwards: Doors):
    letters = [message_from_bytes(file.read_bytes()) for file in (settings().data / "mail").glob("*.eml")]
    with psycopg.connect(two_years.database.owner_url) as connection:
        rows = connection.execute("select id from notify.delivery where channel = 'mail' and state = 'sent'").fetchall()
    subjects = [str(make_header(decode_header(letter["Subject"]))) for letter in letters]

    assert len(rows) == len(letters) > 0
    assert len({letter["Message-ID"] for letter in letters}) == len(rows)
    assert (
        subjects.count("2024年度党小组长考核已启动") == 4
    )  # two secretaries, the one appointed later, and the neighbour's
    assert afterwards.organiser.get("notify/channels/mail")["by"] == "folder"


def test_deliveries_are_rows_by_channel_and_each_message_has_one_in_the_inbox(two_years: TwoYears, afterwards: Doors):
    rows = list(afterwards.organiser.pages("notify/deliveries", limit=200))
    inbox = [row["message_id"] for row in rows if row["channel"] == "inbox"]

    assert len(inbox) == len(set(inbox))
    assert {row["reason"] for row in rows if row["state"] != "sent"} == {
        "并入当天的一封信",
        "已不任这个职务，改送现任的人",
    }
    assert {row["message_id"] for row in rows if row["channel"] == "mail"} < set(inbox)


def test_one_message_a_branch_tells_of_a_run(two_years: TwoYears, afterwards: Doors):
    told = list(afterwards.organiser.pages("notify/messages", fact="CycleScored"))
    secretaries = [row["unit_id"] for row in told]

    assert sorted(secretaries) == sorted(2 * [two_years.town.units[name] for name in (DONGLING, XIHE, NANPING)])
