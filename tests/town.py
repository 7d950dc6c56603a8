"""The named world: 清溪镇 with three branches and six groups, and next to it 柳湾镇, from where the outsider looks.

Nobody in it exists. Names are Chinese in the data, English in the code; the people with an account are at `LOGINS`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import count
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from httpx2 import Response
from starlette.testclient import TestClient

from deploy.demo.files import write_ledger
from deploy.demo.township import Meeting
from services.activities.register import actions as register
from shared.access import SYSTEM, passwords
from shared.db import Session, unit
from shared.people import Account
from shared.roles import Role
from shared.settings import settings

TOWNSHIP, ELSEWHERE = "清溪镇", "柳湾镇"
DONGLING, XIHE, NANPING = "东岭村党支部", "西河村党支部", "南坪村党支部"
FIRST, SECOND = "第一党小组", "第二党小组"
FOUNDED = date(2023, 1, 1)
PASSWORD = "long enough, and one's own"

Group = tuple[str, str]  # branch and group

# The first of each group leads it.
MEMBERS: dict[Group, Sequence[str]] = {
    (DONGLING, FIRST): ("孙勤", "陆明", "许安", "宋平", "白梅", "钱老根"),
    (DONGLING, SECOND): ("何闲", "姚立", "田野", "邹雨", "方圆", "石磊"),
    (XIHE, FIRST): ("冯实", "江海", "于洋", "丁香", "贺春", "龙泉"),
    (XIHE, SECOND): ("曹进", "范文", "韦佳", "袁方", "魏兰", "邱林"),
    (NANPING, FIRST): ("贾真", "卢山", "金秋", "夏禾", "雷鸣", "谷雨"),
    (NANPING, SECOND): ("傅懒", "常青", "毛竹", "万里", "段玉", "汤圆"),
}
NEIGHBOURS: dict[Group, Sequence[str]] = {("新桥村党支部", FIRST): ("顾远", "温柔", "阎松")}

# Login → name. 南坪村 has no secretary; 宋平 is an organiser of the township and a member in 东岭村.
LOGINS = {
    "organiser": "周岚",
    "villager": "宋平",
    "committee": "郑川",
    "keeper": "马静",
    "auditor": "沈清",
    "dongling": "陆明",
    "xihe": "江海",
    "diligent": "孙勤",
    "negligent": "何闲",
    "steady": "冯实",
    "member": "许安",
    "outsider": "顾远",
}
OFFICERS = {"周岚": Role.ORGANISER, "郑川": Role.COMMITTEE, "马静": Role.KEEPER, "沈清": Role.AUDITOR}
SECRETARIES = {DONGLING: "陆明", XIHE: "江海"}
AGED = "钱老根"


@dataclass
class Town:
    """The ids of the named world: units by their path, people by their name."""

    units: dict[str, int] = field(default_factory=dict)
    groups: dict[Group, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """清溪镇."""
        return self.units[TOWNSHIP]


def build_town() -> Town:
    """Both townships by the actions of the register, with the accounts of the people at `LOGINS`."""
    town = Town()
    with unit("activities") as session:
        _found(session, town, TOWNSHIP, MEMBERS)
        _found(session, town, ELSEWHERE, NEIGHBOURS)
        for name, role in OFFICERS.items():
            _add(session, town, name, town.id, kind=None)
            _appoint(session, town, name, town.id, role)
        _appoint(session, town, "宋平", town.id, Role.ORGANISER)
        for branch, name in (SECRETARIES | {"新桥村党支部": "顾远"}).items():
            _appoint(session, town, name, town.units[branch], Role.SECRETARY)
        register.set_circumstance(session, SYSTEM, town.people[AGED], "aged", starts_on=FOUNDED)
        for login, name in LOGINS.items():
            _give_account(session, town.people[name], login)
    _forget_the_beginning()
    return town


def _forget_the_beginning() -> None:
    """Nobody is told of the posts with which the world begins: they are years old."""
    with psycopg.connect(settings().migrate_database_url) as connection:
        connection.execute("update notify.job set state = 'cancelled' where state = 'ready' and task = 'notify.hear'")


def _found(session: Session, town: Town, name: str, members: dict[Group, Sequence[str]]) -> None:
    """A township with its branches and groups; the first of each group leads it."""
    where = town.units[name] = register.found_township(
        session, SYSTEM, name, rule_set="zhen" if "镇" in name else "xiang", founded_on=FOUNDED
    ).id
    for (branch, group), names in members.items():
        if branch not in town.units:
            town.units[branch] = register.found_branch(session, SYSTEM, where, branch, founded_on=FOUNDED).id
        made = register.found_group(session, SYSTEM, town.units[branch], group, founded_on=FOUNDED).id
        town.groups[branch, group] = made
        for each in names:
            _add(session, town, each, made)
        _appoint(session, town, names[0], made, Role.LEADER)


def _add(session: Session, town: Town, name: str, where: int, **more: Any) -> None:
    number = len(town.people)
    person = register.add_person(
        session,
        SYSTEM,
        where,
        name=name,
        joined_on=FOUNDED,
        phone=f"1990000{number:04}",
        mail=f"person{number}@qingxi.example",
        **more,
    )
    town.people[name] = person.id


def _appoint(session: Session, town: Town, name: str, where: int, role: Role) -> None:
    register.appoint(session, SYSTEM, town.people[name], where, role, starts_on=FOUNDED)


@lru_cache(maxsize=1)
def _password_hash() -> str:
    """Once for all of them."""
    return passwords._hasher().hash(PASSWORD)


def _give_account(session: Session, person_id: int, login: str) -> None:
    """An account whose password is chosen already."""
    account = Account(person_id=person_id, login=login, password_hash=_password_hash(), first_password=False)
    session.add(account)
    session.flush()


# --- people at their browsers ---


class Person:
    """Somebody with an account, at the JSON API; signs in again when the sitting has ended."""

    def __init__(self, client: TestClient, login: str, password: str = PASSWORD) -> None:
        self.client = client
        self.login = login
        self.password = password
        self.token = ""
        run = token_hex(4)  # the same person may come again to a copy of a world that has seen him
        self.keys = (f"{login}:{run}:{number}" for number in count(1))

    def sign_in(self) -> None:
        """A new sitting, by the door that every service has."""
        asked = {"login": self.login, "password": self.password}
        answer = self.client.post("/api/activities/sittings", json=asked)
        assert answer.status_code == 201, answer.text
        self.token = answer.json()["token"]

    def ask(self, method: str, path: str, *, key: str | None = None, **what: Any) -> Response:
        """One request with one's token and, for a POST, a key of its own."""
        key = key or (next(self.keys) if method == "POST" else None)
        for _ in range(2):
            headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
            answer = self.client.request(method, f"/api/{path}", headers=headers, **what)
            if answer.status_code != 401:
                break
            self.sign_in()
        return answer

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        """What the API answers; it must be with this status."""
        answer = self.ask("GET", path, params=query or None)
        assert answer.status_code == status, f"{self.login} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 201, *, key: str | None = None) -> Any:
        """Send something; it must be answered with this status."""
        answer = self.ask("POST", path, json=body, key=key)
        assert answer.status_code == status, f"{self.login} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def upload(self, path: str, name: str, content: bytes, status: int = 201) -> Any:
        """Send a file of the office."""
        answer = self.ask("POST", path, files={"file": (name, content)})
        assert answer.status_code == status, answer.text
        return answer.json()

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page."""
        after: int | None = None
        while True:
            page = self.get(path, **query, **({} if after is None else {"after": after}))
            yield from page["rows"]
            after = page["next"]
            if after is None:
                return


class Doors:
    """A client for each person: `doors.organiser`, `doors.outsider`."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.open: dict[str, Person] = {}

    def __getattr__(self, login: str) -> Person:
        if login not in LOGINS:
            raise AttributeError(login)
        return self.open.setdefault(login, Person(self.client, login))

    def of(self, login: str, password: str) -> Person:
        """Somebody who got his account later."""
        return self.open.setdefault(login, Person(self.client, login, password))


