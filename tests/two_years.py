"""Two whole years of the named world through the API, by its people, deadlines passed by moving the office's date.

The walk only does things and notes what it was answered, in `seen`; what that must be stands in test_year.py.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

from shared import work
from tests.town import (
    DONGLING,
    FIRST,
    NANPING,
    PLACE,
    SECOND,
    XIHE,
    Group,
    Person,
    ledger_file,
    topic,
    year_of_meetings,
)
from tests.walking import MINUTES, Walk, at_once

DILIGENT, NEGLIGENT, STEADY, MIDDLING = (DONGLING, FIRST), (DONGLING, SECOND), (XIHE, FIRST), (XIHE, SECOND)
MONTHS_2024: dict[Group, int] = {
    DILIGENT: 12,
    NEGLIGENT: 4,
    STEADY: 12,
    MIDDLING: 9,
    (NANPING, FIRST): 10,
    (NANPING, SECOND): 11,
}
MONTHS_2025 = MONTHS_2024 | {MIDDLING: 11}
PLAN = {"causes": "组长长期外出，活动没有按月开展。", "measures": "明确副组长代为召集，每月十日前开展活动。"}
REPORT = {"report": "已连续三个月按时开展活动。", "evidence": "见二月、三月、四月的活动记录。"}
NEW_PASSWORD = "chosen by herself alone"
BEATS = 3


class TwoYears(Walk):
    """2024 and 2025 in 清溪镇."""

    def walk(self) -> None:
        """From the first record to the end of the second year."""
        self.rest()
        self.write_up()
        self.confirm_and_return()
        self.correct()
        self.remind_of_duties()
        self.open_by_the_clock()
        self.nominate()
        self.overdue()
        self.review()
        self.bring_ledger_in(2024, MONTHS_2024)
        self.seen.first = self.run(self.seen.cycle)
        self.change_the_past()
        self.decide()
        self.publish()
        self.object()
        self.close()
        self.rectify()
        self.let_a_rectification_pass()
        self.seen.doctor_first = self.examine()
        self.second_year()
        self.replace()
        self.vacancy()
        self.seen.doctor_second = self.examine()

    # --- spring: records ---

    def write_up(self) -> None:
        """Two leaders write up what they held; a member may not."""
        self.go_to(date(2024, 3, 13))
        doors, absent = self.doors, [{"person_id": self.town.people["许安"], "reason": "leave"}]
        study, meeting, steady = date(2024, 3, 8), date(2024, 3, 12), date(2024, 3, 8)
        self.seen.study = self.record(doors.diligent, DILIGENT, "study", "集中学习", study, submitted=True)
        self.seen.meeting = self.record(doors.diligent, DILIGENT, "group_meeting", "党小组会", meeting, absent=absent)
        self.seen.steady = self.record(doors.steady, STEADY, "study", "集中学习", steady, submitted=True)
        where = f"activities/activities/{self.seen.meeting['id']}"
        doors.diligent.upload(f"{where}/attachments", "签到表.pdf", b"%PDF-1.7\n%%EOF\n")
        doors.diligent.post(f"{where}/submissions")
        asked = {"group_id": self.town.groups[DILIGENT], "kind": "study", "held_on": study.isoformat()}
        self.seen.member_writes = self.tried(doors.member, "activities/activities", asked)[0]
        self.rest()
        self.seen.secretary_inbox = doors.dongling.get("notify/inbox")["rows"]

    def counted(self) -> dict[str, dict[str, Any]]:
        """The counters of the diligent leader's group, by kind."""
        where = self.town.groups[DILIGENT]
        return {row["kind"]: row for row in self.doors.dongling.get(f"activities/units/{where}/tallies", year=2024)}

    def confirm_and_return(self) -> None:
        """The secretary confirms one and returns one; the leader corrects it and hands it in again."""
        doors, seen = self.doors, self.seen
        study, meeting = seen.study["id"], seen.meeting["id"]
        seen.tally_before = self.counted()
        seen.foreign_confirm = self.tried(doors.xihe, "activities/confirmations", {"activity_ids": [study]})[0]
        doors.dongling.post("activities/confirmations", {"activity_ids": [study]})
        doors.dongling.post(f"activities/activities/{meeting}/returns", {"reason": "请核对许安是否到会。"})
        doors.xihe.post("activities/confirmations", {"activity_ids": [seen.steady["id"]]})
        self.rest()
        seen.tally_confirmed = self.counted()
        seen.leader_inbox = doors.diligent.get("notify/inbox")["rows"]
        seen.returned = doors.diligent.get(f"activities/activities/{meeting}")
        corrected = {"kind": "group_meeting", "held_on": "2024-03-12", "place": PLACE, "minutes": MINUTES}
        corrected |= {"topic": topic("党小组会", 3), "why": "许安到会。", "revision": 1}
        doors.diligent.post(f"activities/activities/{meeting}/corrections", corrected)
        doors.diligent.post(f"activities/activities/{meeting}/submissions")
        doors.dongling.post("activities/confirmations", {"activity_ids": [meeting]})
        seen.revisions = doors.dongling.get(f"activities/activities/{meeting}/revisions")
        seen.tally_corrected = self.counted()

    def correct(self) -> None:
        """What was confirmed and is corrected does not count until it is confirmed again."""
        doors, study = self.doors, self.seen.study["id"]
        corrected = {"kind": "study", "held_on": "2024-03-08", "place": PLACE, "minutes": MINUTES}
        corrected |= {"topic": topic("集中学习", 3), "content": "补记学习内容。"}
        self.seen.correction_without_why = self.tried(
            doors.diligent, f"activities/activities/{study}/corrections", corrected
        )[0]
        doors.diligent.post(f"activities/activities/{study}/corrections", corrected | {"why": "补记内容。"})
        self.seen.tally_taken_back = self.counted()
        doors.dongling.post("activities/confirmations", {"activity_ids": [study]})
        self.seen.tally_again = self.counted()

    def remind_of_duties(self) -> None:
        """Five working days before the end of March the branches are told what is still owed; a deputy is stood in for."""
        self.go_to(date(2024, 3, 22))
        where = f"activities/units/{self.town.groups[DILIGENT]}/stand-ins"
        stands_in = {"person_id": self.town.people["许安"], "kind": "deputy", "last_day": "2024-03-29"}
        self.doors.organiser.post(where, stands_in | {"reason": "副组长外出培训。"})
        self.rest()
        self.seen.duties = list(self.doors.organiser.pages("notify/messages", fact="DutiesDue"))
        self.seen.gaps = self.doors.dongling.get(f"activities/units/{self.town.units[DONGLING]}/gaps", year=2024)

    # --- December: the cycle ---

    def open_by_the_clock(self) -> None:
        """On the first of December, a Sunday, however many beats run."""
        self.go_to(date(2024, 11, 29))
        self.seen.cycles_before = self.doors.organiser.get("assessment/cycles")["rows"]
        self.seen.letters_on_friday = self.letters()
        self.move(date(2024, 12, 1))
        at_once(*[lambda: work.sweep("assessment") for _ in range(BEATS)])
        self.rest()
        self.seen.cycles = self.doors.organiser.get("assessment/cycles")["rows"]
        self.seen.cycle = self.seen.cycles[0]["id"]
        self.seen.letters_on_sunday = self.letters()
        self.go_to(date(2024, 12, 2))
        self.seen.letters_on_monday = self.letters()
        self.seen.opened = list(self.doors.organiser.pages("notify/messages", fact="CycleOpened"))
        self.acknowledge()

    def acknowledge(self) -> None:
        """One secretary reads and acknowledges that the year was opened; the other does not."""
        secretary = self.doors.dongling
        unread = secretary.get("notify/inbox/unread")["unread"]
        message = next(row for row in secretary.get("notify/inbox")["rows"] if row["fact"] == "CycleOpened")
        secretary.post(f"notify/messages/{message['id']}/readings")
        self.seen.acknowledged = secretary.post(f"notify/messages/{message['id']}/acknowledgements")
        self.seen.unread = (unread, secretary.get("notify/inbox/unread")["unread"])
        self.seen.acknowledged_by_another = self.tried(
            self.doors.organiser, f"notify/messages/{message['id']}/acknowledgements"
        )[0]

    def nominate(self) -> None:
        """东岭 puts its leaders forward at once; 西河 is reminded first; 南坪 has no secretary."""
        doors, seen = self.doors, self.seen
        seen.dongling_sees = self.cases(doors.dongling, seen.cycle)
        seen.nominated = self.put_forward(doors.dongling, seen.cycle)
        self.go_to(date(2024, 12, 6))
        told = list(doors.organiser.pages("notify/messages", fact="TodosReminded"))
        seen.near = [row for row in told if "待提名" in row["title"]]
        inbox = doors.organiser.get("notify/inbox")["rows"]
        seen.unacknowledged = [row for row in inbox if "个单位有事逾期" in row["title"]]
        self.put_forward(doors.xihe, seen.cycle)
        case = self.case = {group: row["id"] for group, row in self.cases(doors.organiser, seen.cycle).items()}
        returned = f"assessment/cases/{case[DILIGENT]}/returns"
        seen.return_without_reason = self.tried(doors.organiser, returned, {"reason": ""})[0]
        seen.own_branch_return = self.tried(doors.villager, returned, {"reason": "请补充。"})
        doors.organiser.post(returned, {"reason": "请补充联系群众方面的情况。"})
        seen.returned_case = doors.dongling.get(f"assessment/cases/{case[DILIGENT]}")
        self.put_forward(doors.dongling, seen.cycle)

    def overdue(self) -> None:
        """The day passes; the township is told and nothing is decided. It appoints a secretary, who nominates."""
        doors, seen, branch = self.doors, self.seen, self.town.units[NANPING]
        self.go_to(date(2024, 12, 16))
        seen.organiser_inbox = doors.organiser.get("notify/inbox")["rows"]
        seen.stages_overdue = {group: row["stage"] for group, row in self.cases(doors.organiser, seen.cycle).items()}
        person = self.town.people["卢山"]
        doors.organiser.post(f"activities/units/{branch}/posts", {"person_id": person, "kind": "secretary"})
        made = doors.keeper.post(f"activities/people/{person}/accounts", {"login": "nanping"})
        self.nanping = doors.of("nanping", made["first_password"])
        seen.before_choosing = self.tried(self.nanping, "assessment/nominations", {"rows": []})[0]
        answer = self.nanping.ask("POST", "activities/passwords", json={"password": NEW_PASSWORD})
        self.nanping.token, self.nanping.password = answer.json()["token"], NEW_PASSWORD
        seen.late = self.put_forward(self.nanping, seen.cycle)

    def review(self) -> None:
        """Each is accepted under a number; by nobody in his own branch."""
        doors, seen, case = self.doors, self.seen, self.case
        seen.own_branch = self.tried(doors.villager, f"assessment/cases/{case[DILIGENT]}/filings", {})
        number = {"filing_number": "清组备〔2024〕1号"}
        seen.filed = doors.organiser.post(f"assessment/cases/{case[DILIGENT]}/filings", number)
        seen.number_again = self.tried(doors.organiser, f"assessment/cases/{case[STEADY]}/filings", number)[0]
        rest = [{"case_id": each} for group, each in case.items() if group not in (DILIGENT, MIDDLING)]
        doors.organiser.post("assessment/filings", {"rows": rest})
        seen.by_villager = doors.villager.post(f"assessment/cases/{case[MIDDLING]}/filings", {})
        self.rest()

    # --- January: the run ---

    def bring_ledger_in(self, year: int, months: dict[Group, int]) -> None:
        """The rest of the year comes in the office's own file, which is looked at before, and read in twice."""
        self.go_to({2024: date(2025, 1, 6), 2025: date(2026, 1, 5)}[year])
        content, where = ledger_file(year, year_of_meetings(year, months)), f"activities/townships/{self.town.id}"
        name, organiser = f"活动台账{year}.xlsx", self.doors.organiser
        steps = ("ledger-previews", "ledgers", "ledgers")
        imports = [organiser.upload(f"{where}/{step}?year={year}", name, content) for step in steps]
        setattr(self.seen, f"imports_{year}", imports)
        self.rest()

    def run(self, cycle: int) -> SimpleNamespace:
        """Collect and score; what came of it, and whether it can be computed again."""
        organiser = self.doors.organiser
        organiser.post(f"assessment/cycles/{cycle}/runs")
        self.rest()
        return self.result(cycle)

    def change_the_past(self) -> None:
        """After the run a confirmed record is corrected: somebody was not there, and it was shorter."""
        steady, record = self.doors.steady, self.seen.steady["id"]
        absent = [{"person_id": self.town.people["于洋"], "reason": "leave"}]
        corrected = {"kind": "study", "held_on": "2024-03-08", "topic": "三月学习", "minutes": 30, "absent": absent}
        steady.post(f"activities/activities/{record}/corrections", corrected | {"why": "核对签到表。"})
        self.seen.after_correction = self.result(self.seen.cycle)
        self.seen.record_after_correction = steady.get(f"activities/activities/{record}")
        self.doors.xihe.post("activities/confirmations", {"activity_ids": [record]})

    def decision(self, group: Group, grade: str | None, reason: str | None = None) -> tuple[int, dict[str, Any]]:
        """The committee's decision on a leader."""
        asked = {"grade": grade, "reason": reason}
        return self.tried(self.doors.committee, f"assessment/cases/{self.case[group]}/decisions", asked)

    def decide(self) -> None:
        """The committee follows the sheets; where it does not, and over the quota, it says why."""
        seen, (north, south) = self.seen, ((NANPING, FIRST), (NANPING, SECOND))
        seen.publish_too_early = self.tried(self.doors.organiser, f"assessment/cycles/{seen.cycle}/notices")[0]
        organiser_decides = {"grade": "competent", "reason": "研究决定。"}
        path = f"assessment/cases/{self.case[DILIGENT]}/decisions"
        seen.organiser_decides = self.tried(self.doors.organiser, path, organiser_decides)[0]
        seen.follows = [self.decision(NEGLIGENT, "incompetent")]
        seen.at_line = self.decision(DILIGENT, "excellent")
        seen.at_line_with_reason = self.decision(
            DILIGENT, "excellent", "两个小组同分，会议研究，带队完成全镇党课的优先。"
        )
        seen.over_quota = self.decision(STEADY, "excellent")
        seen.over_quota_with_reason = self.decision(STEADY, "excellent", "两个小组成绩相同，经会议研究同时评为优秀。")
        seen.differs = self.decision(north, "incompetent")
        self.decision(north, "competent")
        seen.differs_with_reason = self.decision(south, None, "年中请长病假，研究决定本年度不评定等次。")
        self.decision(MIDDLING, "competent")
        self.rest()

    def publish(self) -> None:
        """On notice for five working days; it cannot be closed before."""
        seen, organiser = self.seen, self.doors.organiser
        seen.notice = organiser.post(f"assessment/cycles/{seen.cycle}/notices")
        seen.close_too_early = self.tried(organiser, f"assessment/cycles/{seen.cycle}/closings")[0]
        self.rest()

    def object(self) -> None:
        """Two objections: one is upheld, and the case decided again on a fresh notice; one is dismissed."""
        doors, seen = self.doors, self.seen
        self.go_to(date(2025, 1, 7))
        upheld, dismissed = (
            doors.xihe.post(
                f"assessment/cases/{self.case[MIDDLING]}/objections", {"channel": "letter", "matter": "次数不实。"}
            ),
            doors.organiser.post(
                f"assessment/cases/{self.case[DILIGENT]}/objections", {"channel": "visit", "matter": "评价过高。"}
            ),
        )
        reopened = f"assessment/cases/{self.case[MIDDLING]}/reopenings"
        seen.reopen_without_cause = self.tried(doors.committee, reopened, {"reason": "重新核定。"})[0]
        doors.organiser.post(f"assessment/objections/{upheld['id']}/answers", {"upheld": True, "answer": "属实。"})
        self.go_to(date(2025, 1, 8))
        seen.reopened = doors.committee.post(reopened, {"reason": "异议属实，重新核定。"})
        seen.decided_again = self.decision(MIDDLING, "incompetent", "核实后有四个月没有开展活动。")
        seen.notice_again = doors.organiser.get(f"assessment/cycles/{seen.cycle}")
        self.go_to(date(2025, 1, 14))
        closing = f"assessment/cycles/{seen.cycle}/closings"
        seen.close_on_the_last_day = self.tried(doors.organiser, closing)
        self.go_to(date(2025, 1, 15))
        seen.close_unanswered = self.tried(doors.organiser, closing)
        seen.dismissed = doors.organiser.post(
            f"assessment/objections/{dismissed['id']}/answers", {"upheld": False, "answer": "与记录一致。"}
        )

    def close(self) -> None:
        """The notice has run out, every objection is answered: the year is final."""
        organiser = self.doors.organiser
        self.seen.closed = organiser.post(f"assessment/cycles/{self.seen.cycle}/closings")
        self.rest()
        self.seen.final = self.result(self.seen.cycle)
        self.seen.case = {group: organiser.get(f"assessment/cases/{each}") for group, each in self.case.items()}

    # --- what was wrong is set right ---

    def rectify(self) -> None:
        """The branch plans and reports; it is returned once, and then accepted, by nobody of the branch."""
        doors, seen = self.doors, self.seen
        seen.ordered = [self.rectification(group, 2024) for group in (NEGLIGENT, MIDDLING)]
        mine = f"assessment/rectifications/{seen.ordered[0]['id']}"
        seen.report_before_plan = self.tried(doors.dongling, f"{mine}/reports", REPORT)[0]
        doors.dongling.post(f"{mine}/plans", PLAN)
        self.go_to(date(2025, 3, 17))
        doors.dongling.upload(f"{mine}/evidence-files", "活动记录.pdf", b"%PDF-1.7\n%%EOF\n")
        doors.dongling.post(f"{mine}/reports", REPORT)
        doors.organiser.post(f"{mine}/returns", {"reason": "请附上活动记录的日期。"})
        doors.dongling.post(f"{mine}/reports", REPORT | {"evidence": "二月八日、三月八日、三月十二日的活动记录。"})
        seen.own_acceptance = self.tried(doors.villager, f"{mine}/acceptances")[0]
        doors.organiser.post(f"{mine}/acceptances")
        seen.cleared = doors.dongling.get(mine)
        seen.rectification_history = doors.dongling.get(f"{mine}/history")

    def let_a_rectification_pass(self) -> None:
        """The other branch plans and does not report: reminded, then reported to the township; then it does."""
        doors, seen = self.doors, self.seen
        theirs = f"assessment/rectifications/{seen.ordered[1]['id']}"
        doors.xihe.post(f"{theirs}/plans", PLAN)
        for day in (date(2025, 4, 8), date(2025, 4, 14), date(2025, 4, 16)):
            self.go_to(day)
        told = doors.organiser.pages("notify/messages", fact="TodosReminded")
        seen.rectification_overdue = [row for row in told if "整改待报告" in row["title"]]
        seen.rectification_waits = doors.organiser.get(theirs)
        doors.xihe.post(f"{theirs}/reports", REPORT)
        doors.organiser.post(f"{theirs}/acceptances")
        self.rest()

    # --- the second year ---

    def second_year(self) -> None:
        """The same again, quicker: the negligent leader is incompetent for the second time."""
        doors, seen = self.doors, self.seen
        self.go_to(date(2025, 12, 1))
        seen.cycles_second = doors.organiser.get("assessment/cycles")["rows"]
        cycle = seen.second_cycle = seen.cycles_second[0]["id"]
        self.go_to(date(2025, 12, 3))
        for secretary in (doors.dongling, doors.xihe, self.nanping):
            self.put_forward(secretary, cycle)
        self.case = {group: row["id"] for group, row in self.cases(doors.organiser, cycle).items()}
        doors.organiser.post("assessment/filings", {"rows": [{"case_id": each} for each in self.case.values()]})
        self.bring_ledger_in(2025, MONTHS_2025)
        seen.second = self.run(cycle)
        decisions = [
            {"case_id": self.case[row["branch"], row["group"]], "grade": row["proposed"], "reason": "按得分确定。"}
            for row in seen.second.rows
        ]
        seen.decided_second = doors.committee.post("assessment/decisions", {"rows": decisions})
        doors.organiser.post(f"assessment/cycles/{cycle}/notices")
        self.rest()
        self.go_to(date(2026, 1, 12))
        seen.second_closed = doors.organiser.post(f"assessment/cycles/{cycle}/closings")
        self.rest()
        seen.second_final = self.result(cycle)

    def replace(self) -> None:
        """Replacement is proposed; only the committee's decision ends the post."""
        doors, seen = self.doors, self.seen
        seen.proposed = list(doors.committee.pages("assessment/replacements"))
        self.go_to(date(2026, 1, 13))
        seen.leader_while_proposed = self.leader_of(NEGLIGENT)
        path = f"assessment/replacements/{seen.proposed[0]['id']}/decisions"
        decision = {"replaced": True, "reason": "连续两年不称职，经党委会研究决定调整。"}
        seen.replaced_by_organiser = self.tried(doors.organiser, path, decision)[0]
        seen.replaced_without_reason = self.tried(doors.committee, path, decision | {"reason": " "})[0]
        seen.leader_still = self.leader_of(NEGLIGENT)
        seen.replaced = doors.committee.post(path, decision)
        self.rest()
        seen.leader_after = self.leader_of(NEGLIGENT)

    def vacancy(self) -> None:
        """What would be told to the leader goes to the township, as long as there is none."""
        need = {"sort": "in_need", "kind": "病", "contact_id": self.town.people["陆明"]}
        self.doors.dongling.post(f"activities/people/{self.town.people['白梅']}/care", need)
        doors, seen = self.doors, self.seen
        held = self.record(doors.dongling, NEGLIGENT, "study", "集中学习", date(2026, 1, 8), submitted=True)
        doors.dongling.post(f"activities/activities/{held['id']}/returns", {"reason": "请补充内容。"})
        self.rest()
        seen.told_instead = list(doors.organiser.pages("notify/messages", fact="ActivityReturned"))
        seen.leader_gone = doors.negligent.ask("GET", f"activities/activities/{held['id']}").status_code
        doors.dongling.post(f"activities/activities/{held['id']}/discards")
        self.elect()

    def elect(self) -> None:
        """The group without a leader elects one on paper; the first time the two who count differ."""
        doors, people, where = self.doors, self.town.people, self.town.groups[NEGLIGENT]
        asked = {"unit_id": where, "kind": "leader_election", "title": "选举第二党小组组长", "seats": 1}
        asked |= {"held_on": "2026-01-13", "candidates": [people["田野"], people["姚立"]]}
        here = f"assessment/ballots/{doors.dongling.post('assessment/ballots', asked)['id']}"
        tellers = [people["孙勤"], people["宋平"]]
        doors.dongling.post(f"{here}/openings", {"tellers": tellers})
        self.type_votes(doors.diligent, here, 4)
        self.seen.blind = doors.villager.get(f"{here}/counts")
        self.type_votes(doors.villager, here, 3)
        self.seen.differing = doors.dongling.get(f"{here}/counts")
        doors.dongling.post(f"{here}/recounts", {"reason": "两人数的不一样。"})
        for teller in (doors.diligent, doors.villager):
            self.type_votes(teller, here, 4)
        doors.dongling.post(f"{here}/declarations")
        self.seen.elected = doors.dongling.get(here)
        self.rest()

    def type_votes(self, teller: Person, here: str, yes: int) -> None:
        """Five are there and hand in five papers; so many of them for the first."""
        first, second = (self.town.people[name] for name in ("田野", "姚立"))
        votes = [
            {"person_id": first, "yes": yes, "no": 5 - yes, "neither": 0},
            {"person_id": second, "yes": 1, "no": 4, "neither": 0},
        ]
        numbers = {"present": 5, "issued": 5, "returned": 5, "valid": 5, "invalid": 0}
        teller.post(f"{here}/counts", numbers | {"votes": votes})
