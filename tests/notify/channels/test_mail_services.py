"""Mail as 163 and QQ answer it: what a setting or the line causes waits and goes once it is mended, whatever its code."""

import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser

import pytest
from pydantic import ValidationError

from services.notify.channels import outside
from services.notify.channels.rules.answers import (
    BY_ACCOUNT,
    BY_NUMBER,
    BY_SENDER,
    BY_SERVER,
    BY_WALL,
    Stage,
    held_by,
    of_recipient,
)
from shared.events import CycleScored
from shared.settings import Settings


@dataclass(frozen=True)
class Greeting:
    """How a service begins: its greeting, and what it can do."""

    banner: str
    can: tuple[str, ...]


OF_163 = Greeting("220 163.com Anti-spam GT for Coremail System", ("250-mail", "250-PIPELINING", "250 8BITMIME"))
OF_QQ = Greeting(
    "220 newxmesmtplogicsvrszc11-0.qq.com XMail Esmtp QQ Mail Server.",
    (
        "250-newxmesmtplogicsvrszc11-0.qq.com",
        "250-PIPELINING",
        "250-SIZE 73400320",
        "250-AUTH LOGIN PLAIN XOAUTH XOAUTH2",
        "250-SMTPUTF8",
        "250 8BITMIME",
    ),
)
QQ_IN_CHINESE = "535 Error: 请使用授权码登录。详情请看: http://service.mail.qq.com/cgi-bin/help?id=28&no=1001256"


