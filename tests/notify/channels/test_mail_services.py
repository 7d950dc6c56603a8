"""Mail as 163 and QQ answer it: what a setting or the line causes waits and goes once it is mended, whatever its code."""

import socketserver
import threading
from dataclasses import dataclass, field
from email.parser import BytesParser

import pytest
from pydantic import ValidationError

from services.notify.channels import outside
from services.notify.channels.rules.answers import (
    BY_ACCOUNT,
    BY_NUMBER,
    BY_SENDER,
    BY_WALL,
    Stage,
    held_by,
    of_recipient,
)
from shared.events import CycleScored
from shared.settings import Settings


@dataclass
class Service:
    """A mail service: its habit, and what it took. `mode` may be changed while it runs, as a setting is mended."""

    mode: str = "ok"
    taken: list[str] = field(default_factory=list)
    lines: int = 0


class Talk(socketserver.StreamRequestHandler):
    """As samples/mail answers, which is as 163 and QQ do."""

    service: Service

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.service.lines += 1
        here, going_on = 0, False
        self.say("220 163.com Anti-spam GT for Coremail System")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            word = line.split(" ", maxsplit=1)[0].upper()
            if word == "EHLO":
                for each in ("250-mail", "250-PIPELINING", "250 8BITMIME"):
                    self.say(each)
            elif word == "MAIL":
                refusal = self.refusal(here)
                going_on = not refusal
                self.say(refusal or "250 Mail OK")
            elif word in {"RCPT", "DATA"} and not going_on:
                self.say("503 bad sequence of commands")
            elif word == "DATA":
                self.say("354 End data with <CR><LF>.<CR><LF>")
                letter = b""
                while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                    letter += part
                here += 1
                self.service.taken.append(str(BytesParser().parsebytes(letter)["To"]))
                self.say("250 Mail OK queued as smtp1")
            else:
                self.say("250 OK")

    def refusal(self, here: int) -> str:
        if self.service.mode == "sender":
            return "553 Mail from must equal authorized user"
        if self.service.mode == "number" and len(self.service.taken) >= 1:
            return "550 Connection frequency limited"
        if self.service.mode == "line" and here >= 1:
            return "450 MI:DMC too many mails on this connection"
        return ""


@pytest.fixture
def service(set_up):
    made = Service()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Asked", (Talk,), {"service": made}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    set_up(mail_host="127.0.0.1", mail_port=server.server_address[1], mail_seconds=2)
    yield made
    outside.hang_up()
    server.shutdown()
    server.server_close()


def test_a_sender_that_is_refused_holds_all_up_for_days_and_all_goes_once_it_is_mended(remind, service, here):
    service.mode = "sender"
    remind("东村", "南村")
    for _ in range(4):
        here.later(60 * 24)
        here.rest()
    assert set(here.letters().values()) == {"ready"}
    assert here.rows("select from notify.delivery where state = 'failed'") == []
    [line] = here.rows("select * from notify.channel where name = 'mail'")
    assert "XIAOZU_MAIL_FROM" in line.trouble
    told = here.rows(
        "select body from notify.message where fact = 'WayHeld' and person_id = %s", here.town.people["keeper"]
    )
    assert len(told) == 1  # once, however often it was tried
    assert "XIAOZU_MAIL_FROM" in told[0].body

    service.mode = "ok"
    here.later(31)
    here.rest()

    assert set(here.letters().values()) == {"sent"}
    assert len(service.taken) == len(set(service.taken)) == 2
    assert [row.trouble for row in here.rows("select trouble from notify.channel")] == [None]


def test_too_many_in_a_minute_wait_and_go_by_themselves(remind, service, here):
    service.mode = "number"
    remind("东村", "南村")
    assert sorted(here.letters().values()) == ["ready", "sent"]

    service.mode = "ok"  # the minute is over
    here.later(5)
    here.rest()

    assert set(here.letters().values()) == {"sent"}
    assert len(service.taken) == 2


