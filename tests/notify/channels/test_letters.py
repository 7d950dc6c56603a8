"""Letters: delivered once; what is transient, final and unknown."""

from email.header import decode_header, make_header

import pytest

from shared import privacy
from shared.db import unit
from shared.events import AddressCorrected, CycleScored, NoticeOpened
from shared.people import Person
from shared.settings import settings


def hurry_jobs(execute):
    """Let the leases and pauses run out, as time would."""
    execute("update notify.job set run_at = office.now() where state = 'ready' and attempts > 0")


def test_a_letter_arrives_once(remind, server, letters, rows, rest):
    remind("东村", "南村")

    rest()

    assert letters() == {"first": "sent", "organiser": "sent"}
    assert sorted(mail["To"] for mail in server.seen) == ["first@example.org", "organiser@example.org"]
    assert len(server.sessions) == 1  # one kept line
    assert {row.outcome for row in rows("select outcome from notify.attempt")} == {"sent"}


def test_a_letter_leads_to_the_page_where_the_office_has_said_where_people_find_it(remind, server, set_up):
    set_up(public_url="https://xiaozu.example.org/")

    remind()

    text = server.seen[0].get_payload(decode=True).decode()
    assert "请登录系统查看：https://xiaozu.example.org/assessment/cycles/7\n" in text


def test_a_letter_says_where_to_look_and_carries_a_number(remind, server, rows):
    remind()

    [mail] = server.seen
    text = mail.get_payload(decode=True).decode()
    [message] = rows("select id, happening_id from notify.message")
    assert "登录小组系统，在“消息”里查看" in text
    assert "/assessment" not in text  # without a host that would lead nowhere
    assert f"编号：XZ-{message.id}" in text
    assert str(make_header(decode_header(mail["Subject"]))) == "2025年度党小组长考核已完成计分"
    assert not mail.defects
    assert mail["Message-ID"].startswith(f"<xiaozu.{message.happening_id}.{message.id}.")


def test_whoever_has_no_mail_reads_it_in_the_inbox(remind, server, rows):
    remind("西村")

    states = {row.channel: (row.state, row.reason) for row in rows("select * from notify.delivery")}
    assert states == {"inbox": ("sent", None), "mail": ("suppressed", "没有邮箱")}
    assert not server.seen


def test_without_a_server_letters_are_files(remind, letters):
    remind()

    [file] = (settings().data / "mail").iterdir()
    assert file.name.startswith("xiaozu.")
    assert file.suffix == ".eml"
    assert letters() == {"first": "sent"}


def test_4xx_is_tried_again_later(remind, server, here):
    server.rcpt = ["450 later"]
    remind()
    assert here.letters() == {"first": "ready"}

    here.rest()
    assert len(server.seen) == 0  # not before its time
    here.later(2)
    here.rest()

    assert here.letters() == {"first": "sent"}
    assert [(row.n, row.outcome, row.code) for row in here.rows("select * from notify.attempt order by n")] == [
        (1, "transient", 450),
        (2, "sent", None),
    ]


def test_5xx_is_final_and_carries_no_address(remind, server, here):
    server.rcpt = ["550 no such user first@example.org"]

    remind()
    here.later(600)
    here.rest()

    assert here.letters() == {"first": "failed"}
    [delivery] = here.rows("select * from notify.delivery where channel = 'mail'")
    assert delivery.code == 550
    assert "first@" not in delivery.reason
    assert not server.seen


def test_one_refused_address_does_not_stop_the_others(remind, server, letters):
    server.rcpt = ["550 no"]

    remind("东村", "南村")

    assert letters() == {"first": "failed", "organiser": "sent"}


def test_a_letter_to_nobody_is_ended_before_the_next_one_goes(remind, server, letters):
    server.rcpt, server.careless = ["550 no"], True

    remind("东村", "南村")

    assert letters() == {"first": "failed", "organiser": "sent"}
    assert [mail["To"] for mail in server.seen if mail["To"]] == ["organiser@example.org"]
    assert len(server.sessions) == 1


def test_a_server_that_takes_its_leave_has_not_got_the_letter(remind, server, letters, later, rest):
    server.rcpt = ["421 back in a minute"]
    remind()
    assert letters() == {"first": "ready"}
    assert not server.seen

    later(2)
    rest()

    assert letters() == {"first": "sent"}


def test_a_server_that_hangs_before_the_letter_has_not_got_it(remind, server, letters, later, rest):
    server.rcpt = ["hang"]
    remind()
    assert letters() == {"first": "ready"}

    later(2)
    rest()

    assert letters() == {"first": "sent"}
    assert len(server.seen) == 1


@pytest.mark.parametrize("how", ["drop", "hang"])
def test_a_reminder_of_unknown_fate_goes_once_more_with_the_same_id(remind, server, how, here):
    server.data = [how]
    remind()
    assert here.letters() == {"first": "unknown"}

    here.later(16)
    here.rest()

    assert here.letters() == {"first": "sent"}
    assert len(server.seen) == 2
    assert len({mail["Message-ID"] for mail in server.seen}) == 1