@dataclass
class Service:
    """A mail service: its habits, and what it took. `answers` are by the word that they answer, and may be mended.

    Each says "" where it takes what was asked; it is told how many letters this line has brought, and all lines.
    """

    greeting: Greeting = OF_163
    answers: dict[str, Callable[[int, int], str]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    lines: int = 0

    def refuse(self, word: str, answer: str) -> None:
        """From now on each of these is answered so."""
        self.answers[word] = lambda _here, _ever: answer

    def mend(self) -> None:
        """From now on everything is taken."""
        self.answers.clear()


class Talk(socketserver.StreamRequestHandler):
    """As samples/mail answers, which is as 163 and QQ do."""

    service: Service

    def say(self, line: str) -> None:
        self.wfile.write(line.encode("gb18030") + b"\r\n")

    def handle(self) -> None:
        self.service.lines += 1
        here, going_on = 0, False
        self.say(self.service.greeting.banner)
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            word = line.split(" ", maxsplit=1)[0].upper()
            answer = self.service.answers.get(word, lambda _here, _ever: "")
            refusal = answer(here, len(self.service.taken))
            if word == "EHLO":
                for each in self.service.greeting.can:
                    self.say(each)
            elif word == "AUTH":
                self.say(refusal or "235 Authentication successful")
            elif word == "MAIL":
                going_on = not refusal
                self.say(refusal or "250 Mail OK")
            elif word in {"RCPT", "DATA"} and not going_on:
                self.say("503 bad sequence of commands")
            elif word == "RCPT":
                going_on = not refusal
                self.say(refusal or "250 Mail OK")
            elif word == "DATA":
                here += self.letter()
            else:
                self.say("250 OK")

    def letter(self) -> int:
        """Take a letter, or refuse it once it was read; how many were taken."""
        self.say("354 End data with <CR><LF>.<CR><LF>")
        letter = b""
        while (part := self.rfile.readline()) not in {b".\r\n", b""}:
            letter += part
        if refusal := self.service.answers.get(".", lambda _here, _ever: "")(0, len(self.service.taken)):
            self.say(refusal)
            return 0
        self.service.taken.append(str(BytesParser().parsebytes(letter)["To"]))
        self.say("250 Mail OK queued as smtp1")
        return 1


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


@pytest.fixture
def qq(service, set_up) -> Service:
    """The same as QQ is met: one signs in, and writes as who signed in."""
    service.greeting = OF_QQ
    set_up(mail_user="office@qq.example", mail_password="abcdefghijklmnop", mail_from="office@qq.example")
    return service


def test_a_sender_that_is_refused_holds_all_up_for_days_and_all_goes_once_it_is_mended(remind, service, here):
    service.refuse("MAIL", "553 Mail from must equal authorized user")
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

    service.mend()
    here.later(31)
    here.rest()

    assert set(here.letters().values()) == {"sent"}
    assert len(service.taken) == len(set(service.taken)) == 2
    assert [row.trouble for row in here.rows("select trouble from notify.channel")] == [None]


def test_too_many_in_a_minute_wait_and_go_by_themselves(remind, service, here):
    service.answers["MAIL"] = lambda _here, ever: "550 Connection frequency limited" if ever else ""
    remind("东村", "南村")
    assert sorted(here.letters().values()) == ["ready", "sent"]

    service.mend()  # the minute is over
    here.later(5)
    here.rest()

    assert set(here.letters().values()) == {"sent"}
    assert len(service.taken) == 2


def test_a_service_that_wants_a_new_line_after_some_letters_gets_one_at_once(remind, service, here):
    service.answers["MAIL"] = lambda here, _ever: "450 MI:DMC,too many mails on this connection" if here else ""
    remind("东村", "南村")

    assert set(here.letters().values()) == {"sent"}
    assert (len(service.taken), service.lines) == (2, 2)
    assert [row.open_until for row in here.rows("select open_until from notify.channel")] == [None]


# What QQ says, to which word, and what the keeper reads of it.
QQ_HOLDS = {
    "the login password": ("AUTH", "535 Login Fail. Please enter your authorization code to login.", BY_ACCOUNT),
    "the account": (
        "AUTH",
        "535 Login fail. Account is abnormal, password is incorrect, login frequency limited, or system is busy.",
        BY_ACCOUNT,
    ),
    "in Chinese": ("AUTH", QQ_IN_CHINESE, BY_ACCOUNT),
    "another sender": ("MAIL", "501 Mail from address must be same as authorization user.", BY_SENDER),
    "its header": (
        ".",
        '550 The "From" header is missing or invalid. Please follow RFC5322, RFC2047, RFC822 standard protocol.',
        BY_SENDER,
    ),
    "this line": ("MAIL", "550 Connection frequency limited", BY_NUMBER),
    "this machine": ("RCPT", "550 Ip frequency limited", BY_NUMBER),
    "this sender": ("RCPT", "550 Sender frequency limited", BY_NUMBER),
    "its domain": (".", "550 Domain frequency limited", BY_NUMBER),
    "a machine it does not trust": ("MAIL", "550 Suspected spam ip", BY_WALL),
    "a sender it does not trust": (".", "550 Suspected spam sender", BY_WALL),
    "no line at all": ("MAIL", "550 Connection denied", BY_WALL),
}


@pytest.mark.parametrize("case", QQ_HOLDS)
def test_what_qq_refuses_by_a_setting_or_the_line_waits_is_said_once_and_goes_once_it_is_mended(
    remind, qq, here, case: str
):
    word, answer, sentence = QQ_HOLDS[case]
    qq.refuse(word, answer)
    remind("东村", "南村")
    here.later(60 * 24 * 4)
    here.rest()

    assert set(here.letters().values()) == {"ready"}
    [line] = here.rows("select trouble from notify.channel where name = 'mail'")
    assert line.trouble.startswith(sentence)
    assert answer.split(" ")[-1] in line.trouble  # its own words too, in whatever it wrote them
    keeper = here.town.people["keeper"]
    told = here.rows("select body from notify.message where fact = 'WayHeld' and person_id = %s", keeper)
    assert [sentence in each.body for each in told] == [True]

    qq.mend()
    here.later(31)
    here.rest()

    assert set(here.letters().values()) == {"sent"}
    assert len(qq.taken) == len(set(qq.taken)) == 2
    assert here.rows("select from notify.channel where trouble is not null") == []


# What QQ says of the recipient: what becomes of his letter at once, and once it is taken after all.
QQ_OF_HIM = {
    "there is none such": ("RCPT", "550 Mailbox not found", "failed", "failed"),
    "he wants none of it": (".", "550 Mail is rejected by recipients", "failed", "failed"),
    "he had too many lately": ("RCPT", "550 Mailbox unavailable or access denied", "ready", "sent"),
    "its content": (".", "550 Mail content denied", "ready", "sent"),
}


@pytest.mark.parametrize("case", QQ_OF_HIM)
def test_only_the_recipients_own_refusal_is_final_and_it_holds_nobody_up(remind, qq, here, case: str):
    word, answer, at_once, later = QQ_OF_HIM[case]
    qq.refuse(word, answer)
    remind("东村")
    assert set(here.letters().values()) == {at_once}
    assert here.rows("select from notify.channel where trouble is not null") == []

    qq.mend()
    here.later(60)
    here.rest()

    assert set(here.letters().values()) == {later}


@pytest.mark.parametrize(
    ("stage", "code", "said", "sentence"),
    [
        (Stage.SENDER, 553, "Mail from must equal authorized user", BY_SENDER),
        (Stage.SENDER, 501, "mail from address must be same as authorization user", BY_SENDER),
        (Stage.SENDER, 550, "Connection frequency limited", BY_NUMBER),
        (Stage.SENDER, 450, "MI:DMC smtp5,RNOowAD3xr", BY_NUMBER),
        (Stage.SENDER, 451, "MI:SFQ smtp5,RNOowAD3xr", BY_NUMBER),
        (Stage.SENDER, 554, "MI:STC smtp5,RNOowAD3xr", BY_NUMBER),
        (Stage.RECIPIENT, 550, "RP:TRC smtp5,RNOowAD3xr", BY_NUMBER),
        (Stage.GREETING, 421, "HL:IFC smtp5,RNOowAD3xr", BY_NUMBER),
        (Stage.GREETING, 554, "HL:IPB smtp5,RNOowAD3xr", BY_WALL),
        (Stage.SENDER, 554, "MI:SPB smtp5,RNOowAD3xr", BY_WALL),
        (Stage.SENDER, 550, "MI:NHD smtp5,RNOowAD3xr", BY_SENDER),
        (Stage.LETTER, 554, "DT:SUM smtp5,RNOowAD3xr", BY_SENDER),
        (Stage.LETTER, 554, "DT:SPM smtp5,RNOowAD3xr", ""),
        (Stage.GREETING, 554, "IP is rejected, smtp auth error limit exceed", BY_ACCOUNT),
        (Stage.LOGIN, 535, "Error: authentication failed", BY_ACCOUNT),
        (Stage.LOGIN, 535, "Login Fail. Please enter your authorization code to login.", BY_ACCOUNT),
        (Stage.LOGIN, 550, "User has no permission", BY_ACCOUNT),
        (Stage.LOGIN, 451, "Requested mail action not taken: too much fail authentication", BY_ACCOUNT),
        (Stage.LOGIN, 421, "closing", BY_SERVER),
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
    assert of_recipient(stage, code, said) is (stage is Stage.RECIPIENT and code >= 500)


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
    service.refuse("MAIL", "553 Mail from must equal authorized user")
    remind("东村")
    organiser = visit("organiser")
    page = organiser.get("/notify/channels")
    assert "XIAOZU_MAIL_FROM" in page.text
    assert "等着从这里发的有1条" in page.text

    service.mend()
    organiser.submit(page, "trial")
    here.rest()

    assert here.letters()["first"] == "sent"
    assert "organiser@example.org" in service.taken
    page = organiser.get("/notify/channels")
    assert "已送出" in page.text
    assert "XIAOZU_MAIL_FROM" not in page.text