# --- a year of records, as the office keeps it ---

MONTHLY = (("集中学习", 8), ("党小组会", 12), ("主题党日", 18))
PLACE, HOURS = "村部", 2.0


def topic(kind: str, month: int) -> str:
    """What an activity of a month is about."""
    return f"{month}月{kind}"


def year_of_meetings(year: int, months: dict[Group, int]) -> Iterator[Meeting]:
    """The year of each group that did what it owes in so many months, the last ones of the year."""
    for group, done in months.items():
        for month in range(13 - done, 13):
            for kind, day in MONTHLY:
                yield meeting_of(group, kind, date(year, month, day))
        for month in (6, 12):
            if month > 12 - done:
                yield meeting_of(group, "组织生活会", date(year, month, 20))
        for month in (3, 5, 9, 11)[: done // 3]:
            yield meeting_of(group, "志愿服务", date(year, month, 25))


def meeting_of(group: Group, kind: str, day: date) -> Meeting:
    """The aged member stays at home; in June and December somebody is on leave."""
    members = MEMBERS[group]
    absent = [(name, "年老体弱") for name in members if name == AGED]
    absent += [(members[-2], "请假")] if day.month % 6 == 0 else []
    return Meeting(*group, day, kind, PLACE, members[0], topic(kind, day.month), len(members), absent, HOURS)


def ledger_file(year: int, meetings: Iterable[Meeting]) -> bytes:
    """活动台账 as an Excel file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"活动台账{year}.xlsx"
        write_ledger(path, year, meetings)
        return path.read_bytes()
