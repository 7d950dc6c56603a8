"""What the columns of a members' roster can mean."""

from __future__ import annotations

import re

from shared.tables import Cell, Field, TableKind, compact

_NOT_OWN = ("介绍人", "联系人", "培养", "配偶", "家属", "父亲", "母亲", "紧急", "填表", "填报", "审核", "接收", "谈话")

_KIND = re.compile(r"(?:中共)?(?:正式|预备)(?:党员)?")
_BRANCH = re.compile(r".{2,24}(?:支部|总支)(?:委员会)?")
_GROUP = re.compile(r"第?.{1,10}小?组")


def _is_id_number(cell: Cell) -> bool:
    return bool(re.fullmatch(r"'?\d{17}[\dXx]", compact(cell.text)))


def _is_sex(cell: Cell) -> bool:
    return cell.text in {"男", "女"}


def _is_phone(cell: Cell) -> bool:
    return bool(re.fullmatch(r"1[3-9]\d{9}", re.sub(r"[\s-]", "", cell.text)))


def _is_kind(cell: Cell) -> bool:
    return bool(_KIND.fullmatch(compact(cell.text)))


def _is_branch(cell: Cell) -> bool:
    return bool(_BRANCH.fullmatch(compact(cell.text)))


def _is_group(cell: Cell) -> bool:
    return bool(_GROUP.fullmatch(compact(cell.text)))


FIELDS = (
    Field(
        "branch",
        "党支部",
        (
            "所在党支部",
            "所属党支部",
            "党支部名称",
            "党支部",
            "所在支部",
            "所属支部",
            "支部名称",
            "支部",
            "所在党组织",
            "所属党组织",
            "党组织名称",
            "所在党支部名称",
            "所属党支部名称",
            "组织关系所在党支部",
            "组织关系所在支部",
        ),
        ("组织名称", "党组织", "所在组织", "组织", "所在单位", "单位", "村名", "村", "村社区", "村别", "所在村"),
        (*_NOT_OWN, "职务", "书记", "时间", "日期", "意见", "电话", "转入", "转出", "任职", "原"),
        _is_branch,
    ),
    Field(
        "group",
        "党小组",
        (
            "所属党小组",
            "所在党小组",
            "党小组",
            "党小组名称",
            "所在小组",
            "所属小组",
            "小组",
            "小组名称",
            "组别",
            "分组",
        ),
        ("组", "所在组"),
        (*_NOT_OWN, "组长", "职务", "村民小组", "组织", "电话", "任职"),
        _is_group,
    ),
    Field("name", "姓名", ("姓名", "党员姓名", "党员名字", "名字", "党员"), ("成员姓名", "人员姓名"), _NOT_OWN),
    Field("sex", "性别", ("性别",), ("男女",), _NOT_OWN, _is_sex),
    Field(
        "born",
        "出生日期",
        ("出生年月", "出生日期", "出生年月日", "出生时间", "生日", "出生", "生年"),
        (),
        _NOT_OWN,
    ),
    Field(
        "id_number",
        "身份证号码",
        (
            "身份证号码",
            "身份证号",
            "公民身份号码",
            "公民身份证号码",
            "居民身份证号码",
            "居民身份证号",
            "身份证",
            "证件号码",
            "证件号",
            "身份号码",
            "公民身份证号",
        ),
        (),
        (*_NOT_OWN, "类型", "有效期"),
        _is_id_number,
    ),
    Field(
        "education",
        "学历",
        ("学历", "文化程度", "文化", "学历学位", "最高学历", "全日制学历", "教育程度", "受教育程度"),
        (),
        _NOT_OWN,
    ),
    Field(
        "joined",
        "入党时间",
        (
            "入党时间",
            "入党日期",
            "何时入党",
            "入党年月",
            "加入党组织日期",
            "加入党组织时间",
            "加入中共组织的时间",
            "入党时间年月",
            "加入中国共产党时间",
            "入党年月日",
            "成为预备党员日期",
            "成为预备党员时间",
            "接收为预备党员日期",
        ),
        ("入党",),
        (*_NOT_OWN, "申请", "积极", "地点", "支部", "志愿书", "谈话", "对象"),
    ),
    Field(
        "full",
        "转正时间",
        ("转正日期", "转正时间", "何时转正", "转正年月", "转为正式党员日期", "转为正式党员时间", "成为正式党员日期"),
        ("转正",),
        (*_NOT_OWN, "申请", "情况"),
    ),
    Field(
        "kind",
        "党员类别",
        (
            "党员类别",
            "党员类型",
            "人员类别",
            "人员类型",
            "党员身份",
            "正式或预备",
            "正式预备",
            "是否正式党员",
            "是否预备党员",
            "是否正式",
        ),
        ("类别", "类型", "政治面貌", "身份"),
        (*_NOT_OWN, "证件", "活动"),
        _is_kind,
    ),
    Field(
        "post",
        "党内职务",
        ("党内职务", "现任党内职务", "党组织职务", "支部职务", "党支部职务", "党小组职务", "担任党内职务", "党内任职"),
        ("职务", "岗位", "现任职务", "担任职务", "职务岗位", "任职情况"),
        (*_NOT_OWN, "时间", "日期", "行政职务", "工作单位", "工作岗位", "级别", "职称"),
    ),
    Field(
        "phone",
        "联系电话",
        ("联系电话", "手机号码", "手机号", "手机", "电话", "电话号码", "联系方式", "移动电话", "本人电话", "联系手机"),
        (),
        (*_NOT_OWN, "固定", "办公"),
        _is_phone,
    ),
    Field(
        "away",
        "是否流动党员",
        ("是否流动党员", "流动党员", "是否外出", "是否流动", "流动情况", "外出情况", "外出务工情况", "是否外出务工"),
        (),
        (*_NOT_OWN, "流入", "时间", "地点", "地址", "联系"),
    ),
    Field(
        "standing",
        "党籍状态",
        ("党籍状态", "党员状态", "党籍情况", "党员党籍状态", "在册状态", "是否在册"),
        (),
        _NOT_OWN,
    ),
    Field("lost", "是否失联", ("是否失联", "是否失联党员", "失联党员", "失联情况"), (), (*_NOT_OWN, "时间", "日期")),
    Field(
        "remark",
        "备注",
        ("备注", "备注说明", "说明", "现实表现", "健康状况", "身体状况", "其他情况", "备考"),
        ("情况", "状态"),
        _NOT_OWN,
    ),
    Field("number", "序号", ("序号", "编号", "顺序号", "No", "NO"), (), ("身份", "证", "手机", "电话", "门牌")),
)

ROSTER = TableKind(
    noun="党员花名册",
    fields=FIELDS,
    anchors=("name",),
    marks=("branch", "group", "id_number", "joined", "full", "kind"),
    single="name",
    substance=("name", "id_number", "joined", "phone", "sex", "born", "education"),
    other_tables=re.compile(r"积极分子|发展对象|入党申请人|流入党员|党费收缴|签到|群众花名册|困难群众"),
)
