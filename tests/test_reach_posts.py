"""Every form of every page, sent with sound words for things of the town by those who may not: nothing changes.

The doors are walked alike in `test_reach`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import psycopg
import pytest
from fastapi.routing import iter_route_contexts

from deploy.houses import load
from deploy.web import office_app
from shared.settings import SERVICES
from shared.web import page_app
from shared.web.forms import form_token
from shared.web.templates import templates_of
from tests.browsing import Visitor
from tests.choosings import ELECTION, NOMINEE
from tests.concerns import NEW_CONCERN, SAID, USUAL
from tests.conftest import Doors, TwoYears
from tests.grid import NEW_CELL, NEW_LINK
from tests.test_reach import (  # noqa: F401  the fixture ids
    CIRCULAR,
    FOREIGN,
    GATEWAY,
    ROBOT,
    SCHEME,
    TERM,
    WHY,
    WORDS,
    bodies,
    database_url,
    everything,
    filled,
    ids,
    letter_to,
    of_others,
)
from tests.town import DONGLING, MEMBERS, ledger_file
from tests.two_years import PLAN, REPORT
from tests.unread import watched
from tests.walking import NOMINATION

ON = {"on": "2025-12-01"}
COUNT = {"present": 5, "issued": 5, "returned": 5, "valid": 5, "invalid": 0, "yes.1": 5, "no.1": 0, "neither.1": 0}
DAY = {"held_on": "2025-12-08", "kind": "study", "topic": "随便试试"}
REGROUPED = {"group_ids": "group_id", "branch_id": "branch_id", "name": "第九党小组", "members": "person_id", **ON}
FILE = {"file": ("台账.xlsx", ledger_file(2025, []))}
DONE = "2025-12-01"
CIRCULAR_FORM = {**CIRCULAR, "units": "unit_id", "posts": "secretary", "wants_receipt": "1"}

# What each form sends; a word of the ids stands for things of the town.
CLIENT = {"client": "ww1", "secret": "geheim", "agent": "1000002"}
FORMS: dict[str, dict[str, Any]] = {
    "/activities/records": {"group_id": "group_id", "submitted": "1", **DAY},
    "/activities/records/confirmations": {"activity_ids": "activity_id"},
    "/activities/records/returns": {"activity_ids": "activity_id", **WHY},
    "/activities/records/{activity_id}/submissions": {},
    "/activities/records/{activity_id}/withdrawals": {},
    "/activities/records/{activity_id}/discards": {},
    "/activities/records/{activity_id}/corrections": {**DAY, "why": "随便试试。"},
    "/activities/records/{activity_id}/attachments": {"files": FILE["file"]},
    "/activities/attachments/{attachment_id}/removals": {},
    "/activities/duties/townships/{township_id}/reminders": {"branch_ids": "branch_id"},
    "/activities/register/townships/{township_id}/branches": {"name": "新设党支部"},
    "/activities/register/townships/{township_id}/rule-set": {"rule_set": "xiang"},
    "/activities/register/branches/{branch_id}/groups": {"name": "第九党小组"},
    "/activities/register/units/{unit_id}/names": {"name": "改名"},
    "/activities/register/units/{unit_id}/posts": {"person_id": "person_id", "kind": "leader"},
    "/activities/register/posts/{post_id}/successions": {"person_id": "person_id", **WHY},
    "/activities/register/posts/{post_id}/withdrawals": {},
    "/activities/register/posts/{post_id}/endings": WHY,
    "/activities/register/units/{unit_id}/stand-ins": {
        "person_id": "person_id",
        "kind": "leader",
        "last_day": "2030-01-01",
        **WHY,
    },
    "/activities/register/stand-ins/{stand_in_id}/endings": WHY,
    "/activities/register/units/{unit_id}/committee": {**TERM, "secretary_id": "person_id"},
    "/activities/register/units/{unit_id}/terms": TERM,
    "/activities/register/terms/{term_id}/corrections": WHY,
    "/activities/register/units/{unit_id}/regroupings/{sort}/preview": REGROUPED,
    "/activities/register/units/{unit_id}/regroupings/{sort}": REGROUPED,
    "/activities/register/planned/{planned_id}/withdrawals": {},
    "/activities/register/units/{unit_id}/dissolution": ON,
    "/activities/register/people": {"words": "许安"},
    "/activities/register/people/numbered": {"number": "11010519491231002X", **WHY},
    "/activities/register/units/{unit_id}/people/found": {"words": "许安"},
    "/activities/register/accounts/found": {"words": "许安"},
    "/activities/records/found": {"words": "学习"},
    "/activities/register/people/{person_id}/numbers": {"field": "phone", **WHY},
    "/activities/register/units/{unit_id}/people": {"name": "新人", "kind": "full"},
    "/activities/register/people/{person_id}/moves": {"to_unit_id": "group_id"},
    "/activities/register/people/{person_id}/member-acts": {"turn": "died", "basis": "随便试试。"},
    "/activities/people/{person_id}/disagreements": {"activity_ids": "activity_id"},
    "/activities/register/people/{person_id}/corrections": {"education": "高中", **WHY},
    "/activities/register/corrections/{correction_id}/agreements": {},
    "/activities/register/corrections/{correction_id}/refusals": WHY,
    "/activities/register/people/{person_id}/transfers": letter_to("unit_id"),
    "/activities/register/people/{person_id}/care": {"sort": "in_need", "kind": "病", "contact_id": "person_id"},
    "/activities/register/branches/{branch_id}/care": {"name": "远客", "kind": "务工", "home": "外省"},
    "/activities/register/member-acts/{member_act_id}/papers": {"papers": FILE["file"]},
    "/activities/register/corrections/{correction_id}/papers": {"papers": FILE["file"]},
    "/activities/register/act-papers/{act_paper_id}/removals": {},
    "/activities/register/care/{care_id}/numbers": WHY,
    "/activities/register/care/{care_id}/meetings": {},
    "/activities/register/care/{care_id}/endings": {},
    "/activities/register/transfers/{transfer_id}/takings": {"to_unit_id": "unit_id"},
    "/activities/register/transfers/{transfer_id}/returns": WHY,
    "/activities/register/transfers/{transfer_id}/withdrawals": {},
    "/activities/register/transfers/{transfer_id}/undoings": {},
    "/activities/register/member-acts/{member_act_id}/withdrawals": {},
    "/activities/register/member-acts/{member_act_id}/undoings": {},
    "/activities/register/people/{person_id}/circumstances": {"kind": "away"},
    "/activities/register/people/{person_id}/circumstance-endings": {"kind": "aged"},
    "/activities/register/people/{person_id}/accounts": {"login": "stranger"},
    "/activities/register/people/{person_id}/first-passwords": {},
    "/activities/register/people/{person_id}/account-endings": WHY,
    "/activities/register/units/{unit_id}/accounts": {"people": "person_id", "login.1": "stranger"},
    "/activities/register/units/{unit_id}/sheets": {"sheet_id": 1},
    "/activities/register/officers/{township_id}/appointments": {"person_id": "person_id", "kind": "keeper", **WHY},
    "/activities/register/officers/{township_id}/dismissals": {"post_id": "post_id", **WHY},
    "/activities/register/officers/{township_id}/stand-ins": {
        "person_id": "person_id",
        "kind": "inspector",
        "until": "2030-01-01",
        **WHY,
    },
    "/activities/register/officers/{township_id}/stand-in-endings": {"post": "1.keeper", **WHY},
    "/activities/register/officers/{township_id}/account-acts": {
        "act": "end_account",
        "person_id": "person_id",
        **WHY,
    },
    "/activities/register/officers/acts/{officer_act_id}/agreements": {},
    "/activities/register/officers/acts/{officer_act_id}/refusals": WHY,
    "/activities/register/officers/acts/{officer_act_id}/withdrawals": {},
    "/activities/register/officers/acts/{officer_act_id}/first-passwords": {},
    "/activities/imports": {"township_id": "township_id", "kind": "ledger", "year": 2025, **FILE},
    "/activities/imports/{handed_id}": {},
    "/activities/imports/{handed_id}/stops": {},
    "/activities/imports/{handed_id}/undo": {},
    "/activities/imports/{handed_id}/member-acts": {"people": "person_id"},
    "/activities/imports/{handed_id}/lost": {"lost": "person_id"},
    "/activities/imports/{handed_id}/care": {"mobile_out": "person_id"},
    "/assessment/cycles": {"township_id": "township_id", "year": 2026, "confirmed": "1"},
    "/assessment/openings/{opening_id}/confirmations": {},
    "/assessment/openings/{opening_id}/postponements": {"opens_on": "2026-01-20", **WHY},
    "/assessment/cycles/{cycle_id}/withdrawals": WHY,
    "/assessment/cycles/{cycle_id}/runs": {},
    "/assessment/cycles/{cycle_id}/stops": {},
    "/assessment/cycles/{cycle_id}/continuations": {},
    "/assessment/cycles/{cycle_id}/notices": {},
    "/assessment/cycles/{cycle_id}/closings": {},
    "/assessment/cycles/{cycle_id}/recalls": WHY,
    "/assessment/cycles/{cycle_id}/endings": WHY,
    "/assessment/cycles/{cycle_id}/marks": {"basis": "测评表。"},
    "/assessment/cycles/{cycle_id}/marks/sheets": FILE,
    "/assessment/cases/{case_id}/marks/{indicator}": {"points": "1", "basis": "测评表。"},
    "/assessment/cases/{case_id}/statements": {"statement": "按月开展。"},
    "/assessment/cases/{case_id}/nominations": NOMINATION,
    "/assessment/cycles/{cycle_id}/review": {"case_ids": "case_id", "step": "return", **WHY},
    "/assessment/cases/{case_id}/filings": {},
    "/assessment/cases/{case_id}/returns": WHY,
    "/assessment/cycles/{cycle_id}/decisions": {"run": 1, "case_ids": "case_id", **WHY},
    "/assessment/cases/{case_id}/decisions": {"grade": "excellent", **WHY},
    "/assessment/cases/{case_id}/reopenings": WHY,
    "/assessment/cases/{case_id}/exemptions": WHY,
    "/assessment/cases/{case_id}/resumptions": WHY,
    "/assessment/cycles/{cycle_id}/exemptions": {"case_ids": "case_id", **WHY},
    "/assessment/cycles/{cycle_id}/over-quota-decisions": {"run": 1, **WHY},
    "/assessment/cycles/{cycle_id}/groups/{group_id}/leaders": {"post_ids": "post_id"},
    "/assessment/cases/{case_id}/objections": {"channel": "letter", "matter": "不实。"},
    "/assessment/cycles/{cycle_id}/objections": {"case_id": "case_id", "channel": "letter", "matter": "不实。"},
    "/assessment/objections/{objection_id}/answers": {"upheld": "true", "answer": "属实。"},
    "/assessment/schemes/new": {"township_id": "township_id", "do": "save", "scheme": "scheme_id"},
    "/assessment/schemes": {"township_id": "township_id", "yaml": SCHEME.replace('"1"', '"2"')},
    "/assessment/cycles/{cycle_id}/next-schemes": {"change": "study.points=30"},
    "/assessment/papers/{paper}": FILE,
    "/assessment/papers/{paper}/uses": {"template_id": "template_id"},
    "/assessment/papers/{paper}/restorations": {},
    "/activities/units/{unit_id}/prints/orders": {"year": 2025},
    "/activities/units/{unit_id}/prints/numbers": {"reason": "随便看看。"},
    "/notify/papers/{paper}": FILE,
    "/notify/papers/{paper}/uses": {"template_id": "template_id"},
    "/notify/papers/{paper}/restorations": {},
    "/activities/papers/{paper}": FILE,
    "/activities/papers/{paper}/uses": {"template_id": "template_id"},
    "/activities/papers/{paper}/restorations": {},
    "/assessment/rectifications/{rectification_id}/plans": PLAN,
    "/assessment/rectifications/{rectification_id}/reports": REPORT,
    "/assessment/evidence-files/{file_id}/removals": {},
    "/assessment/rectifications/{rectification_id}/acceptances": {},
    "/assessment/rectifications/{rectification_id}/returns": WHY,
    "/assessment/replacements/{replacement_id}/decisions": {"replaced": "false", **WHY},
    "/activities/concerns": NEW_CONCERN,
    "/activities/concerns/{concern_id}/settlements": SAID,
    "/activities/concerns/{concern_id}/submissions": {},
    "/activities/concerns/{concern_id}/acceptances": {},
    "/activities/concerns/{concern_id}/returns": SAID,
    "/activities/concerns/{concern_id}/designations": {"unit_id": "branch_id", **SAID},
    "/activities/concerns/{concern_id}/escalations": SAID,
    "/activities/concerns/{concern_id}/transfers": {"outside": "供电所"},
    "/activities/concerns/{concern_id}/answers": {"result": "solved", **SAID},
    "/activities/concerns/{concern_id}/tellings": {"on": "2025-12-08", "way": "visit"},
    "/activities/concerns/{concern_id}/closings": {"satisfied": "yes"},
    "/activities/concerns/{concern_id}/reopenings": SAID,
    "/activities/concerns/{concern_id}/mergers": {"into": "concern_id"},
    "/activities/concerns/{concern_id}/withdrawals": SAID,
    "/activities/concerns/{concern_id}/remarks": SAID,
    "/activities/concerns/{concern_id}/extensions": {"until": "2026-01-12", "why": "等配件。"},
    "/activities/concerns/{concern_id}/extensions/grants": {},
    "/activities/concerns/{concern_id}/extensions/refusals": {"why": "不用等。"},
    "/activities/concerns/{concern_id}/follow-ups": {"holds": "yes"},
    "/activities/concerns/{concern_id}/blackenings": {"words": "路灯"},
    "/activities/concerns/{concern_id}/photos": {"recognised": "no", "files": FILE["file"]},
    "/activities/concerns/photos/{photo_id}/removals": {},
    "/activities/concerns/usual-answers": USUAL,
    "/activities/concerns/usual-answers/{usual_answer_id}/removals": {},
    "/activities/concerns/{concern_id}/placings": {"cell_id": "cell_id"},
    "/activities/cells/in/{township_id}": NEW_CELL,
    "/activities/cells/links/{cell_link_id}/agreements": {},
    "/activities/cells/links/{cell_link_id}/endings": {},
    "/activities/cells/{cell_id}/links": NEW_LINK,
    "/activities/cells/{cell_id}/names": {"name": "新名"},
    "/activities/cells/{cell_id}/descriptions": {"extent": "东到河。"},
    "/activities/cells/{cell_id}/endings": {},
    "/activities/cells/{cell_id}/units": {"unit_id": "group_id"},
    "/activities/cells/{cell_id}/units/{unit_id}/endings": {},
    "/activities/cells/{cell_id}/splits": {"name_0": "甲网格", "name_1": "乙网格"},
    "/activities/cells/{cell_id}/mergers": {"with_ids": "cell_id", "name": "新名"},
    "/assessment/choosings": {"group_id": "group_id", "post": "deputy", "reason": "addition"},
    "/assessment/choosings/{choosing_id}/nominations": NOMINEE,
    "/assessment/choosings/{choosing_id}/elections": ELECTION,
    "/assessment/choosings/{choosing_id}/consents": {"person_id": "person_id"},
    "/assessment/choosings/{choosing_id}/answers": {"agrees": "yes"},
    "/assessment/choosings/{choosing_id}/results": {},
    "/assessment/choosings/{choosing_id}/retractions": {},
    "/assessment/choosings/{choosing_id}/submissions": {},
    "/assessment/choosings/{choosing_id}/agreements": {},
    "/assessment/choosings/{choosing_id}/refusals": WHY,
    "/assessment/choosings/{choosing_id}/returns": WHY,
    "/assessment/choosings/{choosing_id}/filings": {},
    "/assessment/choosings/{choosing_id}/retries": {},
    "/assessment/choosings/{choosing_id}/withdrawals": WHY,
    "/assessment/choosings/renewals": {"branch_ids": "branch_id", "due_on": "2026-03-01"},
    "/assessment/choosings/branches/{branch_id}/nominations": NOMINEE,
    "/assessment/choosings/branches/{branch_id}/elections": ELECTION,
    "/assessment/choosings/branches/{branch_id}/openings": {"choosing_ids": "choosing_id"},
    "/assessment/choosings/branches/{branch_id}/results": {"choosing_ids": "choosing_id"},
    "/assessment/choosings/bars": {"person_id": "person_id"},
    "/assessment/choosings/review": {"choosing_ids": "choosing_id", "step": "each"},
    "/assessment/ballots": {
        "unit_id": "branch_id",
        "kind": "general",
        "title": "通过年度计划",
        "held_on": "2026-01-13",
    },
    "/assessment/ballots/{ballot_id}/orders": {"held_on": "2026-01-13"},
    "/assessment/ballots/{ballot_id}/openings": {"first_teller": "person_id", "second_teller": "person_id"},
    "/assessment/ballots/{ballot_id}/counts": COUNT,
    "/assessment/ballots/{ballot_id}/recounts": WHY,
    "/assessment/ballots/{ballot_id}/declarations": {},
    "/assessment/ballots/{ballot_id}/refusals": WHY,
    "/assessment/ballots/{ballot_id}/repetitions": {"held_on": "2026-01-13"},
    "/assessment/ballots/{ballot_id}/decisions": {"people": "person_id", **WHY},
    "/assessment/ballots/{ballot_id}/vacancies": WHY,
    "/assessment/ballots/{ballot_id}/endings": WHY,
    "/assessment/ballots/{ballot_id}/tellers": {"place": 1, "person_id": "person_id", **WHY},
    "/assessment/ballots/{ballot_id}/slips": {"place": 1},
    "/assessment/replacements/{replacement_id}/undoings": WHY,
    "/notify/marks": {"read": "chosen", "message_ids": "message_id"},
    "/notify/marks/all": {"until": "2030-01-01T00:00:00+08:00"},
    "/notify/messages/{message_id}/openings": {},
    "/notify/wordings/{fact}/{telling}/trials": WORDS,
    "/notify/wordings/{fact}/{telling}": {**WORDS, **WHY, "based_on": 0, "township_id": "township_id"},
    "/notify/wordings/{fact}/{telling}/restorations": {**WHY, "based_on": 0, "township_id": "township_id"},
    "/notify/wordings/{fact}/{telling}/switches": {**WHY, "based_on": 0, "on": "0"},
    "/notify/deliveries/{delivery_id}/steps": {"step": "resend", **WHY},
    "/notify/dead-letters": {"step": "resend", "delivery_ids": "delivery_id", **WHY},
    "/activities/dead-jobs": {"step": "redrive", "job_ids": "job_id", **WHY},
    "/assessment/dead-jobs": {"step": "redrive", "job_ids": "job_id", **WHY},
    "/notify/dead-jobs": {"step": "redrive", "job_ids": "job_id", **WHY},
    "/notify/channels/hours": {"quiet_from": 20, "quiet_to": 8, **WHY},
    "/notify/channels/rate": {"per_minute": 10, **WHY},
    "/notify/channels/trials": {},
    "/notify/reaching/posts": {"post": "leader", "first": "sms"},
    "/notify/circulars": CIRCULAR_FORM | {"unit_id": "township_id"},
    "/notify/circulars/{circular_id}": CIRCULAR_FORM,
    "/notify/circular-files/{circular_file_id}/removals": {},
    "/notify/circulars/{circular_id}/sendings": {"recipients": 3},
    "/notify/circulars/{circular_id}/droppings": {},
    "/notify/circulars/{circular_id}/withdrawals": WHY,
    "/notify/circulars/{circular_id}/corrections": {},
    "/notify/circulars/{circular_id}/receipts": {},
    "/notify/circulars/{circular_id}/paper-receipts": {"message_ids": "message_id", "paper_on": "2025-01-01"},
    "/notify/ways": {"unit_id": "unit_id", "kind": "wecom_robot", "name": "工作群", "address": ROBOT},
    "/notify/ways/gateways": {"unit_id": "unit_id", **GATEWAY},
    "/notify/ways/applications": {"unit_id": "unit_id", "kind": "wecom_app"},
    "/notify/ways/numbers": {"unit_id": "unit_id", "kind": "wecom_app", "sheet": "许安 xuan"},
    "/notify/ways/call-lists": {"unit_id": "unit_id"},
    "/notify/calls": {"step": "tell", "delivery_ids": "delivery_id", **WHY},
    "/notify/ways/{way_id}/trials": {},
    "/notify/ways/{way_id}/endings": WHY,
    "/office/settings": {"setting": "quiet_from", "value": 20, "township_id": "township_id", **WHY},
    "/office/machine/clock": {},
    "/office/workdays": {"year": 2026, "announcement": "元旦：1月1日（周四）至3日（周六）放假调休。", **WHY},
    "/office/workdays/removals": {"first": DONE, "last": DONE, **WHY},
    "/office/providers": {"township_id": "township_id", "kind": "wecom", "name": "企业微信", **CLIENT},
    "/office/providers/{provider_id}/endings": WHY,
    "/office/codes": {"account_id": "account_id", **WHY},
    "/office/audit/people": {"name": "许安"},
    "/office/rules": {"township_id": "township_id", "effective_from": "2030-01-01", **WHY},
    "/account/sittings": {"sitting_id": "sitting_id"},
    "/account/posts": {"post": "township_post"},
    "/account/passkeys/removals": {"passkey_id": "passkey_id"},
    "/account/providers/removals": {"provider_id": "provider_id"},
}
# The same forms, where they are sent with a file or leave to the file what they may.
AS_FILES: list[tuple[str, dict[str, Any]]] = [
    ("/activities/imports", {"township_id": "township_id", "kind": "roster", **FILE}),
    ("/activities/imports", {"township_id": "township_id", "kind": "ledger", **FILE}),
    ("/activities/records", {"group_id": "group_id", "submitted": "1", "files": FILE["file"], **DAY}),
    ("/assessment/schemes", {"township_id": "township_id", "file": ("方案.yaml", SCHEME.encode())}),
    ("/assessment/rectifications/{rectification_id}/reports", REPORT | {"files": FILE["file"]}),
]
# Of whoever asks alone, whoever he is: they name nothing of anybody's.
OWN = {
    "/sign-in",
    "/sign-in/with/confirmation",
    "/sign-out",
    "/password",
    "/code",
    "/account/code",
    "/account/code/confirmations",
}
OWN |= {
    "/activities/me/address",
    "/activities/cells/residence",
    "/notify/reaching",
    "/account/sittings/others",
    "/sign-in/passkey",
    "/account/passkeys",
    "/account/passkeys/proofs",
    "/account/providers",
    "/account/providers/proofs",
}
OWN |= {"/assessment/count-slip/codes", "/assessment/count-slip/counts"}  # of whoever has a slip
OWN |= {"/setup", "/setup/codes"}  # of whoever has the code, while nobody can sign in
# Anything but these would have said that the words were wrong before who asks was looked at, and shown nothing.
REFUSED = (401, 403, 404, 409)
ANSWERED = {
    # A secretary types for his own branch: where its scheme asks for nothing, that is said.
    "/assessment/cycles/{cycle_id}/marks": {403, 404, 422},
    "/assessment/cycles/{cycle_id}/marks/sheets": {403, 404, 422},
    "/activities/register/people": (303, 403),  # nobody is found
    "/assessment/cycles/{cycle_id}/review": (403, 404, 422),  # each nomination in words of its own: not found
    "/assessment/cycles/{cycle_id}/decisions": (403, 404, 409, 422),  # each case is answered by itself: not found
    "/account/posts": (422,),  # a post that he has not
    "/notify/marks/all": (303,),  # his own are read
    "/activities/records/found": (303,),  # of what he sees
    "/activities/register/people/numbered": (303, 403),  # nobody of his own has it
}
# Of whom or what nothing may be read in an answer.
STRANGE = {
    "outsider": FOREIGN,
    "xihe": re.compile(
        "|".join(name for (branch, _), names in MEMBERS.items() if branch == DONGLING for name in names)
    ),
}
MORE = {
    "sitting_id": "select max(s.id) from office.sitting s join office.account a on a.id = s.account_id"
    " join office.person p on p.id = a.person_id join office.unit u on u.id = p.unit_id"
    " where {town} in (u.id, u.township_id)",
    "township_post": "select 'organiser.{town}'",
    "passkey_id": "insert into office.passkey (account_id, credential_id, public_key, sign_count, name, made_at)"
    " select a.id, 'id', 'key', 0, '办公室电脑', now() from office.account a where login = 'organiser' returning id",
    "provider_id": "insert into office.provider (township_id, kind, name, place, client, chosen_sealed)"
    " values ({town}, 'wecom', '企业微信', 'https://qyapi.weixin.qq.com', 'ww1', '') returning id",
    "sort": "select unnest(array['split', 'merge', 'move', 'dissolve'])",
}


def addresses() -> Iterator[str]:
    """The address of every form."""
    load(SERVICES)
    for service in SERVICES:
        house = import_module(f"services.{service}.app")
        app = page_app(service, house.pages, templates=[templates_of(house.__file__)])
        yield from (f"/{service}{path}" for path in posted(app))
    yield from posted(office_app(SERVICES))


def posted(app: Any) -> list[str]:
    return [
        route.path for route in iter_route_contexts(app.routes) if "POST" in (getattr(route, "methods", None) or ())
    ]


def test_every_form_is_tried():
    assert set(addresses()) == set(FORMS) | OWN


@pytest.fixture(scope="module")
def things(afterwards: Doors, ids: dict[str, list[Any]]) -> dict[str, list[Any]]:  # noqa: F811
    """The ids of the town, with a file and a template handed in and a dissolution planned."""
    (town,) = ids["township_id"]
    with psycopg.connect(database_url()) as connection:
        found = {
            name: [value for (value,) in connection.execute(question.format(town=town))]
            for name, question in MORE.items()
        }
        found["handed_id"] = list(connection.execute(HANDED, [town]).fetchone())
        found["template_id"] = list(connection.execute(TEMPLATE, [town]).fetchone())
        found["planned_id"] = list(connection.execute(PLANNED, [town, town]).fetchone())
    return ids | found


HANDED = (
    "insert into activities.handed_in (township_id, kind, year, name, content)"
    " values (%s, 'ledger', 2025, '台账.xlsx', 'sealed') returning id"
)
TEMPLATE = (
    "insert into office.paper_template (township_id, paper, version, form, sha256, size, name, handed_at)"
    " values (%s, 'opinion', 98, 'docx', repeat('0', 64), 1, '意见表.docx', now()) returning id"
)
PLANNED = (
    "insert into activities.planned_regrouping (township_id, branch_id, group_ids, sort, starts_on, asked, planned_at)"
    " select %s, branch_id, array[id], 'dissolve', '2030-01-01',"
    " jsonb_build_object('group_id', id, 'into', null, 'on', '2030-01-01'), now() from office.unit"
    " where kind = 'group' and township_id = %s order by id limit 1 returning id"
)


def sent(asked: dict[str, Any], things: dict[str, list[Any]]) -> dict[str, Any]:
    """A form's fields and files, with things of the town where it names them."""
    files = {name: value for name, value in asked.items() if isinstance(value, tuple)}
    data = {name: value for name, value in bodies(asked, things).items() if name not in files}
    return {"data": data, "files": files or None}


