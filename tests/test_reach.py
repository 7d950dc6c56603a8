"""Who reaches what: every route with the ids of the town, asked by the outsider, by a plain member, by nobody."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from itertools import product
from typing import Any

import psycopg
import pytest

from services.assessment.papers.writers import blank_form
from services.notify.channels.rules.gateways import ALIYUN
from shared import work
from shared.papers.catalogue import LEDGER
from shared.papers.making import beginning
from shared.papers.of_circulars import CIRCULAR as CIRCULAR_PAPER
from shared.settings import SERVICES
from shared.web import service_app
from tests.choosings import ELECTION, NOMINEE, choose
from tests.concerns import NEW_CONCERN, SAID, USUAL, note_views
from tests.conftest import Doors, TwoYears
from tests.grid import NEW_CELL, NEW_LINK, PARTS, lay_the_grid
from tests.town import DONGLING, FIRST, MEMBERS, NANPING, OFFICERS, SECOND, TOWNSHIP, XIHE, Person, ledger_file
from tests.two_years import PLAN, REPORT
from tests.unread import watched
from tests.walking import NOMINATION

GET, POST = "GET", "POST"
# of whoever asks, or of everybody
OWN = {"/health", "/docs", "/sittings", "/sittings/me", "/sittings/others", "/sittings/{sitting_id}", "/passwords"}
OWN |= {"/sittings/codes", "/codes", "/codes/confirmations", "/sittings/passkeys", "/sittings/passkeys/options"}
OWN |= {"/reaching", "/passkeys", "/passkeys/options", "/passkeys/{passkey_id}"}
OWN |= {"/consents"}
OWN |= {"/cells/residence"}  # where one lives, by one's own word
FOREIGN = re.compile(
    "|".join([TOWNSHIP, DONGLING, XIHE, NANPING, *OFFICERS, *(n for g in MEMBERS.values() for n in g)])
)
REFUSED = (401, 403, 404, 409, 422)
TOO_FAR = (0, 2**31, 2**63 - 1, 2**63, 10**30)
TOLD = {"unit_id", "branch_id", "group_id", "township_id"}

IDS = {
    "unit_id": "select id from office.unit where {town} in (id, township_id) order by id",
    "township_id": "select id from office.unit where id = {town}",
    "branch_id": "select id from office.unit where township_id = {town} and kind = 'branch' order by id",
    "group_id": "select id from office.unit where township_id = {town} and kind = 'group' order by id",
    "person_id": "select p.id from office.person p join office.unit u on u.id = p.unit_id"
    " where {town} in (u.id, u.township_id) order by p.id limit 3",
    "account_id": "select a.id from office.account a join office.person p on p.id = a.person_id"
    " join office.unit u on u.id = p.unit_id where {town} in (u.id, u.township_id) order by a.id limit 3",
    "post_id": "select p.id from office.post p join office.unit u on u.id = p.unit_id"
    " where {town} in (u.id, u.township_id) and p.ends_on is null order by p.id limit 3",
    "template_id": "select id from office.paper_template where township_id = {town} and paper = 'opinion'",
    "planned_id": "select id from activities.planned_regrouping where township_id = {town}",
    "member_act_id": "select id from activities.member_act where township_id = {town}",
    "stand_in_id": "select s.id from office.stand_in s join office.unit u on u.id = s.unit_id"
    " where u.township_id = {town}",
    "term_id": "select t.id from office.term t join office.unit u on u.id = t.unit_id where u.township_id = {town}",
    "correction_id": "select id from activities.correction where township_id = {town}",
    "care_id": "select id from activities.care where township_id = {town}",
    "transfer_id": "select id from activities.transfer where township_id = {town}",
    "officer_act_id": "select id from activities.officer_act where township_id = {town}",
    "paper_id": "select id from activities.ordered_paper where of_unit = {town}",
    "activity_id": "select max(id) from activities.activity a where township_id = {town} group by stage, revision > 1,"
    " exists (select from activities.attachment t where t.sort = 'activity' and t.thing_id = a.id)",
    "act_paper_id": "select max(t.id) from activities.attachment t join activities.member_act a on a.id = t.thing_id"
    " where t.sort = 'member_act' and a.township_id = {town}",
    "attachment_id": "select max(t.id) from activities.attachment t"
    " join activities.activity a on a.id = t.thing_id where t.sort = 'activity' and a.township_id = {town}",
    "scheme_id": "select id from assessment.scheme where township_id = {town}",
    "cycle_id": "select id from assessment.cycle where township_id = {town}",
    "opening_id": "select id from assessment.opening where township_id = {town}",
    "case_id": "select max(id) from assessment.leader_case where township_id = {town} group by year",
    "mark_id": "select m.id from assessment.mark m join assessment.cycle c on c.id = m.cycle_id"
    " where c.township_id = {town}",
    "objection_id": "select o.id from assessment.objection o"
    " join assessment.cycle c on c.id = o.cycle_id where c.township_id = {town}",
    "rectification_id": "select id from assessment.rectification where township_id = {town}",
    "file_id": "select e.id from assessment.attachment e"
    " join assessment.rectification r on r.id = e.thing_id where r.township_id = {town}",
    "concern_id": "select id from activities.concern where holder_unit = {town} order by id",
    "photo_id": "select t.id from activities.attachment t join activities.concern c on c.id = t.thing_id"
    " where t.sort = 'concern' and c.township_id = {town}",
    "usual_answer_id": "select id from activities.usual_answer where township_id = {town}",
    "cell_id": "select id from activities.cell where township_id = {town} order by id",
    "cell_link_id": "select id from activities.cell_link where township_id = {town} order by id",
    "choosing_id": "select id from assessment.choosing where township_id = {town}",
    "replacement_id": "select id from assessment.replacement where township_id = {town}",
    "ballot_id": "select id from assessment.ballot where township_id = {town}",
    "message_id": "select max(id) from notify.message where township_id = {town} group by fact",
    "delivery_id": "select max(d.id) from notify.delivery d join notify.message m on m.id = d.message_id"
    " where m.township_id = {town} group by m.fact, d.channel",
    "circular_id": "select id from notify.circular where township_id = {town} and stage = 'sent'",
    "circular_file_id": "select t.id from notify.attachment t join notify.circular c on c.id = t.thing_id"
    " where c.township_id = {town}",
    "way_id": "select id from notify.way where township_id = {town}",
    "provider_id": "select id from office.provider where township_id = {town}",
    "job_id": "select max(id) from notify.job",
    "indicator": "select 'survey'",
    "year": "select 2024",
    "quarter": "select 4",
    "fact": "select 'CycleOpened'",
    "telling": "select 'opened'",
    "paper": "select 'opinion'",
    "activities.paper": "select 'ledger'",
    "activities.template_id": "select id from office.paper_template where township_id = {town} and paper = 'ledger'",
    "printed": "select 'vote_report'",
    "choosing_paper": "select 'choosing_nomination'",
    "rectification_paper": "select 'rectification_notice'",
    "notify.paper": "select 'circular_slip'",
    "notify.template_id": "select id from office.paper_template where township_id = {town} and paper = 'circular_slip'",
    "listing": "select unnest(array['ledger', 'roster'])",
    "blank": "select 'roster'",
}
SCHEME = """
key: own
name: 清溪镇考核方案
version: "1"
year_from: 2030
applies_to: leader
points: 100
grades: {excellent: 90, competent: 60}
excellent_percent: 30
indicators:
  - {key: study, name: 学习, measure: share, kinds: [study], points: 100}
