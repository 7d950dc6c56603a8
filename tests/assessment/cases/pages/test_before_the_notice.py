"""Until the results are public a case that was decided is, outside the township's office, as one that waits.

Somebody walks every door of assessment that he can open without knowing more than his case and its year, at the pages
and at the interface, and those where all houses tell what waits and what came; he is told the same to the letter.
"""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from services.assessment import app as house
from services.assessment.cases.rules import CaseStage
from tests.browsing import Visitor

Visit = Callable[..., Visitor]
OUTSIDE = ("dongling", "diligent")  # the secretary, and whom it is about
LITTLE = ("dead-jobs", "cycles/new", "schemes", ".pdf", "api/assessment/cases/{case_id}/opinion", "/progress")
BESIDE = ("/", "/activities/desk", "/activities/todos", "/api/activities/todos", "/notify/", "/api/notify/inbox")
REASON = "有人主张不称职。"
PASSING = re.compile(
    r'name="(csrf|key|token|once)"[^>]*|\d\d:\d\d(:\d\d)?|nonce="[^"]*"|刚刚|\d+ ?分钟前|name="until"[^>]*|"request":"\w+"'
)


def doors(case: str, cycle: str) -> Iterator[str]:
    """What may be asked for of a case and its year, but for what says nothing of it or says it a second time, dearly."""
    for base, routers in (("/api/assessment", house.doors), ("/assessment", house.pages)):
        for route in (each for router in routers for each in router.routes):
            path = base + route.path
            asked = "GET" in route.methods and {*re.findall(r"{(\w+)}", path)} <= {"case_id", "cycle_id"}
            if asked and not any(each in path for each in LITTLE):
                yield path.format(case_id=case, cycle_id=cycle)
    yield from BESIDE
    yield from (f"/api/assessment/cases?cycle_id={cycle}&stage={stage}" for stage in CaseStage)


def steps(case: str, cycle: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is another's to do, or was done already: each is refused, in the same words."""
    grade = {"grade": "competent", "reasons": "认真负责。", "self_statement": "全年按月开展活动。"}
    decision = {"grade": "competent", "reason": "试试。"}
    one = f"/cases/{case}"
    yield f"{one}/statements", {"statement": "全年按月开展活动。"}
    yield f"{one}/nominations", grade
    yield f"{one}/filings", {}
    yield f"{one}/decisions", decision
    yield f"{one}/objections", {"channel": "visit", "matter": "次数不实。"}
    yield from (
        (f"{one}/{step}", {"reason": "试试。"}) for step in ("returns", "reopenings", "exemptions", "resumptions")
    )
    yield "/nominations", {"rows": [{"case_id": int(case), **grade}]}
    yield "/filings-together", {"case_ids": [int(case)]}
    yield "/decisions", {"rows": [{"case_id": int(case), **decision}]}
    yield "/exemptions", {"rows": [{"case_id": int(case), "reason": "试试。"}]}
    yield f"/cycles/{cycle}/decisions", {"run": 2}
    yield f"/cycles/{cycle}/decisions", {"run": 2, "case_ids": [int(case)]}
    yield f"/cycles/{cycle}/over-quota-decisions", {"run": 2, "reason": "试试。"}


def told(visitor: Visitor, case: str, cycle: str) -> dict[str, str]:
    """What somebody is answered at each of these."""
    found = {}
    for door in doors(case, cycle):
        answer = visitor.client.get(door)
        kind = answer.headers.get("content-type", "")
        text = "".join(written(answer.content)) if "officedocument" in kind else answer.text
        found[door] = f"{answer.status_code} {PASSING.sub('', text)}"
    for number, (door, asked) in enumerate(steps(case, cycle)):
        named = {"Idempotency-Key": f"{case}-{number}-{id(found)}"}
        answer = visitor.client.post(f"/api/assessment{door}", json=asked, headers=named)
        refused = answer.status_code >= 400 or answer.json().get("refused") == 1
        assert refused, f"{door}: {answer.status_code} {answer.text}"
        found[f"POST {door} {asked}"] = f"{answer.status_code} {PASSING.sub('', answer.text)}"
    return found


def written(content: bytes) -> list[str]:
    """The words of a file of an office."""
    with ZipFile(BytesIO(content)) as parts:
        return [parts.read(name).decode() for name in sorted(parts.namelist()) if name.endswith(".xml")]


@pytest.mark.usefixtures("december")
def test_before_the_notice_nobody_outside_the_office_can_tell_a_decided_case_from_one_that_is_not(
    visit: Visit, rated: str, settle: Callable[[], None]
):
    committee, organiser = visit("committee"), visit("organiser")
    outside = {login: visit(login) for login in OUTSIDE}
    case = of_diligent(outside["diligent"])
    cycle = rated.rpartition("/")[2]

    def answers() -> dict[str, dict[str, str]]:
        settle()
        return {login: told(visitor, case, cycle) for login, visitor in outside.items()}

    def step(who: Visitor, name: str, **typed: Any) -> None:
        who.submit(who.get(f"/assessment/cases/{case}"), name, **typed)

    step(committee, "decision", grade="incompetent", reason=REASON)
    organiser.submit(organiser.get(rated), "run")  # collected anew: a decision keeps the sheet that it was taken on
    settle()
    known = committee.get(f"/assessment/cases/{case}").text
    assert REASON in known
    assert "重新汇总" in known
    decided = answers()
    assert all(REASON not in text for each in decided.values() for text in each.values())

    step(committee, "reopening", reason="再议。")
    same(decided, answers())

    step(committee, "exemption", reason="调离。")
    assert "不予评定" in organiser.get(f"/assessment/cases/{case}").text
    same(decided, answers())


def of_diligent(visitor: Visitor) -> str:
    """The number of his case."""
    link = next(each for each in visitor.get("/assessment/").links() if re.search(r"/cases/\d+$", each))
    return link.rpartition("/")[2]


def same(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> None:
    """Each was answered the same at each door."""
    for login, answers in before.items():
        other = [door for door, answer in answers.items() if answer != after[login][door]]
        assert not other, f"{login}: {[(door, answers[door], after[login][door]) for door in other]}"