def test_a_service_that_wants_a_new_line_after_some_letters_gets_one_at_once(remind, service, here):
    service.mode = "line"
    remind("东村", "南村")

    assert set(here.letters().values()) == {"sent"}
    assert (len(service.taken), service.lines) == (2, 2)
    assert [row.open_until for row in here.rows("select open_until from notify.channel")] == [None]


@pytest.mark.parametrize(
    ("stage", "code", "said", "sentence"),
    [
        (Stage.SENDER, 553, "Mail from must equal authorized user", BY_SENDER),
        (Stage.SENDER, 501, "mail from address must be same as authorization user", BY_SENDER),
        (Stage.SENDER, 550, "Connection frequency limited", BY_NUMBER),
        (Stage.SENDER, 450, "MI:DMC too many mails on this connection", BY_NUMBER),
        (Stage.GREETING, 535, "Error: authentication failed", BY_ACCOUNT),
        (Stage.GREETING, 535, "Login Fail. Please enter your authorization code to login.", BY_ACCOUNT),
        (Stage.GREETING, 554, "IP<1.2.3.4> in blacklist", BY_WALL),
        (Stage.RECIPIENT, 550, "Ip frequency limited", BY_NUMBER),
        (Stage.RECIPIENT, 554, "Relay access denied", BY_WALL),
        (Stage.RECIPIENT, 550, "Mailbox not found", ""),
        (Stage.RECIPIENT, 550, "no such user", ""),
        (Stage.RECIPIENT, 552, "mailbox is full, quota exceeded", ""),
        (Stage.RECIPIENT, 550, "User not found: limit", ""),
        (Stage.LETTER, 552, "message size exceeds limit", ""),
    ],
)
def test_whose_affair_a_refusal_is(stage, code, said, sentence):
    assert held_by(stage, code, said) == sentence
    assert of_recipient(stage, code) is (stage is Stage.RECIPIENT and code >= 500)


def test_a_name_that_is_not_found_is_said_in_words(say, rest, town, here, set_up):
    set_up(mail_host="mail.invalid", mail_from="office@example.org")
    say(CycleScored(unit_id=town.units["清河镇"], cycle_id=7, year=2025, run=1, branches=[[town.units["东村"], 4]]))
    rest()

    [line] = here.rows("select * from notify.channel where name = 'mail'")
    assert line.trouble.startswith("找不到邮件服务器 mail.invalid:25")
    assert "Error" not in line.trouble
    assert "gaierror" not in line.trouble


@pytest.mark.parametrize(
    ("host", "user", "sender", "says"),
    [
        ("smtp.163.com", "", "xiaozu@localhost", "不是能收信的邮箱地址"),
        ("smtp.163.com", "", "清河镇党委", "不是能收信的邮箱地址"),
        ("smtp.qq.com", "123@qq.com", "office@qq.com", "只收同一个地址"),
        ("mail.county.gov.cn", "zhang@county.gov.cn", "清河镇 <office@county.gov.cn>", None),
        ("smtp.163.com", "office@163.com", "清河镇党委 <office@163.com>", None),
        ("127.0.0.1", "", "xiaozu@localhost", None),
        ("", "", "xiaozu@localhost", None),
    ],
)
def test_a_sender_that_cannot_be_one_is_refused_at_the_start(host, user, sender, says):
    if says is None:
        assert Settings(mail_host=host, mail_user=user, mail_from=sender).mail_from == sender
        return
    with pytest.raises(ValidationError, match=says):
        Settings(mail_host=host, mail_user=user, mail_from=sender)


def test_a_test_letter_opens_the_way_at_once_and_tells_what_came_of_it(remind, service, here, visit):
    service.mode = "sender"
    remind("东村")
    organiser = visit("organiser")
    page = organiser.get("/notify/channels")
    assert "XIAOZU_MAIL_FROM" in page.text
    assert "等着从这里发的有1条" in page.text

    service.mode = "ok"
    organiser.submit(page, "trial")
    here.rest()

    assert here.letters()["first"] == "sent"
    assert "organiser@example.org" in service.taken
    page = organiser.get("/notify/channels")
    assert "已送出" in page.text
    assert "XIAOZU_MAIL_FROM" not in page.text