"""


# A provider by which its people might sign in.
PROVIDER = (
    "insert into office.provider (township_id, kind, name, place, client, chosen_sealed)"
    " values (%s, 'dingtalk', '钉钉', 'https://oapi.dingtalk.com', 'x', 'x')"
)
CLIENT = {"client": "ww1", "secret": "x", "agent": "1000002"}
TERM = {"starts_on": "2025-01-01", "length": "village", "basis": "随便试试。"}


def letter_to(township_id: Any) -> dict[str, Any]:
    """By which somebody goes to another township."""
    return {"to_township_id": township_id, "number": "1号", "basis": "工作调动。", "dues_until": "2025-01"}


@pytest.fixture(scope="module")
def ids(two_years: TwoYears, afterwards: Doors) -> dict[str, list[Any]]:
    """The ids of 清溪镇, of everything that a path may name."""
    afterwards.organiser.post("assessment/schemes", {"township_id": two_years.town.id, "yaml": SCHEME})
    handed = {"file": ("意见表.docx", blank_form())}
    answer = afterwards.organiser.ask(
        "POST", "assessment/papers/opinion/templates", files=handed, key="opinion-template"
    )
    assert answer.status_code == 201, answer.text
    own_ledger = {"file": ("台账.xlsx", beginning(LEDGER))}
    answer = afterwards.organiser.ask(
        "POST", "activities/papers/ledger/templates", files=own_ledger, key="ledger-template"
    )
    assert answer.status_code == 201, answer.text
    own_notice = {"file": ("通知.docx", beginning(CIRCULAR_PAPER))}
    answer = afterwards.organiser.ask(
        "POST", "notify/papers/circular_slip/templates", files=own_notice, key="notice-template"
    )
    assert answer.status_code == 201, answer.text
    one, other = (two_years.town.groups[DONGLING, name] for name in (FIRST, SECOND))
    ahead = {"into": other, "on": (two_years.last_day + timedelta(days=30)).isoformat()}
    afterwards.organiser.post(f"activities/groups/{one}/dissolutions", ahead)
    officer = two_years.town.people["郑川"]
    asked = {"act": "end_account", "person_id": officer, "reason": "调离本乡镇。"}
    afterwards.organiser.post(f"activities/townships/{two_years.town.id}/officer-acts", asked)
    afterwards.organiser.post(f"activities/branches/{two_years.town.units[DONGLING]}/terms", TERM)
    moved = {"turn": "moved", "to_unit_id": other, "on": ahead["on"]}
    act = afterwards.organiser.post(f"activities/people/{two_years.town.people['许安']}/member-acts", moved)["id"]
    paper = {"file": ("决定.pdf", b"%PDF-1.7\n%%EOF\n")}
    answer = afterwards.organiser.ask("POST", f"activities/member-acts/{act}/papers", files=paper, key="act-paper")
    assert answer.status_code == 201, answer.text
    proposed = {"education": "高中", "reason": "登记有误。"}
    afterwards.dongling.post(f"activities/people/{two_years.town.people['许安']}/corrections", proposed)
    robot = {"unit_id": two_years.town.units[DONGLING], "kind": "wecom_robot", "name": "工作群", "address": ROBOT}
    afterwards.organiser.post("notify/ways", robot)
    away = two_years.town.people["白梅"]
    afterwards.organiser.post(f"activities/people/{away}/transfers", letter_to(two_years.town.units["柳湾镇"]))
    afterwards.organiser.post(f"activities/units/{two_years.town.id}/prints/ledger/orders", {"year": 2024})
    work.sweep("activities")
    choose(two_years.town, two_years.last_day, last="宋平")
    note_views(two_years.town)
    lay_the_grid(two_years.town)
    write_circulars(afterwards.organiser, two_years.town.units[DONGLING])
    for service in ("activities", "notify"):
        work.sweep(service)
    with psycopg.connect(database_url()) as connection:
        connection.execute(TYPED, (two_years.town.id,))
        connection.execute(PROVIDER, (two_years.town.id,))
        found = {
            name: [row[0] for row in connection.execute(question.format(town=two_years.town.id))]
            for name, question in IDS.items()
        }
    assert all(found.values()), [k for k, v in found.items() if not v]
    return found | {"fact": ["CycleOpened"], "telling": ["opened"]}


# What a person typed of a leader of that town; its scheme asks for nothing of the kind.
TYPED = (
    "insert into assessment.mark (cycle_id, case_id, group_id, key, points, basis)"
    " select l.cycle_id, l.id, l.group_id, 'survey', 100, '测评表' from assessment.leader_case l"
    " join assessment.cycle c on c.id = l.cycle_id where c.township_id = %s order by l.id limit 1"
)
CIRCULAR = {"title": "学习通知", "body": "请按时学习。", "posts": ["secretary", "leader"], "units": ["unit_id"]}
CIRCULAR |= {"wants_receipt": True, "due_on": "2030-01-01"}


def write_circulars(organiser: Any, branch_id: int) -> None:
    """A notice of the township to the posts of a branch, with a file, and a draft of another."""
    made = [organiser.post("notify/circulars", CIRCULAR | {"units": [branch_id]})["id"] for _ in range(2)]
    file = {"file": ("通知.pdf", b"%PDF-1.7\n%%EOF\n")}
    answer = organiser.ask("POST", f"notify/circulars/{made[0]}/files", files=file, key="circular-file")
    assert answer.status_code == 201, answer.text
    told = len(organiser.get(f"notify/circulars/{made[0]}/recipients"))
    organiser.post(f"notify/circulars/{made[0]}/sendings", {"recipients": told})


def database_url() -> str:
    from shared.settings import settings

    return settings().migrate_database_url


def routes(*methods: str) -> Iterator[tuple[str, str, list[str]]]:
    """Every route but one's own: method, path with its service, and the ids that its query may name."""
    for service in SERVICES:
        app = service_app(service, service, import_module(f"services.{service}.app").doors)
        for path, item in app.openapi()["paths"].items():
            for method, operation in item.items():
                if method.upper() in methods and path not in OWN:
                    yield (
                        method.upper(),
                        f"{service}{path}",
                        [found["name"] for found in operation.get("parameters", ())],
                    )


