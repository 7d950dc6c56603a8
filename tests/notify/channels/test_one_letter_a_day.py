"""More than three letters to one person at one time are one letter; what is formal comes by itself, what is off not at all."""

import re
from datetime import date
from email.header import decode_header, make_header

import pytest

from services.notify.channels.actions import abandon, discard_deliveries
from shared import office_settings
from shared.access import SYSTEM
from shared.db import unit
from shared.events import CycleOpened, CycleScored, DutiesDue
from shared.office_settings import Key
from shared.roles import Role
from shared.systems import System

FRIDAY, MONDAY = date(2025, 12, 5), date(2025, 12, 8)


@pytest.fixture
def many(here):
    """So many letters wait over the weekend for the secretary of 东村: `many(4)`."""
    here.move_to(FRIDAY, 23)

    def tell(times: int, first: int = 0) -> None:
        for run in range(first, first + times):
            branches = [[here.town.units["东村"], 4]]
            here.say(CycleScored(unit_id=here.town.units["清河镇"], cycle_id=7, year=2025, run=run, branches=branches))
        here.rest()

    return tell


def monday(here, hour: int = 9) -> None:
    here.move_to(MONDAY, hour)
    here.rest()


def subjects(server) -> list[str]:
    return [str(make_header(decode_header(mail["Subject"]))) for mail in server.seen]


SCORED = "2025年度党小组长考核已完成计分"


@pytest.mark.parametrize("server", [False], indirect=True)
def test_more_than_three_are_one_letter_with_all_of_them_in_it(many, here, server, rows, client):
    many(5)
    assert server.seen == []  # neither at night nor on a day off

    monday(here)

    assert subjects(server) == [f"{SCORED}，等5件事"]
    text = server.seen[0].get_payload(decode=True).decode()
    assert "今天有5件事" in text
    numbers = [row.id for row in rows("select id from notify.message order by id")]
    assert all(f"编号：XZ-{number}\n" in text for number in numbers)
    found = rows("select state, reason from notify.delivery where channel = 'mail' order by id")
    assert [row.state for row in found] == ["sent", *["suppressed"] * 4]
    assert {row.reason for row in found[1:]} == {"并入当天的一封信"}
    assert len(client("first").get("/inbox").json()["rows"]) == 5


@pytest.mark.parametrize("server", [False], indirect=True)
def test_three_come_singly(many, here, server):
    many(3)
    monday(here)

    assert subjects(server) == [SCORED] * 3


@pytest.mark.parametrize("server", [False], indirect=True)
def test_there_is_one_such_letter_a_day(many, here, server):
    many(4)
    monday(here)
    many(4, first=10)

    assert subjects(server) == [f"{SCORED}，等4件事", *[SCORED] * 4]


@pytest.fixture
def slow(here) -> None:
    """The rate is one letter a minute, and used up."""
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, here.town.units["清河镇"], Key.MAIL_PER_MINUTE, 1, reason="慢。")
    here.execute("update notify.channel set tokens = 0, refilled_at = '2025-12-08 09:00+08'")


def told(server) -> set[int]:
    """The numbers of the messages that stand in a letter."""
    text = "".join(mail.get_payload(decode=True).decode() for mail in server.seen)
    return {int(number) for number in re.findall(r"编号：XZ-(\d+)[\n（]", text)}


HIS = "select message_id from notify.delivery where channel = 'mail' and person_id = %s"


@pytest.mark.parametrize("server", [False], indirect=True)
def test_while_it_waits_for_the_rate_it_is_not_gathered_again_and_loses_nothing(many, slow, here, server, rows):
    many(5)
    monday(here)
    assert server.seen == []  # it waits for its minute
    many(4, first=10)
    monday(here, 12)

    assert sorted(subjects(server)) == sorted([f"{SCORED}，等5件事", *[SCORED] * 4])
    assert told(server) == {row.message_id for row in rows(HIS, here.town.people["first"])}


def abandoned(here, letter: int) -> None:
    with unit("notify") as session:
        abandon(session, {"deliveries": [letter]})