# What of the town is another branch's: 江海 of 西河村 may answer for none of it.
OF_DONGLING = {
    "unit_id": "select id from office.unit where {branch} in (id, branch_id) order by id",
    "branch_id": "select {branch}",
    "group_id": "select id from office.unit where branch_id = {branch} order by id",
    "person_id": "select p.id from office.person p join office.unit u on u.id = p.unit_id"
    " where {branch} in (u.id, u.branch_id) order by p.id limit 3",
    "account_id": "select a.id from office.account a join office.person p on p.id = a.person_id"
    " join office.unit u on u.id = p.unit_id where {branch} in (u.id, u.branch_id) order by a.id limit 3",
    "post_id": "select p.id from office.post p join office.unit u on u.id = p.unit_id"
    " where {branch} in (u.id, u.branch_id) and p.ends_on is null order by p.id limit 3",
    "planned_id": "select id from activities.planned_regrouping where branch_id = {branch}",
    "stand_in_id": "select s.id from office.stand_in s join office.unit u on u.id = s.unit_id"
    " where {branch} in (u.id, u.branch_id)",
    "term_id": "select t.id from office.term t where t.unit_id = {branch}",
    "correction_id": "select a.id from activities.correction a join office.unit u on u.id = a.unit_id"
    " where {branch} in (u.id, u.branch_id)",
    "member_act_id": "select a.id from activities.member_act a join office.unit u on u.id = a.unit_id"
    " where {branch} in (u.id, u.branch_id)",
    "care_id": "select id from activities.care where branch_id = {branch}",
    "transfer_id": "select t.id from activities.transfer t join office.unit u on u.id = t.unit_id"
    " where {branch} in (u.id, u.branch_id)",
    "activity_id": "select max(id) from activities.activity where branch_id = {branch} group by stage",
    "attachment_id": "select max(t.id) from activities.attachment t"
    " join activities.activity a on a.id = t.thing_id where t.sort = 'activity' and a.branch_id = {branch}",
    "act_paper_id": "select max(t.id) from activities.attachment t join activities.member_act a on a.id = t.thing_id"
    " join office.unit u on u.id = a.unit_id where t.sort = 'member_act' and {branch} in (u.id, u.branch_id)",
    "case_id": "select max(id) from assessment.leader_case where branch_id = {branch} group by year",
    "objection_id": "select o.id from assessment.objection o"
    " join assessment.leader_case c on c.id = o.case_id where c.branch_id = {branch}",
    "rectification_id": "select id from assessment.rectification where branch_id = {branch}",
    "file_id": "select e.id from assessment.attachment e"
    " join assessment.rectification r on r.id = e.thing_id where r.branch_id = {branch}",
    "ballot_id": "select id from assessment.ballot where branch_id = {branch}",
    "concern_id": "select c.id from activities.concern c join office.unit u on u.id = c.unit_id"
    " where {branch} in (u.id, u.branch_id)",
    "photo_id": "select t.id from activities.attachment t join activities.concern c on c.id = t.thing_id"
    " join office.unit u on u.id = c.unit_id where t.sort = 'concern' and {branch} in (u.id, u.branch_id)",
    "cell_link_id": "select l.id from activities.cell_link l join office.unit u on u.id = l.unit_id"
    " where {branch} in (u.id, u.branch_id)",
    "choosing_id": "select id from assessment.choosing where branch_id = {branch}",
    "replacement_id": "select r.id from assessment.replacement r join office.unit u on u.id = r.group_id"
    " where u.branch_id = {branch}",
    "sitting_id": "select max(s.id) from office.sitting s join office.account a on a.id = s.account_id"
    " join office.person p on p.id = a.person_id join office.unit u on u.id = p.unit_id"
    " where {branch} in (u.id, u.branch_id)",
}