GETS = [(path, names) for _, path, names in routes(GET)]
UNSAFE = [(method, path) for method, path, _ in routes(POST, "PUT", "PATCH", "DELETE")]


def filled(path: str, ids: dict[str, list[int]]) -> list[str]:
    """A path with every combination of the ids that it names."""
    names, service = re.findall(r"{(\w+)}", path), path.lstrip("/").partition("/")[0]
    meant = [ids.get(f"{service}.{name}") or ids[name] for name in names]  # what a service has of its own
    return [path.format(**dict(zip(names, chosen, strict=True))) for chosen in product(*meant)]


def units_named(value: Any) -> set[int]:
    """The units that an answer names, at whatever depth."""
    if isinstance(value, list):
        return {found for each in value for found in units_named(each)}
    if not isinstance(value, dict):
        return set()
    mine = {found for name, found in value.items() if name in TOLD and found}
    return mine | {found for each in value.values() for found in units_named(each)}


# --- the outsider, secretary of a branch in the township next door ---


@pytest.mark.parametrize(("path", "names"), GETS, ids=[path for path, _ in GETS])
def test_the_outsider_is_shown_nothing_of_the_town(
    afterwards: Doors, ids: dict[str, list[int]], path: str, names: list[str]
):
    filters: list[dict[str, int]] = [{}]
    filters += [{name: each} for name in names if name in ids and f"{{{name}}}" not in path for each in ids[name]]
    filters += [{"below": each} for each in ids["unit_id"] if path.endswith("/units")]
    for address, query in product(filled(path, ids), filters):
        answer = afterwards.outsider.ask(GET, address, params={"year": 2024, "limit": 200} | query)

        assert answer.status_code in (200, 403, 404), f"{address} {query}: {answer.status_code} {answer.text}"
        assert not FOREIGN.search(answer.text), f"{address} {query}: {answer.text}"
        if answer.status_code == 200:
            assert not units_named(answer.json()) & set(ids["unit_id"]), f"{address} {query}: {answer.text}"
            if "{" in path:
                assert answer.json() == [], f"{address}: {answer.text}"


