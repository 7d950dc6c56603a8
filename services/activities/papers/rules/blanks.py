"""Tables to be filled in and handed in, each with drop-downs and an example that is not read. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.activities.grid.rules import LEVELS, SORTS
from services.activities.ledger.rules.stages import KINDS_SAID
from services.activities.register.rules.care import KINDS as CARE_KINDS
from services.activities.register.rules.care import Sort
from services.activities.register.rules.terms import LENGTHS
from services.activities.register.rules.words import MEMBERS_SAID, SEXES_SAID
from shared.tables.blanks import BlankTable, ToFill

_YES = ("是", "否")
_SCHOOLS = ("小学", "初中", "高中", "中专", "大专", "本科", "研究生")
_WORKS = ("农民", "在岗", "退休", "学生", "其他")
_SAMPLE = ToFill("序号", "示例")
_UNITS = (ToFill("党支部", "东岭村党支部", must=True), ToFill("党小组", "第一党小组"))
_WHO = (
    ToFill("党支部", "东岭村党支部", must=True),
    ToFill("姓名", "例：张三", must=True),
    ToFill("身份证号码", "18 位"),
)
READ_AS: Mapping[str, str] = {
    "roster": "roster",
    "ledger": "ledger",
    "groups": "roster",
    "mobile": "roster",
    "mobile_in": "roster",
    "in_need": "roster",
    "corrections": "roster",
    "committees": "committees",
    "grid": "grid",
}
"""As what each blank is handed in."""
BLANKS: Mapping[str, BlankTable] = {
    "roster": BlankTable(
        "党员花名册",
        (
            _SAMPLE,
            *_UNITS,
            ToFill("姓名", "例：张三", must=True),
            ToFill("性别", "男", tuple(SEXES_SAID.values())),
            ToFill("出生日期", "1985-06-12"),
            ToFill("民族", "汉族"),
            ToFill("籍贯", "某省某县"),
            ToFill("身份证号码", "18 位，按文本填写"),
            ToFill("学历", "高中", _SCHOOLS),
            ToFill("入党时间", "2006-07-01", must=True),
            ToFill("转正时间", "2007-07-01"),
            ToFill("党员类别", "正式党员", tuple(MEMBERS_SAID.values()), must=True),
            ToFill("党内职务", "党小组长", ("党小组长", "党小组副组长", "支部书记", "支部委员")),
            ToFill("联系电话", "13900000000"),
            ToFill("人员类别", "农民", _WORKS),
            ToFill("工作岗位", "村卫生室医生"),
            ToFill("家庭住址", "某村某号"),
            ToFill("户籍所在派出所", "某派出所"),
            ToFill("固定电话", "0000-0000000"),
            ToFill("是否流动党员", "否", _YES),
            ToFill("备注", "年老体弱"),
        ),
    ),
    "ledger": BlankTable(
        "活动台账",
        (
            _SAMPLE,
            *_UNITS,
            ToFill("会议日期", "2025-03-05", must=True),
            ToFill("会议类型", "学习", tuple(KINDS_SAID.values()), must=True),
            ToFill("会议地点", "村部会议室"),
            ToFill("主持人", "张三"),
            ToFill("记录人", "李四"),
            ToFill("会议议题", "例：学习中央一号文件", must=True),
            ToFill("会议内容", "逐条学习，结合本村实际讨论。"),
            ToFill("应到人数", "12"),
            ToFill("实到人数", "11"),
            ToFill("缺席人员及原因", "赵六（请假）", must=True),
            ToFill("学时", "1.5"),
        ),
    ),
    "groups": BlankTable(
        "党小组划分及组长名册",
        (
            _SAMPLE,
            ToFill("党支部", "东岭村党支部", must=True),
            ToFill("党小组名称", "第一党小组", must=True),
            ToFill("划分依据", "村民小组", ("自然村", "村民小组", "网格", "产业", "流动")),
            ToFill("成立时间", "2023-01-01"),
            ToFill("组长姓名", "例：张三", must=True),
            ToFill("产生方式", "推选", ("推选", "指定", "提名")),
            ToFill("任职时间", "2023-01-01"),
            ToFill("副组长", "李四"),
            ToFill("备注", ""),
        ),
    ),
    "mobile": BlankTable(
        "流动党员台账",
        (
            _SAMPLE,
            *_WHO,
            ToFill("外出时间", "2025-03-01", must=True),
            ToFill("外出类型", "务工", CARE_KINDS[Sort.OUT], must=True),
            ToFill("流入地", "某省某市某县", must=True),
            ToFill("流动党员活动证号", ""),
            ToFill("支部联系人", "李四", must=True),
            ToFill("最近联系时间", "2025-06-01"),
            ToFill("预计返回时间", "春节"),
        ),
    ),
    "mobile_in": BlankTable(
        "流入党员台账",
        (
            _SAMPLE,
            ToFill("姓名", "例：张三", must=True),
            ToFill("流出地党组织", "石桥镇石桥村党支部", must=True),
            ToFill("编入党支部", "东岭村党支部", must=True),
            ToFill("编入党小组", "第一党小组"),
            ToFill("流入时间", "2025-03-01", must=True),
            ToFill("流入类型", "务工", CARE_KINDS[Sort.IN], must=True),
            ToFill("流动党员活动证号", ""),
            ToFill("联系方式", "13900000000"),
        ),
    ),
    "in_need": BlankTable(
        "困难党员台账",
        (
            _SAMPLE,
            *_WHO,
            ToFill("困难类型", "病", CARE_KINDS[Sort.NEED], must=True),
            ToFill("困难情况", "长期住院"),
            ToFill("帮扶措施", "按季走访"),
            ToFill("结对党员姓名", "李四", must=True),
            ToFill("认定时间", "2025-01-01", must=True),
        ),
    ),
    "corrections": BlankTable(
        "党员信息更正表",
        (
            _SAMPLE,
            *_WHO,
            ToFill("性别", "男", tuple(SEXES_SAID.values())),
            ToFill("出生日期", "1985-06-12"),
            ToFill("学历", "高中", _SCHOOLS),
            ToFill("入党时间", "2006-07-01"),
            ToFill("转正时间", "2007-07-01"),
            ToFill("联系电话", "13900000000"),
        ),
    ),
    "committees": BlankTable(
        "支部委员会换届名册",
        (
            _SAMPLE,
            ToFill("党支部", "东岭村党支部", must=True),
            ToFill("职务", "支部委员", ("支部书记", "支部副书记", "支部委员"), must=True),
            ToFill("分工", "组织、宣传"),
            ToFill("姓名", "例：张三", must=True),
            ToFill("党小组", "第一党小组"),
            ToFill("本届从哪天起", "2025-12-01", must=True),
            ToFill("届满日期", "2030-11-30"),
            ToFill("支部类别", "村、社区党支部", tuple(said for said, _ in LENGTHS.values())),
            ToFill("依据", "支部党员大会选举，乡镇党委批复", must=True),
            ToFill("备注", ""),
        ),
    ),
    "grid": BlankTable(
        "网格台账",
        (
            _SAMPLE,
            ToFill("网格编号", "WG-001"),
            ToFill("网格", "东网格", must=True),
            ToFill("级别", "网格", tuple(LEVELS.values())),
            ToFill("上级网格", "东岭村", must=True),
            ToFill("范围", "东到大河，西到县道"),
            ToFill("户数", "60"),
            ToFill("设立日期", "2024-01-01"),
            ToFill("对应党小组", "东岭村党支部第一党小组"),
            ToFill("党员姓名", "例：张三"),
            ToFill("党支部", "东岭村党支部"),
            ToFill("党小组", "第一党小组"),
            ToFill("怎样联系", "联系党员", tuple(SORTS.values())),
            ToFill("联系户门牌", "1-18号"),
            ToFill("联系户数", "18"),
            ToFill("开始日期", "2025-01-01"),
        ),
    ),
}
"""What can be handed in, each with drop-downs and an example; red headings are those that a row cannot be without."""