def dropped(here, letter: int) -> None:
    here.execute("update notify.delivery set state = 'failed', attempts = 1 where id = %s", letter)
    organiser = here.town.actor("organiser", (Role.ORGANISER, "清河镇"))
    with unit("notify", organiser) as session:
        discard_deliveries(session, organiser, [letter], reason="不用再发。")


def switched_off(here, letter: int) -> None:
    """The system that its own message is of; those that went in it are of none."""
    here.execute(
        "update notify.message m set fact = 'X' from notify.delivery d where d.message_id = m.id and within > 0"
    )
    with unit("activities") as session:
        value = [System.GROUP_LIFE.value]
        office_settings.put(session, SYSTEM, here.town.units["清河镇"], Key.SYSTEMS, value, reason="明年再用。")


@pytest.mark.parametrize("server", [False], indirect=True)
@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("stop", [abandoned, dropped, switched_off])
def test_where_it_does_not_go_what_was_in_it_goes_by_itself(many, here, server, rows, stop):
    many(5)
    monday(here)
    (head,) = rows("select distinct within as id from notify.delivery where within is not null")
    stop(here, head.id)
    monday(here, 12)

    his = [row.message_id for row in rows(f"{HIS} order by id", here.town.people["first"])]
    assert subjects(server) == [f"{SCORED}，等4件事"]
    assert told(server) == set(his[1:])


@pytest.mark.parametrize("server", [False], indirect=True)
def test_what_is_formal_comes_by_itself(many, here, server):
    many(4)
    here.say(CycleOpened(unit_id=here.town.units["清河镇"], cycle_id=7, year=2025, due_on="2025-12-20"))
    here.rest()

    monday(here)

    to_him = [subject for subject, mail in zip(subjects(server), server.seen, strict=True) if "first" in mail["To"]]
    assert sorted(to_him) == sorted([f"{SCORED}，等4件事", "2025年度党小组长考核已启动"])


@pytest.mark.parametrize("server", [False], indirect=True)
def test_after_an_outage_it_is_made_good_in_one_letter(many, here, server):
    many(4)

    here.move_to(date(2025, 12, 10), 15)  # the machine was away until Wednesday
    here.rest()

    assert subjects(server) == [f"{SCORED}，等4件事"]


@pytest.mark.parametrize("server", [False], indirect=True)
def test_what_is_switched_off_says_nothing_more_but_what_is_formal(many, here, server, rows):
    many(1)
    town = here.town.units["清河镇"]
    here.say(CycleOpened(unit_id=town, cycle_id=7, year=2025, due_on="2025-12-20"))
    here.rest()
    with unit("activities") as session:
        office_settings.put(session, SYSTEM, town, Key.SYSTEMS, [System.GROUP_LIFE.value], reason="明年再用。")

    monday(here)

    assert set(subjects(server)) == {"2025年度党小组长考核已启动", "（代南村）2025年度党小组长考核已启动"}
    assert {
        row.reason for row in rows("select reason from notify.delivery where channel = 'mail' and state <> 'sent'")
    } == {
        "没有邮箱",
        "本乡镇已停用这个系统",
    }


@pytest.mark.parametrize("server", [False], indirect=True)
def test_of_what_is_gathered_each_is_asked_again_whether_it_may_still_go(many, here, server):
    branches = [[here.town.units["东村"], 1, 2]]
    due = DutiesDue(unit_id=here.town.units["清河镇"], period="2025-12", due_on="2025-12-31", branches=branches)
    here.say(due, "activities")
    many(4)
    with unit("activities") as session:
        town = here.town.units["清河镇"]
        office_settings.put(session, SYSTEM, town, Key.SYSTEMS, [System.GROUP_LIFE.value], reason="明年再用。")

    monday(here)

    assert len(server.seen) == 1
    text = server.seen[0].get_payload(decode=True).decode()
    assert "计分" not in subjects(server)[0] + text
    assert "件事" not in subjects(server)[0]