# Of the keeper and the auditor; and versions of rules and changes entered late, of which these two years have none.
NOT_THE_ORGANISERS = {f"{service}/dead-jobs" for service in SERVICES} | {
    "activities/audit",
    "activities/audit/heads",
    "activities/audit/seal",
    "activities/machine",
}
NOT_THE_ORGANISERS |= {"activities/townships/{township_id}/rule-versions", "assessment/openings"}  # none stands ahead
NOT_THE_ORGANISERS |= {f"activities/{of}/disagreements" for of in ("people/{person_id}", "units/{unit_id}")}
NOT_THE_ORGANISERS |= {"activities/concerns/alike"}  # he notes none himself
NOT_THE_ORGANISERS |= {"activities/concerns/figures"}  # nothing was noted in these two years
NOT_THE_ORGANISERS |= {"activities/providers"}  # the keeper's
NOT_THE_ORGANISERS |= {"assessment/cycles/{cycle_id}/results-paper"}  # the office has no form of its own in use


NOT_THE_ORGANISERS |= {"assessment/replacements/{replacement_id}/notice"}  # nothing of the kind is decided
NOT_THE_ORGANISERS |= {  # nobody is put forward in a draft, was filed in that year, or waits for the committee
    "assessment/choosings/{choosing_id}/papers/{choosing_paper}",
    "assessment/choosing-registers/{year}",
    "assessment/choosings-to-sign",
}


@pytest.mark.parametrize("path", [path for path, _ in GETS if path not in NOT_THE_ORGANISERS])
def test_the_same_question_is_answered_to_the_towns_own_organiser(
    afterwards: Doors, ids: dict[str, list[int]], path: str
):
    answers = [afterwards.organiser.ask(GET, address, params={"year": 2024}) for address in filled(path, ids)]

    assert {answer.status_code for answer in answers} == {200}
    assert any(answer.json() if "json" in answer.headers["content-type"] else answer.content for answer in answers)


def test_the_outsider_sees_his_own_township(afterwards: Doors):
    outsider = afterwards.outsider

    assert [unit["name"] for unit in outsider.get("activities/units")] == ["新桥村党支部", "第一党小组"]
    assert len(outsider.get("assessment/cycles")["rows"]) == 2
    assert {row["person"] for row in outsider.get("assessment/cases")["rows"]} == {"顾远"}
    assert outsider.get("notify/inbox")["rows"]


@pytest.mark.parametrize("path", [path for path, _ in GETS if "{" in path])
@pytest.mark.parametrize("login", ["outsider", "organiser"])
def test_a_number_that_is_nobodys_is_refused_and_breaks_nothing(afterwards: Doors, login: str, path: str):
    person: Person = getattr(afterwards, login)
    for number in TOO_FAR:
        address = re.sub(r"{\w+}", str(number), path)
        answer = person.ask(GET, address, params={"year": 2024})

        assert answer.status_code in (403, 404, 422) or answer.json() == [], f"{address}: {answer.status_code}"


@pytest.mark.parametrize(("method", "path"), [(GET, path) for path, _ in GETS] + UNSAFE)
def test_whoever_is_not_signed_in_is_told_so(afterwards: Doors, ids: dict[str, list[int]], method: str, path: str):
    headers = {"Authorization": "Bearer nobody", "Idempotency-Key": "nobody"}
    answer = afterwards.client.request(method, f"/api/{filled(path, ids)[0]}", headers=headers, params={"year": 2024})

    assert answer.status_code in (401, 422), answer.text
    assert not FOREIGN.search(answer.text)


# --- every change, by a plain member and by the outsider ---

