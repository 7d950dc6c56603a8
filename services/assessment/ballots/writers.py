"""The papers of a vote: what each says, and the ones that ship, for the office to edit."""

from collections.abc import Mapping, Sequence

from services.assessment.ballots.rules import Left, Result, Standing, Way
from services.assessment.ballots.schemas import BallotWhole, CountSeen
from shared.papers.kinds import Filled, Value
from shared.papers.layouts import Grid, Layout, Line

OF_ELECTION = (
    "同意的在姓名上方画“○”，不同意的画“×”，弃权的不画。不同意候选人的，可以在另选人栏写上别人的姓名并画“○”；"
    "弃权的不能另选。画“○”的人数不超过名额，超过的作废；看不清的作废。"
)
OF_MOTION = "同意的画“○”，不同意的画“×”，弃权的不画。看不清的作废。"
TIES = "得票相等、没有选足的，在这些人中再投一次票；仍然选不出的，由支部决定。收回的票多于发出的票，投票无效，重新投。"


def head_of(one: BallotWhole, branch: str, paper: str) -> dict[str, Value]:
    """What every paper of a vote says first."""
    return {
        "title": f"{one.unit}{one.title}{paper}",
        "branch": branch,
        "unit": one.unit,
        "subject": one.title,
        "day": f"{one.held_on.year}年{one.held_on.month}月{one.held_on.day}日",
        "seats": f"{one.seats}人" if one.seats else "",
    }


def how_to_mark(one: BallotWhole) -> str:
    """How a paper is marked."""
    return OF_ELECTION if one.way is Way.CHOOSE else OF_MOTION


def names_of(one: BallotWhole) -> list[str]:
    """What stands on the paper, in its order."""
    return [each.name for each in one.options] or [one.title]


def method_of(one: BallotWhole, branch: str) -> Filled:
    """How the vote is held."""
    said = {"basis": one.rule, "candidates": "、".join(names_of(one)), "how": how_to_mark(one), "ties": TIES}
    return Filled(head_of(one, branch, "办法") | said)


def paper_of(one: BallotWhole, branch: str) -> Filled:
    """What is marked: nothing on it leads to whoever marks it."""
    candidates: list[Mapping[str, Value]] = [{"mark": "", "name": name} for name in names_of(one)]
    others: list[Mapping[str, Value]] = [{"mark": "", "name": ""} for _ in range(one.seats)]
    head = head_of(one, branch, "选票") | {"how": how_to_mark(one)}
    return Filled(head, {"candidates": candidates, "others": others})


def tally_of(one: BallotWhole, branch: str) -> Filled:
    """What a teller draws his strokes on."""
    rows: list[Mapping[str, Value]] = [{"name": name} for name in names_of(one)]
    expected = f"{one.expected}人" if one.expected else ""
    return Filled(head_of(one, branch, "计票单") | {"expected": expected}, {"candidates": rows})


def report_of(one: BallotWhole, counts: Sequence[CountSeen], branch: str) -> Filled:
    """What came of it; the figures are those on which both tellers agree."""
    count = counts[0]
    out = "；".join(
        f"{each.name}（{Left(each.left_out).chinese}，{each.approved_by}，{each.approved_on}）"
        for each in one.voters
        if each.left_out
    )
    numbers = {name: str(getattr(count, name)) for name in ("present", "issued", "returned", "valid", "invalid")}
    seated = "、".join(each.name for each in one.announced if each.seated)
    said: dict[str, Value] = {
        "basis": one.rule,
        "expected": f"{one.expected}人",
        "left_out": out or "无",
        "result": _result(one, count),
        "elected": seated or "无",
        "tellers": "、".join(f"{each.name}（凭字条）" if each.by_slip else each.name for each in counts),
    }
    return Filled(head_of(one, branch, "得票情况报告单") | said | numbers, {"candidates": _rows(one, count)})


def _result(one: BallotWhole, count: CountSeen) -> str:
    """What was announced, and what has to be known of it; of one that was refused, only that."""
    if one.refused:
        return f"计票结果没有被认可，不作数（{one.why}）"
    said = Result(one.outcome).chinese if one.outcome else ""
    if count.yes_written or count.no_written:
        said += f"（另有会前书面意见，赞成{count.yes_written}、反对{count.no_written}，计入票数）"
    return f"{said}（注意：{'；'.join(one.doubts)}，请监票人对照签字的计票单核实）" if one.doubts else said