@pytest.fixture(scope="module")
def of_dongling(two_years: TwoYears, things: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The same things, but of 东岭村 only where a branch has them of its own."""
    branch = two_years.town.units[DONGLING]
    with psycopg.connect(database_url()) as connection:
        found = {
            name: [value for (value,) in connection.execute(question.format(branch=branch))]
            for name, question in OF_DONGLING.items()
        }
    assert all(all(values) and values for values in found.values()), found
    return things | found


@pytest.mark.parametrize("login", ["member", "outsider", "negligent", "xihe"])
def test_no_form_changes_what_is_not_his(request: pytest.FixtureRequest, afterwards: Doors, login: str):
    visitor = Visitor(afterwards.client.app, login)
    with psycopg.connect(database_url()) as connection:
        found = connection.execute("select id, person_id from office.account where login = %s", [login])
        account, person = found.fetchone()
        unread = "select count(*) from notify.message where read_at is null and person_id <> %s"
        assert connection.execute(unread, [person]).fetchone() != (0,)
    things: dict[str, list[Any]] = request.getfixturevalue("of_dongling" if login == "xihe" else "things")
    things, foreign = of_others(things, getattr(afterwards, login)), STRANGE.get(login)
    before, allowed, opened = everything(person), defaultdict(list), {}

    for path, asked in [*FORMS.items(), *AS_FILES]:
        for address in filled(path, things):
            what = sent(asked, things)
            what["data"] |= {"key": form_token(account), "back": "/account"}
            with watched() as read:
                answer = visitor.client.post(address, follow_redirects=False, **what)
            if read:
                opened[path] = read
            if answer.status_code not in ANSWERED.get(path, REFUSED):
                allowed[path].append((address, answer.status_code))
            assert not (foreign and foreign.search(answer.text)), f"{address}: {answer.text}"

    changed = {table for table, rows in everything(person).items() if rows != before[table]}
    assert (dict(allowed), changed) == ({}, set())
    assert not opened, "read before the right was asked"