MARK = {"points": 100, "basis": "测评表。"}
DAY, WHY = {"held_on": "2025-12-08", "kind": "study"}, {"reason": "随便试试。"}
TO = {"branch_id": "branch_id", "on": "2025-12-01"}
ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6"
GATEWAY = {"format": ALIYUN, "account": "LTAI", "secret": "geheim", "signature": "清溪镇党委", "template": "SMS_1"}
WORDS = {"title": "{年度}年考核", "body": "{年度}年考核已启动，请在{期限}前提交。"}
COUNT = {"present": 5, "issued": 5, "returned": 5, "valid": 5, "invalid": 0}
COUNT |= {"votes": [{"person_id": "person_id", "yes": 5, "no": 0, "neither": 0}]}
BODIES: dict[str, Any] = {
    "activities/townships/{township_id}/branches": {"name": "新设党支部"},
    "activities/townships/{township_id}/rule-sets": {"rule_set": "xiang"},
    "activities/branches/{branch_id}/groups": {"name": "第九党小组"},
    "activities/units/{unit_id}/people": {"name": "新人"},
    "activities/people/{person_id}/moves": {"to_unit_id": "unit_id"},
    "activities/people/{person_id}/member-acts": {"turn": "died", "basis": "随便试试。"},
    "activities/people/{person_id}/disagreement-corrections": {"activity_ids": ["activity_id"]},
    "activities/people/{person_id}/corrections": {"education": "高中", **WHY},
    "activities/corrections/{correction_id}/agreements": None,
    "activities/corrections/{correction_id}/refusals": WHY,
    "activities/people/{person_id}/transfers": letter_to("unit_id"),
    "activities/people/{person_id}/care": {"sort": "in_need", "kind": "病", "contact_id": "person_id"},
    "activities/branches/{branch_id}/care": {"sort": "mobile_in", "name": "远客", "kind": "务工", "home": "外省"},
    "activities/member-acts/{member_act_id}/papers": "file",
    "activities/corrections/{correction_id}/papers": "file",
    "activities/act-papers/{act_paper_id}/removals": None,
    "activities/care/{care_id}/numbers": WHY,
    "activities/care/{care_id}/meetings": {},
    "activities/care/{care_id}/endings": {},
    "activities/transfers/{transfer_id}/takings": {"to_unit_id": "unit_id"},
    "activities/transfers/{transfer_id}/returns": WHY,
    "activities/transfers/{transfer_id}/withdrawals": None,
    "activities/transfers/{transfer_id}/undoings": None,
    "activities/member-acts/{member_act_id}/withdrawals": None,
    "activities/member-acts/{member_act_id}/undoings": None,
    "activities/people/{person_id}/circumstances": {"kind": "away"},
    "activities/people/{person_id}/circumstance-endings": {"kind": "aged"},
    "activities/people/{person_id}/accounts": {"login": "stranger"},
    "activities/townships/{township_id}/officer-acts": {"act": "end_account", "person_id": "person_id", **WHY},
    "activities/officer-acts/{officer_act_id}/agreements": None,
    "activities/officer-acts/{officer_act_id}/refusals": WHY,
    "activities/officer-acts/{officer_act_id}/withdrawals": None,
    "activities/officer-acts/{officer_act_id}/first-passwords": None,
    "activities/units/{unit_id}/posts": {"person_id": "person_id", "kind": "leader"},
    "activities/posts/{post_id}/successions": {"person_id": "person_id", **WHY},
    "activities/posts/{post_id}/withdrawals": None,
    "activities/posts/{post_id}/endings": WHY,
    "activities/units/{unit_id}/stand-ins": {
        "person_id": "person_id",
        "kind": "leader",
        "last_day": "2030-01-01",
        **WHY,
    },
    "activities/stand-ins/{stand_in_id}/endings": WHY,
    "activities/branches/{branch_id}/terms": TERM,
    "activities/branches/{branch_id}/committees": {**TERM, "secretary_id": "person_id"},
    "activities/terms/{term_id}/corrections": WHY,
    "activities/townships/{township_id}/reminders": {"branch_ids": ["branch_id"]},
    "activities/units/{unit_id}/names": {"name": "改名"},
    "activities/regrouping-previews": {"regrouping": {"sort": "move", "group_id": "unit_id", **TO}},
    "activities/regroupings": {"regrouping": {"sort": "move", "group_id": "unit_id", **TO}},
    "activities/groups/{group_id}/dissolutions": {},
    "activities/branches/{branch_id}/dissolutions": {},
    "activities/planned-regroupings/{planned_id}/withdrawals": None,
    "activities/people/{person_id}/first-passwords": None,
    "activities/people/{person_id}/account-endings": WHY,
    "activities/units/{unit_id}/prints/{listing}/orders": {"year": 2024},
    "activities/people/{person_id}/numbers": {"field": "phone", **WHY},
    "activities/townships/{township_id}/settings": {"key": "quiet_from", "value": 20, **WHY},
    "activities/machine/clock-confirmations": None,
    "activities/workdays/{year}": {"announcement": "2027-10-01 至 2027-10-07 放假", **WHY},
    "activities/workdays/{year}/removals": {"first": "2027-10-01", "last": "2027-10-07", **WHY},
    "activities/townships/{township_id}/rule-versions": {
        "effective_from": "2030-01-01",
        "changes": [{"key": "assessment.notice_working_days", "value": 7}],
        **WHY,
    },
    "activities/accounts/{account_id}/code-resets": WHY,
    "activities/providers": {"township_id": "township_id", "kind": "wecom", "name": "企业微信", **CLIENT},
    "activities/providers/{provider_id}/endings": WHY,
    "activities/townships/{township_id}/roster-previews": "file",
    "activities/townships/{township_id}/rosters": "file",
    "activities/activities": {"group_id": "unit_id", **DAY},
    "activities/activities/{activity_id}/submissions": None,
    "activities/confirmations": {"activity_ids": ["activity_id"]},
    "activities/activities/{activity_id}/returns": WHY,
    "activities/activities/{activity_id}/corrections": {**DAY, "why": "随便试试。"},
    "activities/activities/{activity_id}/withdrawals": None,
    "activities/activities/{activity_id}/discards": None,
    "activities/activities/{activity_id}/attachments": "file",
    "activities/attachments/{attachment_id}/removals": None,
    "activities/townships/{township_id}/ledger-previews": "file",
    "activities/townships/{township_id}/ledgers": "file",
    "assessment/papers/{paper}/templates": "file",
    "assessment/paper-templates/{template_id}/uses": None,
    "assessment/papers/{paper}/restorations": None,
    "notify/papers/{paper}/templates": "file",
    "notify/paper-templates/{template_id}/uses": None,
    "notify/papers/{paper}/restorations": None,
    "activities/papers/{paper}/templates": "file",
    "activities/paper-templates/{template_id}/uses": None,
    "activities/papers/{paper}/restorations": None,
    "assessment/schemes": {"township_id": "township_id", "yaml": SCHEME.replace('"1"', '"2"')},
    "assessment/cycles": {"township_id": "township_id", "year": 2026},
    "assessment/openings/{opening_id}/confirmations": None,
    "assessment/openings/{opening_id}/postponements": {"opens_on": "2026-01-20", **WHY},
    "assessment/cycles/{cycle_id}/withdrawals": WHY,
    "assessment/cycles/{cycle_id}/runs": None,
    "assessment/cycles/{cycle_id}/stops": None,
    "assessment/cycles/{cycle_id}/continuations": None,
    "assessment/cycles/{cycle_id}/notices": None,
    "assessment/cycles/{cycle_id}/closings": None,
    "assessment/cycles/{cycle_id}/recalls": WHY,
    "assessment/cycles/{cycle_id}/endings": WHY,
    "assessment/cycles/{cycle_id}/next-schemes": {"changes": {"study.points": "30"}},
    "assessment/cycles/{cycle_id}/marks": {"rows": [{"case_id": "case_id", "key": "survey", **MARK}]},
    "assessment/marks/{mark_id}/corrections": {**MARK, **WHY},
    "assessment/nominations": {"rows": [{"case_id": "case_id", **NOMINATION}]},
    "assessment/filings": {"rows": [{"case_id": "case_id"}]},
    "assessment/filings-together": {"case_ids": ["case_id"]},
    "assessment/decisions": {"rows": [{"case_id": "case_id", "grade": "excellent", **WHY}]},
    "assessment/ballots": {
        "unit_id": "branch_id",
        "kind": "general",
        "title": "通过年度计划",
        "held_on": "2026-01-13",
    },
    "assessment/ballots/{ballot_id}/orders": {"held_on": "2026-01-13"},
    "assessment/ballots/{ballot_id}/openings": {"tellers": ["person_id", "person_id"]},
    "assessment/ballots/{ballot_id}/counts": COUNT,
    "assessment/ballots/{ballot_id}/recounts": WHY,
    "assessment/ballots/{ballot_id}/declarations": None,
    "assessment/ballots/{ballot_id}/refusals": WHY,
    "assessment/ballots/{ballot_id}/repetitions": {"held_on": "2026-01-13"},
    "assessment/ballots/{ballot_id}/decisions": {"people": ["person_id"], **WHY},
    "assessment/ballots/{ballot_id}/vacancies": WHY,
    "assessment/ballots/{ballot_id}/endings": WHY,
    "assessment/ballots/{ballot_id}/tellers": {"place": 1, "person_id": "person_id", **WHY},
    "assessment/ballots/{ballot_id}/slips": {"place": 1},
    "assessment/returns": {"rows": [{"case_id": "case_id", **WHY}]},
    "assessment/cycles/{cycle_id}/decisions": {"run": 1, "case_ids": ["case_id"], **WHY},
    "assessment/cases/{case_id}/statements": {"statement": "按月开展。"},
    "assessment/cases/{case_id}/nominations": NOMINATION,
    "assessment/cases/{case_id}/filings": {},
    "assessment/cases/{case_id}/returns": WHY,
    "assessment/cases/{case_id}/decisions": {"grade": "excellent", **WHY},
    "assessment/cases/{case_id}/reopenings": WHY,
    "assessment/cases/{case_id}/exemptions": WHY,
    "assessment/cases/{case_id}/resumptions": WHY,
    "assessment/exemptions": {"rows": [{"case_id": "case_id", **WHY}]},
    "assessment/cycles/{cycle_id}/over-quota-decisions": {"run": 1, **WHY},
    "assessment/cycles/{cycle_id}/groups/{group_id}/leaders": {"post_ids": ["post_id"]},
    "assessment/cases/{case_id}/objections": {"channel": "letter", "matter": "不实。"},
    "assessment/objections/{objection_id}/answers": {"upheld": True, "answer": "属实。"},
    "assessment/rectifications/{rectification_id}/plans": PLAN,
    "assessment/rectifications/{rectification_id}/reports": REPORT,
    "assessment/rectifications/{rectification_id}/evidence-files": "file",
    "assessment/evidence-files/{file_id}/removals": None,
    "assessment/rectifications/{rectification_id}/acceptances": None,
    "assessment/rectifications/{rectification_id}/returns": WHY,
    "assessment/replacements/{replacement_id}/decisions": {"replaced": False, **WHY},
    "activities/concerns": NEW_CONCERN,
    "activities/concerns/{concern_id}/settlements": SAID,
    "activities/concerns/{concern_id}/submissions": None,
    "activities/concerns/{concern_id}/acceptances": None,
    "activities/concerns/{concern_id}/returns": SAID,
    "activities/concerns/{concern_id}/designations": {"unit_id": "branch_id", **SAID},
    "activities/concerns/{concern_id}/escalations": SAID,
    "activities/concerns/{concern_id}/transfers": {"outside": "供电所"},
    "activities/concerns/{concern_id}/answers": {"result": "solved", **SAID},
    "activities/concerns/{concern_id}/tellings": {"on": "2025-12-08", "way": "visit"},
    "activities/concerns/{concern_id}/closings": {"satisfied": "yes"},
    "activities/concerns/{concern_id}/reopenings": SAID,
    "activities/concerns/{concern_id}/mergers": {"into": "concern_id"},
    "activities/concerns/{concern_id}/withdrawals": SAID,
    "activities/concerns/{concern_id}/remarks": SAID,
    "activities/concerns/{concern_id}/extensions": {"until": "2026-01-12", "why": "等配件。"},
    "activities/concerns/{concern_id}/extensions/grants": None,
    "activities/concerns/{concern_id}/extensions/refusals": {"why": "不用等。"},
    "activities/concerns/{concern_id}/follow-ups": {"holds": "yes"},
    "activities/concerns/{concern_id}/blackenings": {"words": "路灯"},
    "activities/concerns/{concern_id}/photos": "file",
    "activities/concerns/photos/{photo_id}/removals": None,
    "activities/concerns/usual-answers": USUAL,
    "activities/concerns/usual-answers/{usual_answer_id}/removals": None,
    "activities/concerns/{concern_id}/placings": {"cell_id": "cell_id"},
    "activities/cells/in/{township_id}": NEW_CELL,
    "activities/cells/in/{township_id}/ledger-previews": "file",
    "activities/cells/in/{township_id}/ledgers": "file",
    "activities/cells/links/{cell_link_id}/agreements": None,
    "activities/cells/links/{cell_link_id}/endings": {},
    "activities/cells/{cell_id}/links": NEW_LINK,
    "activities/cells/{cell_id}/names": {"name": "新名"},
    "activities/cells/{cell_id}/descriptions": {"extent": "东到河。"},
    "activities/cells/{cell_id}/endings": {},
    "activities/cells/{cell_id}/units": {"unit_id": "group_id"},
    "activities/cells/{cell_id}/units/{unit_id}/endings": {},
    "activities/cells/{cell_id}/splits": PARTS,
    "activities/cells/{cell_id}/mergers": {"with_ids": ["cell_id"], "name": "新名"},
    "assessment/choosings": {"group_id": "group_id", "post": "deputy", "reason": "addition"},
    "assessment/choosings/{choosing_id}/nominations": NOMINEE,
    "assessment/choosings/{choosing_id}/elections": ELECTION,
    "assessment/choosings/{choosing_id}/consents": {"person_id": "person_id"},
    "assessment/choosings/{choosing_id}/answers": {"agrees": True},
    "assessment/choosings/{choosing_id}/results": None,
    "assessment/choosings/{choosing_id}/retractions": None,
    "assessment/choosings/{choosing_id}/submissions": None,
    "assessment/choosings/{choosing_id}/agreements": None,
    "assessment/choosings/{choosing_id}/refusals": WHY,
    "assessment/choosings/{choosing_id}/returns": WHY,
    "assessment/choosings/{choosing_id}/filings": {},
    "assessment/choosings/{choosing_id}/retries": None,
    "assessment/choosings/{choosing_id}/withdrawals": WHY,
    "assessment/choosing-renewals": {"branch_ids": ["branch_id"], "due_on": "2026-03-01"},
    "assessment/choosing-nominations": {
        "rows": [{"choosing_id": "choosing_id", "person_id": "person_id"}],
        **{name: value for name, value in NOMINEE.items() if name != "person_id"},
    },
    "assessment/choosing-elections": {
        "rows": [{"choosing_id": "choosing_id", "candidates": ["person_id"]}],
        **{name: value for name, value in ELECTION.items() if name != "candidates"},
    },
    "assessment/choosing-openings": {
        "rows": [{"choosing_id": "choosing_id"}],
        "tellers": ["person_id", "person_id"],
    },
    "assessment/choosing-results": {"choosing_ids": ["choosing_id"]},
    "assessment/choosing-filings": {"choosing_ids": ["choosing_id"]},
    "assessment/choosing-submissions": {"choosing_ids": ["choosing_id"]},
    "assessment/choosing-agreements": {"choosing_ids": ["choosing_id"]},
    "assessment/choosing-returns": {"choosing_ids": ["choosing_id"], **WHY},
    "assessment/candidacy-bars": {"person_id": "person_id"},
    "assessment/replacements/{replacement_id}/undoings": WHY,
    "notify/messages/{message_id}/readings": None,
    "notify/messages/{message_id}/acknowledgements": None,
    "notify/readings": {"message_ids": ["message_id"]},
    "notify/acknowledgements": {"message_ids": ["message_id"]},
    "notify/wordings/{fact}/{telling}/trials": WORDS,
    "notify/wordings/{fact}/{telling}/versions": {**WORDS, **WHY, "based_on": 0},
    "notify/wordings/{fact}/{telling}/restorations": {**WHY, "based_on": 0},
    "notify/wordings/{fact}/{telling}/switches": {**WHY, "based_on": 0, "on": False},
    "notify/resendings": {"delivery_ids": ["delivery_id"], **WHY},
    "notify/confirmations": {"delivery_ids": ["delivery_id"], **WHY},
    "notify/discards": {"delivery_ids": ["delivery_id"], **WHY},
    "activities/job-redrives": {"job_ids": ["job_id"], **WHY},
    "assessment/job-redrives": {"job_ids": ["job_id"], **WHY},
    "notify/job-redrives": {"job_ids": ["job_id"], **WHY},
    "activities/job-discards": {"job_ids": ["job_id"], **WHY},
    "assessment/job-discards": {"job_ids": ["job_id"], **WHY},
    "notify/job-discards": {"job_ids": ["job_id"], **WHY},
    "notify/reaching/posts": {"post": "leader", "first": "sms", "township_id": "township_id"},
    "notify/circulars": CIRCULAR | {"unit_id": "township_id"},
    "notify/circulars/{circular_id}/changes": CIRCULAR,
    "notify/circulars/{circular_id}/files": "file",
    "notify/circular-files/{circular_file_id}/removals": None,
    "notify/circulars/{circular_id}/sendings": {"recipients": 3},
    "notify/circulars/{circular_id}/droppings": None,
    "notify/circulars/{circular_id}/withdrawals": WHY,
    "notify/circulars/{circular_id}/corrections": None,
    "notify/circulars/{circular_id}/receipts": None,
    "notify/circulars/{circular_id}/paper-receipts": {"message_ids": ["message_id"], "paper_on": "2025-01-01"},
    "notify/ways": {"unit_id": "unit_id", "kind": "wecom_robot", "name": "工作群", "address": ROBOT},
    "notify/gateways": {"unit_id": "unit_id", **GATEWAY},
    "notify/applications": {"unit_id": "unit_id", "kind": "wecom_app"},
    "notify/numbers": {"unit_id": "unit_id", "kind": "wecom_app", "sheet": "许安 xuan"},
    "notify/call-lists": {"unit_id": "unit_id"},
    "notify/ways/{way_id}/trials": None,
    "notify/ways/{way_id}/endings": WHY,
    "notify/deliveries/{delivery_id}/resendings": WHY,
    "notify/deliveries/{delivery_id}/confirmations": WHY,
    "notify/deliveries/{delivery_id}/discards": WHY,
    "notify/telephone-calls": {"delivery_ids": ["delivery_id"], **WHY},
    "activities/dead-jobs/{job_id}/redrives": WHY,
    "assessment/dead-jobs/{job_id}/redrives": WHY,
    "notify/dead-jobs/{job_id}/redrives": WHY,
    "activities/dead-jobs/{job_id}/discards": WHY,
    "assessment/dead-jobs/{job_id}/discards": WHY,
    "notify/dead-jobs/{job_id}/discards": WHY,
}
# Signing in leaves a sitting, a device that is known, its line in the history, and the answer that a key has got.
BESIDE = {"office.sitting", "office.reply", "office.account", "office.clock", "office.heartbeat", "office.seal"}
BESIDE |= {"office.device", "office.guess", "office.trace", "office.challenge"}