def _rows(one: BallotWhole, count: CountSeen) -> list[Mapping[str, Value]]:
    names = {each.person_id: each.name for each in one.voters}
    names |= {each.person_id: each.name for each in one.options} | {0: one.title}
    standing = {each.person_id: Standing(each.standing).chinese for each in one.announced}
    rows: list[Mapping[str, Value]] = [
        {
            "name": names[each.person_id],
            "yes": str(each.yes),
            "no": str(each.no),
            "neither": str(each.neither),
            "standing": standing.get(each.person_id, "") if one.seats else "",
        }
        for each in count.votes
    ]
    others = [(each.person_id, each.yes) for each in count.others]
    return rows + [
        {"name": f"{names[who]}（另选）", "yes": str(yes), "standing": standing.get(who, "")} for who, yes in others
    ]


# --- the ones that ship ---

_NAMES = ("{{#候选人}}{{符号}}", "{{姓名}}{{/候选人}}")
_OTHERS = ("{{#另选人}}{{符号}}", "{{姓名}}（另选）{{/另选人}}")
METHOD = Layout(
    official=True,
    parts=(
        Line("{{标题}}", "title"),
        Line("一、投票事项：{{投票事项}}。名额：{{名额}}。会议日期：{{会议日期}}。"),
        Line("二、有表决权的正式党员投票，预备党员没有表决权。经批准不能到会的，不计入应到会人数，名单当场公布。"),
        Line("三、候选人：{{候选人名单}}。票上的次序由支部确定，不代表先后。"),
        Line("四、填票：{{填票办法}}"),
        Line("五、会议有效和通过：{{会议有效和通过的规定}}"),
        Line("六、收回的票等于或者少于发出的票，投票有效。{{得票相等的办法}}"),
        Line("七、设计票人两名，候选人不担任。两人各自计票，一致后由主持人当场宣布。"),
        Line("八、本办法经到会党员举手通过后执行。"),
        Line("{{投票单位}}", "right"),
    ),
)
PAPER = Layout(
    (
        Line("{{标题}}", "title"),
        Grid((1, 3), (("符号", "姓名"), _NAMES, _OTHERS)),
        Line("说明：{{填票办法}}"),
        Line("{{党支部}}（盖章）　{{会议日期}}", "right"),
    )
)
TALLY = Layout(
    (
        Line("{{标题}}", "title"),
        Line("会议日期：{{会议日期}}　应到会：{{应到会}}　实到会：　　人"),
        Line("发出票：　　张　收回票：　　张　有效票：　　张　废票：　　张"),
        Grid(
            (2, 5, 2, 2),
            (
                ("姓名", "赞成（画正字）", "反对", "弃权"),
                ("{{#候选人}}{{姓名}}", "{{赞成}}", "{{反对}}", "{{弃权}}{{/候选人}}"),
                ("另选人：", "", "", ""),
                ("另选人：", "", "", ""),
            ),
        ),
        Line("计票人（签字）：　　　　　　　监票人（签字）："),
    )
)
REPORT = Layout(
    (
        Line("{{标题}}", "title"),
        Line("会议日期：{{会议日期}}　名额：{{名额}}"),
        Line("应到会{{应到会}}，实到会{{实到会}}人。不计入应到会：{{不计入应到会}}。"),
        Line("发出票{{发出票}}张，收回票{{收回票}}张，有效票{{有效票}}张，废票{{废票}}张。"),
        Grid(
            (3, 2, 2, 2, 2),
            (
                ("姓名", "赞成", "反对", "弃权", "是否当选"),
                ("{{#得票}}{{姓名}}", "{{赞成}}", "{{反对}}", "{{弃权}}", "{{是否当选}}{{/得票}}"),
            ),
        ),
        Line("规定：{{会议有效和通过的规定}}"),
        Line("结果：{{结果}}。当选：{{当选名单}}。"),
        Line("计票人：{{计票人}}（签字）　监票人（签字）："),
        Line("主持人（签字）：　　　　　　{{党支部}}（盖章）"),
    )
)
