"""Letters: delivered once; what is transient, final and unknown; the rate, quiet hours, the breaker."""

import socket
from datetime import date, timedelta
from email.header import decode_header, make_header

import pytest

from services.notify.channels.actions import letters as sending
from shared.events import CycleScored, NoticeOpened
from shared.settings import settings


@pytest.fixture
def remind(town, say, rest):
    """An information that goes to these branches, and the work done."""

    def tell(*branches: str) -> None:
        figures = [[town.units[name], 4] for name in branches or ("东村",)]
        say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=figures))
        rest()

    return tell


@pytest.fixture
def notify_formally(town, say, rest):
    """A formal message to the first branch, and the work done."""

    def tell() -> None:
        figures = [[town.units["东村"], 4]]
        say(NoticeOpened(unit_id=town.units["清河镇"], cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures))
        rest()

    return tell


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


# --- when and how fast ---


def test_letters_wait_for_the_morning(remind, server, letters, move_to, rest):
    move_to(date(2025, 3, 3), 22)
    remind()
    assert letters() == {"first": "ready"}

    move_to(date(2025, 3, 4), 6)
    rest()
    assert letters() == {"first": "ready"}
    move_to(date(2025, 3, 4), 8)
    rest()

    assert letters() == {"first": "sent"}


def test_letters_wait_for_a_working_day(remind, server, letters, move_to, rest):
    move_to(date(2025, 10, 1))  # the national holiday
    remind()
    move_to(date(2025, 10, 8))
    rest()
    assert letters() == {"first": "ready"}

    move_to(date(2025, 10, 9))
    rest()

    assert letters() == {"first": "sent"}


def test_no_minute_carries_more_than_the_rate(server, set_up, here):
    set_up(mail_per_minute=20)
    here.execute(
        """with made as (
             insert into office.unit (kind, name, sort_key, township_id, founded_on)
             select 'branch', '支部' || n, '', %s, '2020-01-01' from generate_series(1, 70) n returning id)
           insert into office.post (person_id, unit_id, kind, starts_on)
           select %s, id, 'secretary', '2020-01-01' from made""",
        here.town.units["清河镇"],
        here.town.people["first"],
    )
    branches = [[row.id, 5] for row in here.rows("select id from office.unit where name like '支部%'")]
    here.say(CycleScored(unit_id=here.town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=branches))

    sent = []
    for _ in range(60):
        here.rest()
        sent.append((here.rows("select office.now() as at")[0].at, len(server.seen)))
        here.later(5 / 60)

    minute = timedelta(minutes=1)
    assert all(b - a <= 20 for at, a in sent for until, b in sent if at <= until <= at + minute)
    assert sent[-1][1] == 70
    assert sent[12][1] >= 18  # and it does not idle


def test_five_failures_in_a_row_close_the_way_for_a_while_and_waiting_costs_nothing(remind, set_up, here):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens here
        set_up(mail_host="127.0.0.1", mail_port=taken.getsockname()[1], mail_seconds=1)
        for _ in range(5):
            remind()
        [channel] = here.rows("select * from notify.channel")
        assert channel.open_until is not None
        assert channel.opened == 1
        attempts = "select sum(attempts) as tried from notify.delivery where channel = 'mail'"
        [before] = here.rows(attempts)

        here.later(1)
        here.rest()

    [after] = here.rows(attempts)
    assert after.tried == before.tried
    assert set(here.letters().values()) == {"ready"}


def test_a_batch_stops_at_the_first_sign_that_the_line_is_gone(remind, letters, rows, set_up):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        set_up(mail_host="127.0.0.1", mail_port=taken.getsockname()[1], mail_seconds=1)

        remind("东村", "南村")

    tried = rows("select attempts from notify.delivery where channel = 'mail' order by id")
    assert [row.attempts for row in tried] == [1, 0]


def test_a_batch_that_takes_too_long_goes_on_later(remind, server, monkeypatch, here):
    monkeypatch.setattr(sending, "SENDING_SECONDS_MAX", -1.0)
    remind("东村", "南村")
    assert here.letters() == {"first": "ready", "organiser": "ready"}

    monkeypatch.setattr(sending, "SENDING_SECONDS_MAX", 30.0)
    here.later(2)
    here.rest()

    assert here.letters() == {"first": "sent", "organiser": "sent"}


def test_an_address_that_is_none_is_final(remind, server, letters, execute, town):
    from shared import privacy

    sealed = privacy.seal("first@example.org\r\nBcc: all@example.org", place=f"person|mail|{town.people['first']}")
    execute("update office.person set mail_sealed = %s where id = %s", sealed, town.people["first"])

    remind()

    assert letters() == {"first": "failed"}
    assert not server.seen


def test_a_chinese_sender_and_a_long_subject_are_encoded(remind, server, set_up, execute, town):
    set_up(mail_from="清河镇党委组织办 <office@example.org>")
    name = "非常长的支部名称" * 12
    execute("update office.unit set name = %s where id = %s", name, town.units["南村"])

    remind("南村")

    [mail] = server.seen
    assert str(make_header(decode_header(mail["From"]))) == "清河镇党委组织办 <office@example.org>"
    assert str(make_header(decode_header(mail["Subject"]))) == f"（代{name}）2025年度党小组长考核已完成计分"
    assert max(len(line) for line in mail.as_string().splitlines()) <= 100
    assert mail["Message-ID"].endswith("@example.org>")
