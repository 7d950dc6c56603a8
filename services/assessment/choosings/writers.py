"""The papers of choosing leaders: what each says, and the ones that ship, for the office to edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.assessment.choosings.models import Choosing
from services.assessment.choosings.rules import SAID, Check, Reason, Rule, Verdict, Way
from shared.papers.fields import day_said
from shared.papers.kinds import Filled, Value
from shared.papers.layouts import Grid, Layout, Line
from shared.people import Person
from shared.roles import Role

SHORT: Mapping[str, str] = {Role.LEADER: "组长", Role.DEPUTY: "副组长"}
POSTS: Mapping[str, str] = {Role.LEADER: "党小组长", Role.DEPUTY: "党小组副组长"}


@dataclass(frozen=True, slots=True)
class Nominated:
    """Somebody in a choosing, as a paper says him. person: none where whoever prints does not reach him any more."""

    one: Choosing
    branch: str
    group: str
    name: str
    person: Person | None
    posts: Sequence[str] = ()
    grades: Sequence[str] = ()
    parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Handed:
    """What an outgoing leader hands over."""

    former: str
    until: date | None
    following: str
    todos: Sequence[tuple[str, date | None]] = field(default_factory=list)
    cases: Sequence[tuple[str, str, date | None]] = field(default_factory=list)
    books: Sequence[tuple[str, int, int]] = field(default_factory=list)


def month_said(day: date | None) -> str:
    """1985.06, as rosters have it."""
    return f"{day.year}.{day.month:02}" if day else ""


def _person(each: Nominated) -> dict[str, Value]:
    him = each.person
    return {
        "name": each.name,
        "sex": {"male": "男", "female": "女"}.get(him.sex or "", him.sex or "") if him else "",
        "born": month_said(him.born_on) if him else "",
        "education": (him.education or "") if him else "",
        "joined": month_said(him.joined_on) if him else "",
        "posts": "、".join(each.posts),
    }


def _chosen(each: Nominated) -> dict[str, Value]:
    one = each.one
    return {
        "post": POSTS[one.post],
        "way": Way(one.way).chinese,
        "again": "连任" if one.person_id == one.former_id else "新任",
        "from_on": day_said(one.from_on),
    }


def nomination_of(each: Nominated, township: str, members: int) -> Filled:
    """The form of one who is put forward or filed."""
    one = each.one
    said: dict[str, Value] = {
        "title": f"{POSTS[one.post]}提名（备案）表",
        "township": township,
        "branch": each.branch,
        "group": each.group,
        "members": f"{members}人",
        "full": month_said(each.person.full_on) if each.person else "",
        "reason": Reason(one.reason).chinese,
        "until": day_said(one.term_ends_on),
        "resolved_on": day_said(one.resolved_on),
        **{name: _people(getattr(one, name)) for name in ("expected", "present", "in_favour")},
        "consent_on": day_said(one.consent_on),
        "grades": "，".join(each.grades) or "没有",
        "hours": "；".join(each.parts) or "没有",
        "conduct": one.conduct or "",
        "number": one.filing_number or "",
        "filed_on": day_said(one.filed_on),
    }
    checks = [Check(Rule(rule), Verdict(verdict), ground) for rule, verdict, ground in one.checks or ()]
    rows: list[Mapping[str, Value]] = [
        {"rule": SAID[check.rule], "verdict": check.verdict.chinese, "ground": check.ground} for check in checks
    ]
    return Filled(_person(each) | _chosen(each) | said, {"checks": rows})


def _people(count: int | None) -> str:
    return "" if count is None else f"{count}人"


def register_of(several: Sequence[Nominated], township: str, title: str, number: str, *, made_on: date) -> Filled:
    """Those who were filed, a line for each."""
    rows: list[Mapping[str, Value]] = [
        {
            "seq": place,
            "branch": each.branch,
            "group": each.group,
            **_person(each),
            **_chosen(each),
            "filing": each.one.filing_number or "",
            "remark": "",
        }
        for place, each in enumerate(several, start=1)
    ]
    return Filled(_head(township, title, len(several), made_on) | {"number": number}, {"leaders": rows})


def to_sign_of(several: Sequence[Nominated], township: str, *, made_on: date) -> Filled:
    """Those whom the committee is asked to agree to."""
    rows: list[Mapping[str, Value]] = [
        {
            "seq": place,
            "branch": each.branch,
            "group": each.group,
            **_person(each),
            **_chosen(each),
            "note": "；".join(ground for _, verdict, ground in each.one.checks or () if verdict != Verdict.PASS),
            "opinion": "",
        }
        for place, each in enumerate(several, start=1)
    ]
    return Filled(_head(township, f"{township}党小组长人选审批名单", len(several), made_on), {"leaders": rows})


def _head(township: str, title: str, count: int, made_on: date) -> dict[str, Value]:
    said = day_said(made_on)
    return {"title": title, "township": township, "unit": township, "made_on": said, "total": f"合计 {count} 人。"}


def notice_of(several: Sequence[Nominated], township: str) -> Filled:
    """That these hold their posts from a day on."""
    first = several[0].one
    names = several[0].name + ("等同志" if len(several) > 1 else "同志")
    branches = list(dict.fromkeys(each.branch for each in several))
    said: dict[str, Value] = {
        "title": f"关于{names}任职的通知",
        "township": township,
        "number": first.filing_number or "",
        "to": "各党支部" if len(branches) > 1 else branches[0],
        "said": "经支部提名或者党小组推选，报乡镇党委审查备案，下列同志任职：",
        "signed": f"中共{township}委员会",
        "day": day_said(first.filed_on),
    }
    rows: list[Mapping[str, Value]] = [
        {"branch": each.branch, "group": each.group, "until": day_said(each.one.term_ends_on), **_person(each)}
        | _chosen(each)
        for each in several
    ]
    return Filled(said, {"leaders": rows})


def handover_of(each: Nominated, handed: Handed, township: str, *, made_on: date) -> Filled:
    """What goes from one hand into the other."""
    chosen = _chosen(each)
    said: dict[str, Value] = {
        "title": f"{each.branch}{each.group}{SHORT[each.one.post]}交接清单",
        "township": township,
        "branch": each.branch,
        "group": each.group,
        "post": chosen["post"],
        "former": handed.former,
        "next": handed.following,
        "until": day_said(handed.until),
        "from_on": chosen["from_on"],
        "made_on": day_said(made_on),
    }
    nothing: list[dict[str, Any]] = [{"what": "没有"}]
    return Filled(
        said,
        {
            "todos": [{"what": what, "due": day_said(due)} for what, due in handed.todos] or nothing,
            "cases": [{"what": what, "stage": stage, "due": day_said(due)} for what, stage, due in handed.cases]
            or nothing,
            "books": [
                {"quarter": quarter, "confirmed": f"{confirmed}条", "waiting": f"{waiting}条"}
                for quarter, confirmed, waiting in handed.books
            ],
        },
    )


# --- the ones that ship ---

BLANK_LINES = "\n\n"
SIGNED = "{who}（签名）：                （盖章）          年    月    日"
NOMINATION = Layout(
    (
        Line("{{标题}}", "title"),
        Grid(
            (2, 3, 2, 3, 2, 3),
            (
                ("姓名", "{{姓名}}", "性别", "{{性别}}", "出生年月", "{{出生年月}}"),
                ("学历", "{{学历}}", "入党时间", "{{入党时间}}", "转正时间", "{{转正时间}}"),
                ("党支部", "{{党支部}}", "党小组", "{{党小组}}", "党员数", "{{党小组党员数}}"),
                ("拟任职务", "{{拟任职务}}", "新任或连任", "{{新任或连任}}", "选配原因", "{{选配原因}}"),
                ("任职时间", "{{任职时间}}", "任期到", "{{任期到}}", "产生方式", "{{产生方式}}"),
                ("现任职务", "{{现任职务}}"),
                (
                    "会议情况",
                    "{{会议日期}}，应到{{应到}}，到会{{到会}}，同意{{同意}}。本人{{本人同意日期}}表示同意。",
                ),
                ("近两年考核", "{{近两年考核等次}}"),
                ("参加活动", "{{近两年参加活动}}"),
                ("个人简历", BLANK_LINES),
                (
                    "支部建议",
                    "{{支部建议}}" + BLANK_LINES + SIGNED.format(who="支部书记"),
                ),
                ("组织办意见", BLANK_LINES + SIGNED.format(who="审查人")),
                ("党委意见", BLANK_LINES + SIGNED.format(who="负责人")),
                ("备案编号", "{{备案编号}}　{{备案日期}}"),
            ),
            head=False,
        ),
        Line("人选情况核对", "heading"),
        Grid(
            (3, 2, 6),
            (("项目", "结论", "依据"), ("{{#核对情况}}{{项目}}", "{{结论}}", "{{依据}}{{/核对情况}}")),
        ),
    )
)
NOTICE = Layout(
    official=True,
    parts=(
        Line("{{备案编号}}", "right"),
        Line("{{标题}}", "title"),
        Line("{{主送}}：", "plain"),
        Line("{{正文}}"),
        Grid(
            (4, 4, 3, 3, 5),
            (
                ("党支部", "党小组", "姓名", "职务", "任职时间"),
                ("{{#名单}}{{党支部}}", "{{党小组}}", "{{姓名}}", "{{职务}}", "{{任职时间}}{{/名单}}"),
            ),
        ),
        Line("任期随党支部委员会的任期。"),
        Line("{{落款}}\n{{成文日期}}", "right"),
    ),
)
HANDOVER = Layout(
    (
        Line("{{标题}}", "title"),
        Grid(
            (2, 3, 2, 3),
            (
                ("移交人", "{{移交人}}", "任职到", "{{移交人任职到}}"),
                ("接收人", "{{接收人}}", "任职时间", "{{接收人任职时间}}"),
            ),
            head=False,
        ),
        Line("一、待办事项", "heading"),
        Grid((5, 3), (("事项", "期限"), ("{{#待办事项}}{{事项}}", "{{期限}}{{/待办事项}}"))),
        Line("二、没有办结的事项", "heading"),
        Grid(
            (4, 3, 3),
            (
                ("事项", "办到哪一步", "期限"),
                ("{{#没有办结的}}{{事项}}", "{{办到哪一步}}", "{{期限}}{{/没有办结的}}"),
            ),
        ),
        Line("三、季度工作册", "heading"),
        Grid(
            (4, 3, 3, 3),
            (
                ("季度", "已确认记录", "待确认记录", "册子交接"),
                ("{{#季度册}}{{季度}}", "{{已确认记录}}", "{{待确认记录}}", "{{/季度册}}"),
            ),
        ),
        Line("四、场所、物品和党费（手填）", "heading"),
        Grid(
            (3, 5, 3),
            (
                ("项目", "数量和情况", "备注"),
                ("活动场所", "", ""),
                ("钥匙", "", ""),
                ("党费、票据", "", ""),
                ("会议记录、花名册等资料", "", ""),
                ("其他", "", ""),
            ),
        ),
        Line("{{列表日期}}由系统列出，以交接当天核对为准。", "plain"),
        Line("移交人（签字）：　　　接收人（签字）：　　　监交人（签字）：", "plain"),
        Line("年　　月　　日", "right"),
    )
)
