"""Letters: when they may go and how fast; what stops a batch; and addresses that are none."""

import socket
from datetime import date, timedelta
from email.header import decode_header, make_header

from sqlalchemy import select

from services.notify.channels.actions import letters as sending
from shared import privacy
from shared.db import unit
from shared.events import CycleScored
from shared.people import Person


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


def test_a_letter_that_waits_says_from_when_it_goes(remind, server, move_to, visit):
    move_to(date(2025, 3, 3), 22)
    remind()

    listed = visit("organiser").get("/notify/deliveries?channel=mail").root.xpath("//td[@data-name='说明']")

    assert [cell.text_content() for cell in listed] == ["2025年3月4日 07:00起发送。"]


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
             select 'branch', '支部' || n, '', %s, '2020-01-01' from generate_series(1, 70) n returning id),
           born as (insert into office.person (unit_id, name, pinyin) select id, '书记', '' from made returning id, unit_id)
           insert into office.post (person_id, unit_id, kind, starts_on)
           select id, unit_id, 'secretary', '2020-01-01' from born""",
        here.town.units["清河镇"],
    )
    with unit("activities") as session:
        for person in session.scalars(select(Person).where(Person.name == "书记")):
            person.mail_sealed = privacy.seal("s@example.org", place=f"person|mail|{person.id}")
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