def test_every_unsafe_route_is_tried():
    assert {path for _, path in UNSAFE} == set(BODIES)
    assert {method for method, _ in UNSAFE} == {POST}


def bodies(template: Any, ids: dict[str, list[int]]) -> Any:
    """A body with real ids of the town where the template names one."""
    if isinstance(template, dict):
        return {name: bodies(value, ids) for name, value in template.items()}
    if isinstance(template, list):
        return [bodies(value, ids) for value in template]
    return ids[template][-1] if isinstance(template, str) and template in ids else template


def everything(own: int = 0) -> dict[str, str]:
    """What stands in each table, as one hash; the history without those who signed in, or looked for somebody in vain.

    `own`: somebody whose own messages, and his reading of them, are left out.
    """
    read = f"select id::text from notify.message where person_id = {own}"
    with psycopg.connect(database_url()) as connection:
        tables = connection.execute(
            "select schemaname || '.' || tablename from pg_tables"
            " where schemaname in ('office', 'activities', 'assessment', 'notify')"
        ).fetchall()
        hashes = {}
        for (table,) in tables:
            where = {
                "office.happening": "where fact <> 'SignedIn' and not (fact = 'NumberSought' and subject = '')"
                f" and not (fact = 'MessageRead' and body ->> 'message_id' in ({read}))",
                "notify.message": f"where person_id <> {own}",
            }.get(table, "")
            question = f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t {where}"
            hashes[table] = connection.execute(question).fetchone()[0]
    return {table: value for table, value in hashes.items() if table not in BESIDE}