def test_a_reminder_that_is_unknown_again_waits_for_a_person(remind, server, letters, later, rest):
    server.data = ["drop", "drop"]
    remind()

    for _ in range(3):
        later(16)
        rest()

    assert letters() == {"first": "unknown"}
    assert len(server.seen) == 2


def test_a_formal_letter_of_unknown_fate_waits_for_a_person(notify_formally, server, letters, later, rest):
    server.data = ["drop"]
    notify_formally()

    later(60)
    rest()

    assert letters() == {"first": "unknown"}
    assert len(server.seen) == 1


def test_after_48_hours_it_is_given_up(remind, server, here):
    server.rcpt = ["450 later"] * 40
    remind()

    for _ in range(20):
        here.later(300)
        here.rest()

    assert here.letters() == {"first": "failed"}
    [delivery] = here.rows("select * from notify.delivery where channel = 'mail'")
    assert delivery.reason.startswith("48小时内未能送出")


# --- dying on the way ---


@pytest.mark.parametrize(("kind", "end"), [("reminder", ("sent", 2)), ("formal", ("unknown", 1))])
def test_death_between_sending_and_marking_is_unknown(server, dies_at, kind, end, here):
    figures = [[here.town.units["东村"], 4]]
    fact = {
        "reminder": CycleScored(unit_id=here.town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=figures),
        "formal": NoticeOpened(
            unit_id=here.town.units["清河镇"], cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures
        ),
    }[kind]
    here.say(fact)

    dies_at("after_send")
    assert here.letters() == {"first": "sending"}
    assert len(server.seen) == 1
    hurry_jobs(here.execute)
    here.rest()
    assert here.letters() == {"first": "unknown"}
    here.later(16)
    here.rest()

    assert (here.letters()["first"], len(server.seen)) == end


def test_death_before_marking_is_unknown_too(server, dies_at, here):
    here.say(
        NoticeOpened(
            unit_id=here.town.units["清河镇"],
            cycle_id=7,
            year=2025,
            ends_on="2025-12-31",
            branches=[[here.town.units["东村"], 4]],
        )
    )

    dies_at("before_mark")
    hurry_jobs(here.execute)
    here.rest()

    assert here.letters() == {"first": "unknown"}
    assert len(server.seen) == 1


def test_a_worker_that_dies_over_and_over_closes_no_way_out_to_the_others(server, dies_at, here):
    for cycle in range(1, 7):
        here.say(
            NoticeOpened(
                unit_id=here.town.units["清河镇"],
                cycle_id=cycle,
                year=2025,
                ends_on="2025-12-31",
                branches=[[here.town.units["东村"], 4]],
            )
        )
        if cycle < 6:
            dies_at("after_send")
            hurry_jobs(here.execute)
    here.rest()

    ends = here.rows("select state, count(*) n from notify.delivery where channel = 'mail' group by state order by 1")
    assert [(each.state, each.n) for each in ends] == [("sent", 1), ("unknown", 5)]
    assert {row.failures for row in here.rows("select failures from notify.channel")} == {0}


def test_a_folder_takes_the_same_letter_twice_as_once(dies_at, here):
    here.say(
        NoticeOpened(
            unit_id=here.town.units["清河镇"],
            cycle_id=7,
            year=2025,
            ends_on="2025-12-31",
            branches=[[here.town.units["东村"], 4]],
        )
    )

    dies_at("after_send")
    hurry_jobs(here.execute)
    here.rest()

    assert here.letters() == {"first": "sent"}
    assert len(list((settings().data / "mail").iterdir())) == 1


def test_a_corrected_address_lets_go_what_had_nowhere_to_go_and_what_failed(here, remind, server):
    server.rcpt = ["550 no such user"]
    remind("东村", "西村")
    assert sorted(row.state for row in here.rows("select state from notify.delivery where channel = 'mail'")) == [
        "failed",
        "suppressed",
    ]
    server.rcpt = []
    for name in ("first", "second"):
        person = here.town.people[name]
        with unit("activities") as session:
            sealed = privacy.seal(f"new-{name}@example.org", place=f"person|mail|{person}")
            session.get_one(Person, person).mail_sealed = sealed
        here.say(AddressCorrected(unit_id=here.town.units["东村"], person_id=person, by_letter=True))
    here.rest()

    told = [mail["To"] for mail in server.seen]
    assert sorted(told) == ["new-first@example.org"] * 2 + ["new-second@example.org"] * 2  # and that it was corrected
    assert here.rows("select kind from office.todo where closed_at is null and kind = 'notify.letter'") == []
    assert {row.reason for row in here.rows("select reason from office.happening where fact = 'WorkRedriven'")} == {
        "电子邮箱已更正"
    }
