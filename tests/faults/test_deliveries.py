"""Deliveries over all channels while the worker is killed: none is lost, none comes twice but where `unknown` says so."""

import os
import re
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes
from types import SimpleNamespace

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notify.channels import actions, outside
from services.notify.channels.rules.gateways import SHIPPED, read_format
from services.notify.channels.rules.ways import Way
from shared import privacy, work
from shared.access import SYSTEM, Actor, identities, providers
from shared.audit import announce
from shared.db import forget_connections, unit
from shared.events import NoticeOpened
from shared.people import Person, Post, Unit
from shared.roles import Role
from tests.conftest import forget
from tests.notify.channels.providers import APP_SECRET, SECRETS, SMS_SECRET, Provider, serve
from tests.servers import Database

FOUNDED = date(2020, 1, 1)
NUMBER = re.compile(r"XZ-(\d+)")
PER_BRANCH = 4  # three robots, and the secretary by mail, by the office's application or as a text message
APPS = ("wecom", "dingtalk")


class Letterbox:
    """A mail server that takes everything, and remembers the deliveries that it took."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    async def handle_DATA(self, _server: SMTP, _talk: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content or b"")
        self.taken.append(int(str(mail["Message-ID"]).split("@")[0].rpartition(".")[2]))
        return "250 OK"


@dataclass
class Outside:
    """All that the deliveries go to."""

    provider: Provider
    letterbox: Letterbox

    @property
    def arrived(self) -> int:
        return len(self.provider.posts) + len(self.letterbox.taken)


@pytest.fixture
def out(office: Database, settled_environment: pytest.MonkeyPatch) -> Iterator[Outside]:
    """Providers and a mail server on loopback."""
    found = Outside(Provider(), Letterbox())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mail = Controller(found.letterbox, hostname="127.0.0.1", port=port)
    mail.start()
    server = serve(found.provider)
    settled_environment.setenv("XIAOZU_MAIL_HOST", "127.0.0.1")
    settled_environment.setenv("XIAOZU_MAIL_PORT", str(port))
    settled_environment.setenv("XIAOZU_PLACES", found.provider.place)
    settled_environment.setenv("XIAOZU_PUBLIC_URL", "https://xiaozu.example")
    forget()
    yield found
    outside.hang_up()
    mail.stop()
    server.shutdown()
    server.server_close()
    forget()


def settle_a_township(branches: int, provider: Provider) -> tuple[int, list[int]]:
    """A township whose branches have three robots each; every other secretary has mail.

    Of the rest half have a telephone; the others are known to the office's application in WeCom or DingTalk.
    """
    with unit("activities") as session:
        township = Unit(kind="township", name="清河镇", sort_key="清河镇", founded_on=FOUNDED)
        session.add(township)
        session.flush()
        rows = [
            Unit(kind="branch", name=f"{n}村", sort_key=f"{n:05}", founded_on=FOUNDED, township_id=township.id)
            for n in range(branches)
        ]
        session.add_all(rows)
        session.flush()
        people = [Person(unit_id=row.id, name=f"书记{row.name}", pinyin="") for row in rows]
        session.add_all(people)
        session.flush()
        for n, (row, person) in enumerate(zip(rows, people, strict=True)):
            if n % 2:
                person.mail_sealed = privacy.seal(f"p{n}@example.org", place=f"person|mail|{person.id}")
            elif n % 4:
                person.phone_sealed = privacy.seal("13900005089", place=f"person|phone|{person.id}")
            session.add(Post(person_id=person.id, unit_id=row.id, kind=Role.SECRETARY, starts_on=FOUNDED))
        township_id, ids, known = township.id, [row.id for row in rows], [person.id for person in people[::4]]
    set_ways_up(township_id, ids, provider)
    set_apps_up(township_id, known, provider)
    return township_id, ids


def set_ways_up(township_id: int, branches: list[int], provider: Provider) -> None:
    keeper = Actor(account_id=None, person_id=None, name="keeper", posts=((Role.KEEPER, township_id),))
    aliyun = SHIPPED["aliyun"][1]
    form = aliyun.replace(read_format(aliyun).address, f"{provider.place}/")
    chosen = {"format": form, "account": "1", "secret": SMS_SECRET, "signature": "清河镇", "template": "7"}
    with unit("notify") as session:
        actions.set_way(session, keeper, actions.gateway(township_id, **chosen))
        for branch in branches:
            for kind, secret in SECRETS.items():
                wanted = actions.robot(branch, Way(kind), "群", provider.address(kind), secret)
                actions.set_way(session, keeper, wanted)


def set_apps_up(township_id: int, people: list[int], provider: Provider) -> None:
    """Both applications; each knows every other of these people."""
    keeper = Actor(account_id=None, person_id=None, name="keeper", posts=((Role.KEEPER, township_id),))
    with unit("notify") as session:
        for n, kind in enumerate(APPS):
            wanted = providers.Wanted(township_id, kind, "工作台", provider.place, "corp", APP_SECRET, "1000002")
            own = providers.set_provider(session, keeper, wanted)
            actions.set_way(session, keeper, actions.application(township_id, Way(f"{kind}_app")))
            for person in people[n :: len(APPS)]:
                identities.put_down(session, own, person, f"u{person}", opens=True)


def worker() -> int:
    """Work in a process of its own, until there is nothing that is due; its id."""
    child = os.fork()
    if child == 0:
        try:
            forget_connections()
            work.settle(("notify",))
        finally:
            os._exit(0)
    return child


def killed_after(out: Outside, arrived: int) -> bool:
    """A worker that is killed once so many have arrived; whether it was."""
    child = worker()
    while out.arrived < arrived:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.timeout(3000)
@pytest.mark.parametrize(("branches", "kills"), [(250, 10), pytest.param(2500, 50, marks=pytest.mark.large)])
def test_f1_none_is_lost_and_none_comes_twice_over_all_channels(
    office: Database, out: Outside, branches: int, kills: int
):
    township, ids = settle_a_township(branches, out.provider)
    with unit("assessment") as session:
        figures = [[each, 1] for each in ids]
        fact = NoticeOpened(unit_id=township, cycle_id=7, year=2025, ends_on="2025-12-31", branches=figures)
        announce(session, fact, by=SYSTEM)
    done, whole = 0, branches * PER_BRANCH
    with psycopg.connect(office.owner_url, autocommit=True) as connection:

        def ready() -> int:
            asked = "select count(*) from notify.delivery where state in ('ready', 'sending')"
            [(left,)] = connection.execute(asked)
            return left

        while not out.arrived or ready():
            done += killed_after(out, whole * (done + 1) // (kills + 2) if done < kills else whole + 1)
            connection.execute("update office.clock set shift = shift + interval '1 minute'")
            connection.execute(
                "update notify.job set run_at = office.now() where state = 'ready' and attempts > 0"
                " and due_at <= office.now()"
            )
        rows = connection.execute("select id, message_id, channel, state from notify.delivery where channel <> 'inbox'")
        check([SimpleNamespace(id=row[0], message=row[1], channel=row[2], state=row[3]) for row in rows], out)
    assert done == kills


def check(rows: list[SimpleNamespace], out: Outside) -> None:
    """Each has one end, and whatever is called sent was seen once."""
    seen = Counter(("mail", each) for each in out.letterbox.taken)
    for kind, body in out.provider.posts:
        said = NUMBER.search(str(body))
        assert said is not None
        seen["sms" if kind == "aliyun" else kind, int(said[1])] += 1
    instead = {"sms", "wecom_app", "dingtalk_app"}  # what whoever has no mail got
    weighed = [row for row in rows if row.state != "suppressed"]
    assert len(weighed) == len(rows) - len([row for row in rows if row.channel in instead])
    assert {row.state for row in weighed} <= {"sent", "unknown"}
    for row in weighed:
        times = seen.pop((row.channel, row.id if row.channel == "mail" else row.message), 0)
        assert times == 1 if row.state == "sent" else times <= 1, (row, times)
    assert not seen  # nothing arrived that no row knows of
    assert len([row for row in weighed if row.state == "sent"]) > len(weighed) // 2
    counted = Counter((row.channel, row.state) for row in weighed)
    print("\n" + "\n".join(f"{channel} {state}: {n}" for (channel, state), n in sorted(counted.items())))