def of_others(ids: dict[str, list[int]], person: Person) -> dict[str, list[int]]:
    """The ids without his own messages: those he may open whatever became of his post."""
    own = {row["id"] for row in person.pages("notify/inbox")}
    return ids | {"message_id": [each for each in ids["message_id"] if each not in own]}


@pytest.mark.parametrize("login", ["member", "outsider", "negligent"])
def test_nobody_changes_what_is_not_his(two_years: TwoYears, afterwards: Doors, ids: dict[str, list[int]], login: str):
    person: Person = getattr(afterwards, login)
    ids = of_others(ids, person)
    before, allowed, opened = everything(), defaultdict(list), {}

    for method, path in UNSAFE:
        template = BODIES[path]
        for address in filled(path, ids):
            what = {"json": bodies(template, ids)}
            if template == "file":
                what = {"files": {"file": ("台账.xlsx", ledger_file(2025, []))}, "params": {"year": 2025}}
            with watched() as read:
                answer = person.ask(method, address, **what)
            if read:
                opened[path] = read
            outcomes = answer.json().get("rows", ()) if answer.status_code == 201 else ()
            refused = bool(outcomes) and answer.json().get("refused") == len(outcomes)
            if answer.status_code not in REFUSED and not refused:
                allowed[path].append((address, answer.status_code, answer.text))
            assert login != "outsider" or not FOREIGN.search(answer.text), f"{address}: {answer.text}"

    assert not allowed
    assert not opened, "read before the right was asked"
    assert everything() == before


# By whoever may: the content, and what reads it.
READ = {
    "activities/townships/{township_id}/roster-previews": "Popen.__init__",
    "activities/townships/{township_id}/ledger-previews": "Popen.__init__",
    "activities/cells/in/{township_id}/ledger-previews": "Popen.__init__",
    "assessment/papers/{paper}/templates": "ZipFile.__init__",
    "notify/papers/{paper}/templates": "ZipFile.__init__",
    "assessment/schemes": "PlainLoader.__init__",
}


@pytest.mark.parametrize("path", READ)
def test_what_is_handed_in_by_whoever_may_is_seen_to_be_read(afterwards: Doors, ids: dict[str, list[int]], path: str):
    what = {"json": bodies(BODIES[path], ids)}
    if BODIES[path] == "file":
        what = {"files": {"file": ("台账.xlsx", ledger_file(2025, []))}, "params": {"year": 2025}}
    with watched() as read:
        afterwards.organiser.ask(POST, filled(path, ids)[0], key=f"read:{path}", **what)

    assert READ[path] in read
