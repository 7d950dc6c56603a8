"""Work that failed for good, of every service: seen, tried again and dropped by the keeper, on a page and at a door."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from deploy.houses import load
from shared import work
from shared.db import unit
from shared.settings import SERVICES
from tests.browsing import Visitor
from tests.servers import Database
from tests.town import Doors

Visit = Callable[..., Visitor]
HARMLESS = {"activities": "activities.forget_file", "assessment": "assessment.open_cycle", "notify": "notify.transmit"}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ask(office: Database) -> Callable[[str], list[Any]]:
    """Rows, past every wall."""

    def asked(question: str) -> list[Any]:
        with psycopg.connect(office.owner_url, row_factory=namedtuple_row) as connection:
            return connection.execute(question).fetchall()

    return asked


@pytest.fixture
def dead(town, service: str, ask: Callable[[str], list[Any]]) -> list[int]:
    """Two pieces of work that were given up, the older one first."""
    with unit(service) as session:
        for key in ("one", "two"):
            work.post(session, HARMLESS[service], key=key, payload={"deliveries": []})
    given_up = f"update {service}.job set state = 'dead', attempts = 12, last_error = 'KeyError: x', trouble = 'fault'"
    return sorted(row.id for row in ask(f"{given_up} where key in ('one', 'two') returning id"))


def test_every_kind_of_work_has_a_name_that_people_read(service: str):
    load(SERVICES)
    kinds = {name for name in work.TASKS if name.startswith(f"{service}.") and "trial" not in name}

    assert import_module(f"services.{service}.work").DEAD.names.keys() == kinds


def test_the_keeper_tries_again_or_drops_it_with_a_reason(visit: Visit, service: str, dead: list[int], ask):
    keeper, here = visit("keeper"), f"/{service}/dead-jobs"
    one, two = dead
    page = keeper.get(here)
    assert "KeyError: x" in page.text
    assert not page.root.xpath("//*[contains(text(), 'KeyError') and not(ancestor::details)]")
    assert page.text.count("程序出了没有料到的错误。") == page.text.count("查看原文") == len(dead)
    assert import_module(f"services.{service}.work").DEAD.names[HARMLESS[service]] in page.text
    assert f'href="{here}"' in keeper.get("/office/machine").answer.text

    keeper.submit(page, "dead-jobs", 422, button=("step", "discard"), job_ids=[one], reason="")
    page = keeper.submit(page, "dead-jobs", button=("step", "redrive"), job_ids=[one], reason="已改正")
    page = keeper.submit(page, "dead-jobs", button=("step", "discard"), job_ids=[two], reason="不需要了")

    assert "1项任务已放弃" in page.text
    assert "没有失败的任务" in page.text
    found = ask(f"select state, attempts, discarded_why from {service}.job where id = any(array{dead}) order by id")
    assert [tuple(row) for row in found] == [("ready", 1, None), ("cancelled", 12, "不需要了")]
    told = ask("select body, reason from office.happening where fact = 'WorkRedriven' order by id")
    assert [(row.body["service"], row.body["job_id"], row.reason) for row in told] == [
        (service, one, "已改正"),
        (service, two, "不需要了"),
    ]


def test_work_that_failed_again_says_who_had_it_tried_again_and_why(visit: Visit, service: str, dead: list[int], ask):
    keeper, here = visit("keeper"), f"/{service}/dead-jobs"
    page = keeper.get(here)
    assert "重新排队过" not in page.text
    keeper.submit(page, "dead-jobs", button=("step", "redrive"), job_ids=[dead[0]], reason="服务器修好了")
    ask(f"update {service}.job set state = 'dead' where id = {dead[0]} returning id")

    items = {" ".join(item.text_content().split()) for item in keeper.get(here).root.xpath("//ul/li[.//strong]")}

    assert {f"第{dead[0]}号" in item: "重新排队过。理由：服务器修好了" in item for item in items} == {
        True: True,
        False: False,
    }
    assert all("安全管理员" in item for item in items if "重新排队过" in item)


@pytest.mark.parametrize("kind", ["activities.collect_tallies", "assessment.score_chunk", "assessment.finish_run"])
def test_what_a_year_waits_for_is_not_dropped(town, doors: Doors, ask: Callable[[str], list[Any]], kind: str):
    service = kind.partition(".")[0]
    with unit(service) as session:
        work.post(session, kind, key="one")
    [job] = ask(f"update {service}.job set state = 'dead' where key = 'one' returning id")

    answer = doors.keeper.ask("POST", f"{service}/dead-jobs/{job.id}/discards", json={"reason": "试一试"})

    assert answer.status_code == 409
    assert "不能放弃" in answer.json()["detail"]


def test_it_is_nobodys_business_but_the_keepers(visit: Visit, doors: Doors, service: str, dead: list[int]):
    visit("organiser").get(f"/{service}/dead-jobs", 403)
    visit("outsider").get(f"/{service}/dead-jobs", 403)
    why = {"reason": "试一试"}
    assert doors.organiser.ask("POST", f"{service}/dead-jobs/{dead[0]}/discards", json=why).status_code == 403
    assert doors.keeper.ask("POST", f"{service}/job-redrives", json={"job_ids": [2**40], **why}).status_code == 404
    assert [row["id"] for row in doors.keeper.get(f"{service}/dead-jobs")["rows"]] == dead[::-1]
